package io.roadstead.testkit.kubernetes;

import java.util.Set;

/** Who asks. */
record User(String name, Set<String> groups) {

    static final String UNRESTRICTED = "system:masters";

    User {
        groups = Set.copyOf(groups);
    }

    static User admin() {
        return new User("kubernetes-admin", Set.of(UNRESTRICTED, "system:authenticated"));
    }
}
