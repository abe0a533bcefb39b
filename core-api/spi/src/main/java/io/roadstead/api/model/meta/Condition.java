package io.roadstead.api.model.meta;

/**
 * A status condition (metav1.Condition) without its transition time, which whoever writes it adds when the status changed.
 *
 * @param type for example {@code cilium.io/PoolConflict}
 * @param reason one word
 */
public record Condition(String type, Status status, String reason, String message) {

    /** The longest message that an API server takes, in characters as Unicode counts them; one that is longer has it refuse the whole status. */
    public static final int MESSAGE_LIMIT = 32_768;

    /** To be written: with a message that is cut where it is too long. */
    public static Condition toWrite(String type, Status status, String reason, String message) {
        return new Condition(type, status, reason, message.codePointCount(0, message.length()) <= MESSAGE_LIMIT
                ? message
                : message.substring(0, message.offsetByCodePoints(0, MESSAGE_LIMIT)));
    }

    /** Kubernetes' three values. */
    public enum Status {
        TRUE("True"), FALSE("False"), UNKNOWN("Unknown");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        /** As Kubernetes spells it. */
        public String text() {
            return text;
        }
    }
}
