package io.roadstead.api.lb;

import java.util.List;

/**
 * Ability of a {@link DatapathFactory} whose datapaths outlive the agent: takes away what they left on this machine. Asked by {@code roadstead datapath detach}, in a
 * process of its own, while no agent runs.
 *
 * @param <C> the factory's configuration record
 */
@FunctionalInterface
public interface DetachableDatapath<C extends Record> {
    /**
     * Takes everything away. Idempotent.
     *
     * @return what was there and is gone, one clause each; empty when there was nothing
     * @throws io.roadstead.api.error.RoadsteadException when something stays, naming it
     */
    List<String> detach(C config);
}
