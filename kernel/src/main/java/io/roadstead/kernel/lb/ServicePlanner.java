package io.roadstead.kernel.lb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.lb.HealthCheckNodePort;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.api.route.Reason;

/**
 * Says which frontends a Service wants and what stands behind each. Pure: reads the Service, its slices, what other clusters share under its name, the nodes and the
 * settings, and keeps nothing.
 *
 * @param localNode this node's name
 */
record ServicePlanner(LoadBalancerSettings settings, NodeTable nodes, MeshFacts mesh, String localNode) {

    /** Services with this label belong to another service proxy. */
    static final String PROXY_LABEL = "service.kubernetes.io/service-proxy-name";

    /** Whether it is ours to balance at all. */
    boolean ours(Service service) {
        return service.spec().type() != ServiceType.EXTERNAL_NAME
                && service.meta().labels().getOrDefault(PROXY_LABEL, "").equals(settings.serviceProxyName());
    }

    /** @param shared ordered by cluster */
    ServicePlan plan(Service service, List<EndpointSlice> slices, List<RemoteService> shared) {
        return new Run(service, slices, shared).plan();
    }

    /** What a family of a port has behind it, from all nodes and from this one. */
    private record Behind(BackendSet everywhere, BackendSet local) {
    }

    /** One evaluation; gathers as it goes. */
    private final class Run {
        private final Service service;
        private final Service.Spec spec;
        private final List<EndpointSlice> slices;
        private final List<RemoteService> remotes;
        private final Set<Reason> notes = new LinkedHashSet<>();
        private final Map<Target, List<PlannedFrontend>> wanted = new LinkedHashMap<>();
        private final ServiceAnnotations annotations;
        private final ClusterPolicy policy;
        private final MeshFacts.Links links;
        private final Topology topology;
        private final SourceRanges ranges;

        Run(Service service, List<EndpointSlice> slices, List<RemoteService> shared) {
            this.service = service;
            this.spec = service.spec();
            this.slices = slices;
            this.annotations = ServiceAnnotations.of(service.meta().annotations(), notes::add);
            this.policy = ClusterPolicy.of(service.meta().annotations(), mesh.ownCluster(), notes::add);
            this.remotes = policy.global() ? shared : List.of();
            this.links = mesh.links(policy, remotes);
            this.topology = new Topology(localNode, nodes.of(localNode).zone(), spec.trafficDistribution());
            this.ranges = ranges();
            if (!topology.known()) {
                notes.add(new Reason(LbReason.UNKNOWN_DISTRIBUTION, String.valueOf(spec.trafficDistribution())));
            }
        }

        ServicePlan plan() {
            for (Service.Port port : spec.ports()) {
                if (port.protocol() == Protocol.SCTP) {
                    notes.add(new Reason(LbReason.UNSUPPORTED_PROTOCOL, port.port() + "/SCTP"));
                } else {
                    frontends(port);
                }
            }
            Set<String> named = slices.stream().flatMap(slice -> slice.endpoints().stream()).map(EndpointSlice.Endpoint::nodeName)
                    .collect(Collectors.toSet());
            return new ServicePlan(service.displayName(), service.meta().created(), annotations, spec.sessionAffinity(),
                    wanted.values().stream().flatMap(List::stream).toList(), named, remoteReads(), healthCheck(), List.copyOf(notes));
        }

        private RemoteReads remoteReads() {
            if (remotes.isEmpty()) {
                return RemoteReads.NOTHING;
            }
            Set<RemoteAddress> addresses = new HashSet<>();
            remotes.forEach(remote -> remote.endpoints()
                    .forEach(endpoint -> addresses.add(new RemoteAddress(remote.cluster(), endpoint.address()))));
            return new RemoteReads(addresses, links.watched(), links.next());
        }

        private void frontends(Service.Port port) {
            Map<AddressFamily, Behind> behind = new EnumMap<>(AddressFamily.class);
            CandidateReader reader = new CandidateReader(slices, new RemoteCandidates(remotes, mesh.nodes(), notes::add), nodes, localNode,
                    notes::add);
            ClusterChoice clusters = new ClusterChoice(policy, links.lost());
            for (AddressFamily family : AddressFamily.values()) {
                List<Candidate> candidates = reader.read(port, family);
                behind.put(family, new Behind(BackendSet.everywhere(candidates, clusters, topology), BackendSet.local(candidates)));
            }
            if (exposes(ServiceType.CLUSTER_IP)) {
                add(FrontendType.CLUSTER_IP, spec.clusterIps(), port.port(), port, behind);
            }
            if (exposes(ServiceType.NODE_PORT) && port.nodePort() > 0) {
                add(FrontendType.NODE_PORT, nodePortAddresses(), port.nodePort(), port, behind);
            }
            if (exposes(ServiceType.LOAD_BALANCER)) {
                add(FrontendType.LOAD_BALANCER, service.status().loadBalancerIngress(), port.port(), port, behind);
            }
            add(FrontendType.EXTERNAL_IP, spec.externalIps(), port.port(), port, behind);
        }

        /** A type of Service has the frontends of those before it. */
        private boolean exposes(ServiceType type) {
            return spec.type().compareTo(type) >= 0 && annotations.exposed().contains(type);
        }

