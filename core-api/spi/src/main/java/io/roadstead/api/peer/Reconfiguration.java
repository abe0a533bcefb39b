package io.roadstead.api.peer;

import java.util.Set;

/**
 * What a changed specification did.
 *
 * @param outcome the strongest that any changed field needed
 * @param pending fields that apply when the next connection is made; names of {@link PeerSpec}
 * @param reset   fields that forced a reset
 */
public record Reconfiguration(Outcome outcome, Set<String> pending, Set<String> reset) {

    public Reconfiguration {
        pending = Set.copyOf(pending);
        reset = Set.copyOf(reset);
    }

    /** From weakest to strongest. */
    public enum Outcome {
        UNCHANGED, APPLIED, PENDING, RESET
    }
}
