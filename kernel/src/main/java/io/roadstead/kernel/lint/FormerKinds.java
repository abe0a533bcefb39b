package io.roadstead.kernel.lint;

/** Kinds that were in force once, and that clusters still have. */
public final class FormerKinds {

    /** Cilium's first way to say BGP, in {@code cilium.io/v2alpha1}. */
    public static final String PEERING_POLICY = "CiliumBGPPeeringPolicy";
    /** What became of it; a clause. */
    public static final String PEERING_POLICY_IGNORED = "is ignored, by Cilium since 1.19 and by Roadstead";

    private FormerKinds() {
    }

    static String ignored(int policies) {
        return policies + " " + PEERING_POLICY + (policies == 1 ? " " : " objects: each ") + PEERING_POLICY_IGNORED
                + "; roadstead config translate --from cilium-v1 prints what replaces it";
    }
}
