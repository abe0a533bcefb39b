package io.roadstead.plugin.kubernetes.read;

import java.util.List;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.bgp.BgpNodeConfigOverride;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pod.Pod;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;

/** The kinds that are read, as an API server names them. */
enum Kind {
    NODE(Node.KIND, "nodes", "v1"), //
    SERVICE(Service.KIND, "services", "v1"), //
    ENDPOINT_SLICE(EndpointSlice.KIND, "endpointslices", "discovery.k8s.io/v1"), //
    SECRET(SecretObject.KIND, "secrets", "v1"), //
    POD(Pod.KIND, "pods", "v1"), //
    CILIUM_NODE(CiliumNode.KIND, "ciliumnodes", "cilium.io/v2"), //
    BGP_CLUSTER_CONFIG(BgpClusterConfig.KIND, "ciliumbgpclusterconfigs", "cilium.io/v2", "cilium.io/v2alpha1"), //
    BGP_PEER_CONFIG(BgpPeerConfig.KIND, "ciliumbgppeerconfigs", "cilium.io/v2", "cilium.io/v2alpha1"), //
    BGP_ADVERTISEMENT(BgpAdvertisement.KIND, "ciliumbgpadvertisements", "cilium.io/v2", "cilium.io/v2alpha1"), //
    BGP_NODE_CONFIG_OVERRIDE(BgpNodeConfigOverride.KIND, "ciliumbgpnodeconfigoverrides", "cilium.io/v2", "cilium.io/v2alpha1"), //
    BGP_NODE_CONFIG(BgpNodeConfig.KIND, "ciliumbgpnodeconfigs", "cilium.io/v2", "cilium.io/v2alpha1"), //
    /** Of Cilium's first BGP control plane: nothing of it is used, but it is counted. */
    BGP_PEERING_POLICY("CiliumBGPPeeringPolicy", "ciliumbgppeeringpolicies", "cilium.io/v2alpha1"), //
    POOL(LoadBalancerIpPool.KIND, "ciliumloadbalancerippools", "cilium.io/v2", "cilium.io/v2alpha1");

    /** The group whose kinds exist only where their definitions have been installed. */
    static final String CUSTOM_GROUP = "cilium.io";

    private final String kindName;
    private final String plural;
    private final List<String> apiVersions;

    Kind(String kindName, String plural, String... apiVersions) {
        this.kindName = kindName;
        this.plural = plural;
        this.apiVersions = List.of(apiVersions);
    }

    /** {@code Service}. */
    String kindName() {
        return kindName;
    }

    /** {@code services}. */
    String plural() {
        return plural;
    }

    /** Best first. */
    List<String> apiVersions() {
        return apiVersions;
    }

    /** Whether it may be missing from a cluster. */
    boolean custom() {
        return apiVersions.getFirst().startsWith(CUSTOM_GROUP + "/");
    }

    /** Whether a cluster that the agent may not read it of is not known at all: as if there were none, a node would take its routes back. */
    boolean indispensable() {
        return this == NODE || this == SERVICE || this == ENDPOINT_SLICE;
    }

    /** Empty for the core group. */
    String group() {
        String version = apiVersions.getFirst();
        int slash = version.indexOf('/');
        return slash < 0 ? "" : version.substring(0, slash);
    }
}
