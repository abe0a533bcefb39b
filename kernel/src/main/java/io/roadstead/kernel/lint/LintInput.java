package io.roadstead.kernel.lint;

import java.util.Collection;
import java.util.List;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfigOverride;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.route.ClusterView;

/**
 * The objects that are looked at together. A kind without any object counts as not given, not as absent from the cluster: what refers to it is not looked at, so
 * that part of a cluster's manifests can be checked.
 */
public record LintInput(List<BgpClusterConfig> clusterConfigs, List<BgpPeerConfig> peerConfigs, List<BgpAdvertisement> advertisements,
        List<BgpNodeConfigOverride> overrides, List<LoadBalancerIpPool> pools, List<Node> nodes, List<CiliumNode> ciliumNodes,
        List<SecretObject> secrets) {

    public LintInput {
        clusterConfigs = List.copyOf(clusterConfigs);
        peerConfigs = List.copyOf(peerConfigs);
        advertisements = List.copyOf(advertisements);
        overrides = List.copyOf(overrides);
        pools = List.copyOf(pools);
        nodes = List.copyOf(nodes);
        ciliumNodes = List.copyOf(ciliumNodes);
        secrets = List.copyOf(secrets);
    }

    /** Those of a file or a directory; kinds that play no part are left out. */
    public static LintInput of(Collection<? extends Resource> resources) {
        return new LintInput(only(resources, BgpClusterConfig.class), only(resources, BgpPeerConfig.class),
                only(resources, BgpAdvertisement.class), only(resources, BgpNodeConfigOverride.class),
                only(resources, LoadBalancerIpPool.class), only(resources, Node.class), only(resources, CiliumNode.class),
                only(resources, SecretObject.class));
    }

    /** Those of a cluster; called where the view may be read. */
    public static LintInput of(ClusterView cluster) {
        return new LintInput(List.copyOf(cluster.all(BgpClusterConfig.class)), List.copyOf(cluster.all(BgpPeerConfig.class)),
                List.copyOf(cluster.all(BgpAdvertisement.class)), List.copyOf(cluster.all(BgpNodeConfigOverride.class)),
                List.copyOf(cluster.all(LoadBalancerIpPool.class)), List.copyOf(cluster.all(Node.class)),
                List.copyOf(cluster.all(CiliumNode.class)), List.copyOf(cluster.all(SecretObject.class)));
    }

    private static <R extends Resource> List<R> only(Collection<? extends Resource> resources, Class<R> type) {
        return resources.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