        private void add(FrontendType type, Collection<IpAddress> addresses, int number, Service.Port port,
                Map<AddressFamily, Behind> behind) {
            for (IpAddress address : addresses) {
                if (address.isUnspecified() || address.isMulticast()) {
                    notes.add(new Reason(LbReason.UNUSABLE_ADDRESS, type.text() + " " + address));
                } else {
                    // An address that the Service has in two ways is the first of them, as when an external IP is the node's own.
                    wanted.computeIfAbsent(new Target(address, number, port.protocol()), target -> scopes(type).stream()
                            .map(scope -> frontend(type, target, scope, port, Objects.requireNonNull(behind.get(address.family()))))
                            .toList());
                }
            }
        }

        private PlannedFrontend frontend(FrontendType type, Target target, Scope scope, Service.Port port, Behind behind) {
            boolean local = policy(type, scope) == TrafficPolicy.LOCAL;
            return new PlannedFrontend(new Frontend(target.address(), target.port(), target.protocol(), scope), type, port,
                    local ? behind.local : behind.everywhere, local,
                    scope == Scope.EXTERNAL && ranged(type) ? ranges : SourceRanges.EVERYBODY);
        }

        /** A ClusterIP knows one policy; the others have a frontend of their own for clients inside when the policies differ. */
        private List<Scope> scopes(FrontendType type) {
            return type == FrontendType.CLUSTER_IP || spec.externalTrafficPolicy() == spec.internalTrafficPolicy()
                    ? List.of(Scope.EXTERNAL)
                    : List.of(Scope.EXTERNAL, Scope.INTERNAL);
        }

        private TrafficPolicy policy(FrontendType type, Scope scope) {
            return type == FrontendType.CLUSTER_IP || scope == Scope.INTERNAL ? spec.internalTrafficPolicy() : spec.externalTrafficPolicy();
        }

        private Set<IpAddress> nodePortAddresses() {
            List<IpPrefix> chosen = settings.nodePortAddresses();
            List<IpAddress> own = nodes.of(localNode).addresses();
            Stream<IpAddress> addresses = chosen.isEmpty()
                    ? own.stream()
                    : Stream.concat(chosen.stream().filter(IpPrefix::isHost).map(IpPrefix::address),
                            own.stream().filter(address -> chosen.stream().anyMatch(prefix -> prefix.contains(address))));
            Set<AddressFamily> families = families();
            return addresses.filter(address -> families.contains(address.family())).collect(Collectors.toCollection(LinkedHashSet::new));
        }

        /** The Service's families; IPv4 when nothing tells. */
        private Set<AddressFamily> families() {
            Set<AddressFamily> families = new LinkedHashSet<>(spec.ipFamilies());
            spec.clusterIps().forEach(address -> families.add(address.family()));
            return families.isEmpty() ? Set.of(AddressFamily.IPV4) : families;
        }

        private boolean ranged(FrontendType type) {
            return settings.sourceRangesAllTypes() || type == FrontendType.LOAD_BALANCER || type == FrontendType.EXTERNAL_IP;
        }

        /** Prefixes of both families: a list of one family keeps the other's clients out, or lets them in, as it does with all that it does not name. */
        private SourceRanges ranges() {
            List<IpPrefix> prefixes = new ArrayList<>();
            for (String text : spec.loadBalancerSourceRanges()) {
                IpPrefix prefix = range(text.strip());
                if (prefix == null) {
                    notes.add(new Reason(LbReason.BAD_SOURCE_RANGE, "'" + text + "'"));
                } else {
                    prefixes.add(prefix);
                }
            }
            boolean unreadable = prefixes.isEmpty() && !spec.loadBalancerSourceRanges().isEmpty();
            if (unreadable && !annotations.deny()) { // an empty list would let everybody in
                return new SourceRanges(List.of(IpPrefix.parse("0.0.0.0/0"), IpPrefix.parse("::/0")), true);
            }
            return prefixes.isEmpty() ? SourceRanges.EVERYBODY
                    : new SourceRanges(prefixes.stream().sorted().distinct().toList(), annotations.deny());
        }

        /** As Kubernetes reads it: bits behind the length are no error. */
        private static @Nullable IpPrefix range(String text) {
            int slash = text.indexOf('/');
            if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
                return null;
            }
            int length = Integer.parseInt(text.substring(slash + 1));
            return IpAddress.tryParse(text.substring(0, slash)).filter(address -> length <= address.family().bits())
                    .map(address -> IpPrefix.containing(address, length)).orElse(null);
        }

        private @Nullable HealthCheckNodePort healthCheck() {
            if (spec.type() != ServiceType.LOAD_BALANCER || spec.externalTrafficPolicy() != TrafficPolicy.LOCAL
                    || spec.healthCheckNodePort() == 0) {
                return null;
            }
            long local = slices.stream().flatMap(slice -> slice.endpoints().stream())
                    .filter(endpoint -> endpoint.nodeName().equals(localNode) && endpoint.conditions().active())
                    .map(endpoint -> endpoint.addresses().getFirst()).distinct().count();
            return new HealthCheckNodePort(spec.healthCheckNodePort(), service.meta().namespace(), service.meta().name(), (int) local);
        }
    }
}
