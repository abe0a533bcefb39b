package io.roadstead.plugin.proxy.select;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.FrontendState;

/** What becomes of a new flow. */
public sealed interface Choice {

    /**
     * It goes there.
     *
     * @param slot of the table; −1 when affinity decided
     */
    record Forward(FrontendState state, Backend backend, int slot) implements Choice {
    }

    /**
     * It goes nowhere.
     *
     * @param state  null when no frontend is for that client
     * @param silent without an answer
     */
    record Refuse(@Nullable FrontendState state, Reason reason, boolean silent) implements Choice {
    }
}
