package io.roadstead.api.route;

/** The reasons of the kernel and of the shipped advertisers. */
public enum RouteReason implements ReasonCode {
    ANNOUNCED("announced"),
    NODE_NOT_SELECTED("no BGP cluster configuration selects this node"),
    CLUSTER_CONFIG_CONFLICT("another BGP cluster configuration already owns this node"),
    NO_LOCAL_ASN("the instance has no local AS number"),
    NO_PEER_ADDRESS("the peer has no address"),
    NO_DEFAULT_GATEWAY("the peer is the default gateway, and the node has no default route with one"),
    PEER_CONFIG_MISSING("the peer refers to a peer configuration that does not exist"),
    AUTH_SECRET_MISSING("the peer's password secret does not exist or has no key 'password'"),
    PEER_PROTOCOL_MISSING("no loaded plugin speaks the peer's protocol"),
    SESSION_NOT_OPENED("the session could not be opened"),
    FAMILY_NOT_CONFIGURED("the peer does not exchange this address family"),
    NO_ADVERTISEMENT_SELECTED("the peer's families select no advertisement for it"),
    ADVERTISEMENT_TYPE_UNKNOWN("no loaded plugin provides this advertisement type"),
    ADVERTISEMENT_EXCLUDES_NODE("the advertisement's node selector excludes this node"),
    NO_SELECTOR("the advertisement has no selector, which selects nothing"),
    SELECTOR_MISMATCH("the advertisement's selector does not match the labels"),
    ADDRESS_KIND_NOT_ADVERTISED("no matching advertisement names this kind of address"),
    NO_ADDRESS("it has no address of this kind"),
    NOT_A_LOAD_BALANCER("it is not of type LoadBalancer"),
    FOREIGN_CLASS("its load balancer class belongs to another implementation"),
    NO_LOCAL_READY_ENDPOINT("traffic policy Local, and this node has no ready endpoint"),
    NO_READY_ENDPOINT("no node has a ready endpoint"),
    NODE_EXCLUDED("the node is labelled to be excluded from external load balancers"),
    NODE_DRAINED("the node is drained"),
    NO_POD_CIDR("the node has no Pod CIDR"),
    ADVERTISER_FAILED("the advertiser plugin failed"),
    NOT_ORIGINATED("no object that is advertised from this node has this prefix"),
    PEER_NOT_ESTABLISHED("the session with the peer is not established"),
    FAMILY_NOT_NEGOTIATED("the peer did not agree to exchange this address family"),
    SOURCE_NOT_SYNCED("the cluster's objects have not been read completely yet");

    private final String text;

    RouteReason(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
