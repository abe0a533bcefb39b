package io.roadstead.kernel.route;

import io.roadstead.api.route.ReasonCode;
import io.roadstead.api.route.RouteReason;

/** What can be done about a reason. */
final class Remedies {

    private Remedies() {
    }

    /** One clause; empty when there is nothing to do, and for the reasons of plugins. */
    static String of(ReasonCode code) {
        return code instanceof RouteReason reason ? of(reason) : "";
    }

    private static String of(RouteReason reason) {
        return switch (reason) {
            case ANNOUNCED -> "";
            case NODE_NOT_SELECTED -> "label the node as a CiliumBGPClusterConfig's nodeSelector wants";
            case CLUSTER_CONFIG_CONFLICT -> "let one CiliumBGPClusterConfig only select the node";
            case NO_LOCAL_ASN -> "set localASN in the cluster configuration or in the node's override";
            case NO_PEER_ADDRESS -> "set peerAddress or autoDiscovery";
            case NO_DEFAULT_GATEWAY -> "give the node a default route of this family, or set peerAddress";
            case PEER_CONFIG_MISSING -> "create the CiliumBGPPeerConfig or correct peerConfigRef";
            case AUTH_SECRET_MISSING -> "create the Secret with key 'password' in the BGP secrets namespace";
            case PEER_PROTOCOL_MISSING -> "put the peer-bgp plugin into the plugins directory";
            case SESSION_NOT_OPENED -> "correct what is named; it is tried again every 5 seconds";
            case FAMILY_NOT_CONFIGURED -> "add the family to the peer configuration";
            case NO_ADVERTISEMENT_SELECTED ->
                    "label an advertisement of this type as the peer configuration's families[].advertisements wants";
            case ADVERTISEMENT_TYPE_UNKNOWN -> "correct advertisementType, or put the plugin that provides it into the plugins directory";
            case ADVERTISEMENT_EXCLUDES_NODE -> "label the node as the advertisement's nodeSelector wants";
            case NO_SELECTOR -> "give the advertisement a selector; {} selects everything";
            case SELECTOR_MISMATCH -> "label the object as the advertisement's selector wants";
            case ADDRESS_KIND_NOT_ADVERTISED -> "add the kind to service.addresses of the advertisement";
            case NO_ADDRESS -> "give it an address of this kind: for LoadBalancerIP, a pool that selects the Service";
            case NOT_A_LOAD_BALANCER -> "set type LoadBalancer";
            case FOREIGN_CLASS -> "remove loadBalancerClass or set io.cilium/bgp-control-plane when the Service is created";
            case NO_LOCAL_READY_ENDPOINT ->
                    "where this node is to announce it, have a ready Pod of the Service here, or set the traffic policy to Cluster";
            case NO_READY_ENDPOINT -> "see why the pods are not ready";
            case NODE_EXCLUDED -> "remove the label node.kubernetes.io/exclude-from-external-load-balancers from the node";
            case NODE_DRAINED -> "wait for the end of the maintenance, or undo what is named; see 'roadstead node status'";
            case NO_POD_CIDR -> "have a Pod CIDR allocated to the node";
            case ADVERTISER_FAILED -> "see the log, and report it to the plugin's author";
            case NOT_ORIGINATED -> "ask for the exact prefix; explain service names those of a Service";
            case PEER_NOT_ESTABLISHED -> "see: roadstead bgp peers";
            case FAMILY_NOT_NEGOTIATED -> "activate the address family for this neighbour at the peer";
            case SOURCE_NOT_SYNCED -> "see the source's problems in: roadstead status";
        };
    }
}
