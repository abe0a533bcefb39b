package io.roadstead.api.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A value that is never printed: {@code toString}, the effective configuration and every view show a mask. Compared in constant time.
 */
public final class Secret {

    /** What is shown instead of the value. */
    public static final String MASK = "********";

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** Wraps the value; an empty one is allowed and means an empty password. */
    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The value itself: for the place that hands it to the kernel or to a protocol, never for a message. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(value.getBytes(StandardCharsets.UTF_8), secret.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
