package io.roadstead.kernel.lint;

/** What is looked for. The names are for scripts: none is renamed. */
public enum LintRule {
    /** An item that selects by labels has no selector. */
    ADVERTISEMENT_SELECTS_NOTHING(Severity.WARNING, true),
    /** No family of any peer configuration selects the advertisement. */
    ADVERTISEMENT_UNUSED(Severity.WARNING, true),
    /** A family selects advertisements, and there is none with such labels. */
    FAMILY_MATCHES_NO_ADVERTISEMENT(Severity.WARNING, true),
    /** A family selects no advertisements at all; right where routes are only received. */
    FAMILY_ADVERTISES_NOTHING(Severity.WARNING, false),
    /** A peer without configuration: nothing is announced to it. */
    PEER_WITHOUT_CONFIG(Severity.WARNING, false),
    /** A peer names a configuration that is not there. */
    PEER_CONFIG_MISSING(Severity.ERROR, false),
    /** No peer names the configuration. */
    PEER_CONFIG_UNUSED(Severity.INFO, false),
    /** The Secret with the session's password is not there, or has no password. */
    AUTH_SECRET_MISSING(Severity.ERROR, false),
    /** No node has the labels. */
    NODE_SELECTOR_MATCHES_NONE(Severity.WARNING, false),
    /** Two cluster configurations select the same node, which follows one of them only. */
    CLUSTER_CONFIGS_OVERLAP(Severity.WARNING, false),
    /** Neither the instance nor any node's override says the own AS. */
    LOCAL_ASN_MISSING(Severity.WARNING, false),
    /** Two peers of an instance have the same address. */
    PEER_ADDRESS_TWICE(Severity.WARNING, false),
    /** A listener on a port that needs a privilege, although every peer is dialled. */
    LISTENER_NOT_NEEDED(Severity.INFO, false),
    /** An override for a node or an instance that is not there. */
    OVERRIDE_OF_NOTHING(Severity.WARNING, false),
    /** Two blocks of pools share addresses. */
    POOLS_OVERLAP(Severity.WARNING, false),
    /** A pool hands out addresses that Pods may have. */
    POOL_CONTAINS_POD_CIDR(Severity.ERROR, true),
    /** A pool hands out the address of a node. */
    POOL_CONTAINS_NODE(Severity.ERROR, true);

    /** How bad it is. */
    public enum Severity {
        /** Does not work. */
        ERROR,
        /** Works, probably not as meant. */
        WARNING,
        /** Could be simpler. */
        INFO
    }

    private final Severity severity;
    private final boolean live;

    LintRule(Severity severity, boolean live) {
        this.severity = severity;
        this.live = live;
    }

    public Severity severity() {
        return severity;
    }

    /** Whether an agent says it of the cluster it runs in. The others it knows better from running, or they may be meant. */
    public boolean live() {
        return live;
    }
}
