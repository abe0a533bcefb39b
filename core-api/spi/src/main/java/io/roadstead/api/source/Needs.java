package io.roadstead.api.source;

/**
 * What the kernel looks at now of the kinds that are costly to follow on every node of a large cluster: a Node changes every few minutes, a Pod many times in its
 * life, and each change goes to everybody who watches. All other kinds are needed always and whole.
 *
 * @param nodes    of Node; never NONE
 * @param pods     of Pod
 * @param sessions the {@code CiliumBGPNodeConfig}s of the other nodes, whose status says how their sessions are
 */
public record Needs(Scope nodes, Scope pods, boolean sessions) {

    /** What an agent needs that neither leads nor publishes, nor carries packets to other nodes. */
    public static final Needs OWN_NODE = new Needs(Scope.OWN_NODE, Scope.NONE, false);

    /** Everything there is. */
    public static final Needs EVERYTHING = new Needs(Scope.ALL, Scope.ALL, true);

    public Needs {
        if (nodes == Scope.NONE) {
            throw new IllegalArgumentException("the own Node is always needed");
        }
    }

    /** What satisfies both. */
    public Needs and(Needs other) {
        return new Needs(wider(nodes, other.nodes), wider(pods, other.pods), sessions || other.sessions);
    }

    private static Scope wider(Scope one, Scope other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** Whose objects of a kind, from the narrowest to the widest. */
    public enum Scope {
        NONE, OWN_NODE, ALL
    }
}
