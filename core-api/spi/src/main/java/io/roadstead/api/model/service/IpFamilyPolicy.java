package io.roadstead.api.model.service;

/** {@code spec.ipFamilyPolicy}. */
public enum IpFamilyPolicy {
    SINGLE_STACK("SingleStack"), PREFER_DUAL_STACK("PreferDualStack"), REQUIRE_DUAL_STACK("RequireDualStack");

    private final String text;

    IpFamilyPolicy(String text) {
        this.text = text;
    }

    /** As Kubernetes spells it. */
    public String text() {
        return text;
    }
}
