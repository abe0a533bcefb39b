package io.roadstead.kernel.route;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.route.AdvertiserSink;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.api.route.RouteReason;

/** Announces Pod CIDRs, the load-balancer addresses of Services, or prefixes of its own; counts what it is asked. */
public final class FakeAdvertiser implements RouteAdvertiser<FakeAdvertiser.Config> {

    private final String type;
    public @Nullable AdvertiserSink sink;
    /** What a type of its own announces. */
    public final Set<IpPrefix> own = new TreeSet<>();
    public final Set<ResourceKey> failing = new HashSet<>();
    /** Whether it says that it can be asked for other nodes. */
    public boolean anyNode = true;
    /** A label of nodes that take no part; empty for none. */
    public String excluding = "";
    public final List<ResourceKey> decided = new ArrayList<>();

    public FakeAdvertiser(String type) {
        this.type = type;
    }

    public static FakeAdvertiser services() {
        return new FakeAdvertiser(BgpAdvertisement.Entry.SERVICE);
    }

    public static FakeAdvertiser podCidrs() {
        return new FakeAdvertiser(BgpAdvertisement.Entry.POD_CIDR);
    }

    @Override
    public String advertisementType() {
        return type;
    }

    @Override
    public void start(AdvertiserSink newSink) {
        sink = newSink;
    }

    @Override
    public boolean decidesForAnyNode() {
        return anyNode;
    }

    @Override
    public Collection<ResourceKey> subjects(ClusterView cluster) {
        return switch (type) {
            case BgpAdvertisement.Entry.SERVICE -> cluster.all(Service.class).stream().map(Service::key).toList();
            case BgpAdvertisement.Entry.POD_CIDR -> List.of(new ResourceKey(Node.KIND, "", cluster.localNodeName()));
            default -> own.stream().map(FakeAdvertiser::ownKey).toList();
        };
    }

    @Override
    public Set<ResourceKey> affectedBy(ResourceKey changed, ClusterView cluster) {
        return changed.kind().equals(Service.KIND) && type.equals(BgpAdvertisement.Entry.SERVICE) ? Set.of(changed) : Set.of();
    }

    @Override
    public List<RouteDecision> decide(ResourceKey subject, BgpAdvertisement.Entry entry, ClusterView cluster) {
        decided.add(subject);
        if (failing.contains(subject)) {
            throw new IllegalStateException("planted");
        }
        return switch (type) {
            case BgpAdvertisement.Entry.SERVICE ->
                    cluster.get(Service.class, subject.namespace(), subject.name())
                            .map(service -> service(service, entry, cluster, excluding))
                            .orElse(List.of());
            case BgpAdvertisement.Entry.POD_CIDR -> cluster.localPodCidrs().stream().map(cidr -> RouteDecision.announce(cidr, "")).toList();
            default -> own.stream().filter(prefix -> ownKey(prefix).equals(subject)).map(prefix -> RouteDecision.announce(prefix, ""))
                    .toList();
        };
    }

    public static ResourceKey ownKey(IpPrefix prefix) {
        return new ResourceKey("Own", "", prefix.toString());
    }

    private static List<RouteDecision> service(Service service, BgpAdvertisement.Entry entry, ClusterView cluster, String excluding) {
        LabelSelector selector = entry.selector();
        if (selector == null || !selector.matches(service.meta().labels())) {
            return List.of(RouteDecision.refuse(null, new Reason(RouteReason.SELECTOR_MISMATCH, String.valueOf(selector)), ""));
        }
        List<RouteDecision> decisions = new ArrayList<>();
        boolean here = cluster.slicesOf(service.meta().namespace(), service.meta().name()).stream().map(EndpointSlice::endpoints)
                .flatMap(Collection::stream)
                .anyMatch(endpoint -> endpoint.nodeName().equals(cluster.localNodeName()) && endpoint.conditions().active());
        for (IpAddress address : service.status().loadBalancerIngress()) {
            IpPrefix prefix = IpPrefix.host(address);
            if (cluster.localNodeLabels().containsKey(excluding)) {
                decisions.add(
                        RouteDecision.refuse(prefix, new Reason(RouteReason.NODE_EXCLUDED, cluster.localNodeName()), "LoadBalancerIP"));
                continue;
            }
            boolean announce = service.spec().externalTrafficPolicy() == TrafficPolicy.CLUSTER || here;
            decisions.add(announce
                    ? RouteDecision.announce(prefix, "LoadBalancerIP")
                    : RouteDecision.refuse(prefix, Reason.of(RouteReason.NO_LOCAL_READY_ENDPOINT), "LoadBalancerIP"));
        }
        return decisions.isEmpty() ? List.of(RouteDecision.refuse(null, Reason.of(RouteReason.NO_ADDRESS), "LoadBalancerIP")) : decisions;
    }

    @Override
    public boolean reconfigure(Config config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("fake");
    }

    @Override
    public void close() {
        own.clear();
    }

    /** Empty. */
    public record Config() {
    }
}
