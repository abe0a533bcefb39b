package io.roadstead.kernel.maintenance;

import java.util.Arrays;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.node.Node;

/**
 * Which taints do not take a node out of service; as the tolerations of a Pod.
 *
 * @param key    empty, with EXISTS, means every key
 * @param value  for EQUAL; empty means the empty value
 * @param effect null means every effect
 */
public record Toleration(String key, Operator operator, String value, @Nullable Effect effect) {

    public Toleration {
        if (operator == Operator.EQUAL && key.isEmpty()) {
            throw new IllegalArgumentException("key is empty, which is for operator exists only");
        }
        if (operator == Operator.EXISTS && !value.isEmpty()) {
            throw new IllegalArgumentException("value is for operator equal only");
        }
    }

    /** Whether that taint is tolerated. */
    boolean covers(Node.Taint taint) {
        return (effect == null || effect.text.equals(taint.effect())) && (key.isEmpty() || key.equals(taint.key()))
                && (operator == Operator.EXISTS || value.equals(taint.value()));
    }

    /** How the taint's value is compared. */
    public enum Operator {
        EQUAL, EXISTS
    }

    /** What a taint does. */
    public enum Effect {
        NO_SCHEDULE("NoSchedule"), PREFER_NO_SCHEDULE("PreferNoSchedule"), NO_EXECUTE("NoExecute");

        private final String text;

        Effect(String text) {
            this.text = text;
        }

        /** As a Node spells it. */
        static Optional<Effect> of(String text) {
            return Arrays.stream(values()).filter(effect -> effect.text.equals(text)).findFirst();
        }
    }
}
