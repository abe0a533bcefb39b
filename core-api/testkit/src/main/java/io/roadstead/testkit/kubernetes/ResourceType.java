package io.roadstead.testkit.kubernetes;

/**
 * What objects are kept under, whatever version they are spoken in.
 *
 * @param group empty for the core group
 * @param plural as in paths, like {@code services}
 */
record ResourceType(String group, String plural) {

    /** {@code services}, {@code endpointslices.discovery.k8s.io}. */
    String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** The reverse of {@link #qualified}. */
    static ResourceType of(String qualified) {
        int dot = qualified.indexOf('.');
        return dot < 0 ? new ResourceType("", qualified) : new ResourceType(qualified.substring(dot + 1), qualified.substring(0, dot));
    }
}
