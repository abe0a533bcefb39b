package io.roadstead.plugin.bgp.rib;

/** The steps of route selection (RFC 4271 §9.1.2.2, RFC 4456 §9) in their order. There is no IGP metric: next hops are the peers' own. */
public enum BestPathReason {
    ONLY_PATH("only path"), LOCAL_PREFERENCE("local preference"), AS_PATH_LENGTH("AS path length"), ORIGIN("origin"), MED("MED"),
    EXTERNAL("external over internal"), ROUTER_ID("router id"), CLUSTER_LIST_LENGTH("cluster list length"), PEER_ADDRESS("peer address");

    private final String text;

    BestPathReason(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
