package io.roadstead.api.model.meta;

/**
 * A status condition (metav1.Condition) without its transition time, which whoever writes it adds when the status changed.
 *
 * @param type for example {@code cilium.io/PoolConflict}
 * @param reason one word
 */
public record Condition(String type, Status status, String reason, String message) {

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
