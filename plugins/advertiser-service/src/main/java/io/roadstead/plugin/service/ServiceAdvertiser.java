package io.roadstead.plugin.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpAdvertisement.AddressKind;
import io.roadstead.api.model.bgp.BgpAdvertisement.ServiceOptions;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.route.AdvertiserSink;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.api.route.RouteReason;

/**
 * Announces addresses of Services. Holds no state but its configuration; runs on the control loop.
 *
 * <p>Differs from Cilium on purpose: an endpoint counts only while it is ready, an aggregate of a Service with policy Local falls back to the host prefix with
 * the reason kept, and every refusal names what refused.
 */
final class ServiceAdvertiser implements RouteAdvertiser<ServiceAdvertiserConfig> {

    /** Takes a node out of external load balancing (well-known Kubernetes label). */
    static final String EXCLUDE_LABEL = "node.kubernetes.io/exclude-from-external-load-balancers";

    private volatile ServiceAdvertiserConfig config;

    ServiceAdvertiser(ServiceAdvertiserConfig config) {
        this.config = config;
    }

    @Override
    public String advertisementType() {
        return BgpAdvertisement.Entry.SERVICE;
    }

    @Override
    public void start(AdvertiserSink sink) {
        // Decides from the cluster's objects alone: nothing to announce by itself.
    }

    @Override
    public boolean decidesForAnyNode() {
        return true;
    }

    @Override
    public Collection<ResourceKey> subjects(ClusterView cluster) {
        return cluster.all(Service.class).stream().map(Service::key).toList();
    }

    @Override
    public Set<ResourceKey> affectedBy(ResourceKey changed, ClusterView cluster) {
        return changed.kind().equals(Service.KIND) ? Set.of(changed) : Set.of();
    }

    @Override
    public List<RouteDecision> decide(ResourceKey subject, BgpAdvertisement.Entry entry, ClusterView cluster) {
        Optional<Service> found = subject.kind().equals(Service.KIND)
                ? cluster.get(Service.class, subject.namespace(), subject.name())
                : Optional.empty();
        ServiceOptions options = entry.service();
        if (found.isEmpty() || options == null) {
            return List.of();
        }
        Service service = found.get();
        LabelSelector selector = entry.selector();
        if (selector == null) {
            return List.of(RouteDecision.refuse(null, Reason.of(RouteReason.NO_SELECTOR), ""));
        }
        if (!selector.matches(service.selectorLabels())) {
            return List.of(RouteDecision.refuse(null, new Reason(RouteReason.SELECTOR_MISMATCH, selector.toString()), ""));
        }
        List<RouteDecision> decisions = new ArrayList<>();
        for (AddressKind kind : AddressKind.values()) {
            if (options.addresses().contains(kind)) {
                decideKind(service, kind, options, cluster, decisions);
            }
        }
        return decisions;
    }

    private void decideKind(Service service, AddressKind kind, ServiceOptions options, ClusterView cluster, List<RouteDecision> decisions) {
        if (kind == AddressKind.LOAD_BALANCER_IP) {
            if (service.spec().type() != ServiceType.LOAD_BALANCER) {
                decisions.add(refuseAll(kind, RouteReason.NOT_A_LOAD_BALANCER, "type " + service.spec().type().text()));
                return;
            }
            String loadBalancerClass = service.spec().loadBalancerClass();
            if (loadBalancerClass != null && !config.loadBalancerClasses().contains(loadBalancerClass)) {
                decisions.add(refuseAll(kind, RouteReason.FOREIGN_CLASS, loadBalancerClass));
                return;
            }
        }
        List<IpAddress> addresses = switch (kind) {
            case LOAD_BALANCER_IP -> service.status().loadBalancerIngress();
            case EXTERNAL_IP -> service.spec().externalIps();
            case CLUSTER_IP -> service.spec().clusterIps();
        };
        if (addresses.isEmpty()) {
            decisions.add(refuseAll(kind, RouteReason.NO_ADDRESS, ""));
            return;
        }
        TrafficPolicy policy = kind == AddressKind.CLUSTER_IP
                ? service.spec().internalTrafficPolicy()
                : service.spec().externalTrafficPolicy();
        for (IpAddress address : addresses) {
            IpPrefix prefix = prefix(address, policy, options);
            Optional<Reason> obstacle = obstacle(service, address.family(), kind, policy, options, cluster);
            decisions.add(obstacle.map(reason -> RouteDecision.refuse(prefix, reason, kind.text()))
                    .orElseGet(() -> RouteDecision.announce(prefix, kind.text())));
        }
    }

    private static Optional<Reason> obstacle(Service service, AddressFamily family, AddressKind kind, TrafficPolicy policy,
            ServiceOptions options, ClusterView cluster) {
        if (kind != AddressKind.CLUSTER_IP && options.honourNodeExclusion() && cluster.localNodeLabels().containsKey(EXCLUDE_LABEL)) {
            return Optional.of(new Reason(RouteReason.NODE_EXCLUDED, cluster.localNodeName()));
        }
        if (policy == TrafficPolicy.CLUSTER && !options.withdrawWithoutEndpoints()) {
            return Optional.empty();
        }
        EndpointCount count = EndpointCount.of(cluster.slicesOf(service.meta().namespace(), service.meta().name()), family,
                cluster.localNodeName());
        if (policy == TrafficPolicy.LOCAL && count.activeHere() == 0) {
            return Optional.of(new Reason(RouteReason.NO_LOCAL_READY_ENDPOINT, count.describe(cluster.localNodeName())));
        }
        if (policy == TrafficPolicy.CLUSTER && count.active() == 0) {
            return Optional.of(new Reason(RouteReason.NO_READY_ENDPOINT, count.describe(cluster.localNodeName())));
        }
        return Optional.empty();
    }

    /** Policy Local needs the host prefix: an aggregate would draw traffic of Services that have no endpoint here. */
    private static IpPrefix prefix(IpAddress address, TrafficPolicy policy, ServiceOptions options) {
        Integer length = address.family() == AddressFamily.IPV4 ? options.aggregationLengthIpv4() : options.aggregationLengthIpv6();
        return length == null || policy == TrafficPolicy.LOCAL ? IpPrefix.host(address) : IpPrefix.containing(address, length);
    }

    private static RouteDecision refuseAll(AddressKind kind, RouteReason reason, String subject) {
        return RouteDecision.refuse(null, new Reason(reason, subject), kind.text());
    }

    @Override
    public boolean reconfigure(ServiceAdvertiserConfig changed) {
        // The kernel decides every subject anew after a change of configuration.
        config = changed;
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("announces Service addresses");
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
