package io.roadstead.plugin.podcidr;

import java.util.Collection;
import java.util.List;
import java.util.Set;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.route.AdvertiserSink;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.api.route.RouteReason;

/** Announces the Pod CIDRs of this node; its one subject is this node's Node object. Stateless. */
final class PodCidrAdvertiser implements RouteAdvertiser<PodCidrConfig> {

    @Override
    public String advertisementType() {
        return BgpAdvertisement.Entry.POD_CIDR;
    }

    @Override
    public void start(AdvertiserSink sink) {
        // Decides from the cluster's objects alone: nothing to announce by itself.
    }

    @Override
    public Collection<ResourceKey> subjects(ClusterView cluster) {
        return Set.of(subject(cluster));
    }

    @Override
    public Set<ResourceKey> affectedBy(ResourceKey changed, ClusterView cluster) {
        boolean node = changed.kind().equals(Node.KIND) || changed.kind().equals(CiliumNode.KIND);
        return node && changed.name().equals(cluster.localNodeName()) ? Set.of(subject(cluster)) : Set.of();
    }

    @Override
    public List<RouteDecision> decide(ResourceKey subject, BgpAdvertisement.Entry entry, ClusterView cluster) {
        if (!subject.equals(subject(cluster))) {
            return List.of();
        }
        List<IpPrefix> podCidrs = cluster.localPodCidrs();
        if (podCidrs.isEmpty()) {
            return List.of(RouteDecision.refuse(null, new Reason(RouteReason.NO_POD_CIDR, cluster.localNodeName()), ""));
        }
        return podCidrs.stream().map(prefix -> RouteDecision.announce(prefix, "")).toList();
    }

    @Override
    public boolean reconfigure(PodCidrConfig config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("announces Pod CIDRs");
    }

    @Override
    public void close() {
        // Holds nothing.
    }

    private static ResourceKey subject(ClusterView cluster) {
        return new ResourceKey(Node.KIND, "", cluster.localNodeName());
    }
}
