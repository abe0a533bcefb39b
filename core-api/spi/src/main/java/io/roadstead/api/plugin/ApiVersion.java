package io.roadstead.api.plugin;

/** The version of core-api, which is not the product's: plugins state the range they work with in {@code Plugin-Requires}. */
public final class ApiVersion {
    /** Semantic version without a pre-release part. A new major breaks plugins, a new minor adds to what they see. */
    public static final String CURRENT = "1.0.0";

    private ApiVersion() {
    }
}
