package io.roadstead.api.lb;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Ability of a datapath whose work goes on when the agent stops: takes it away. Any thread. */
public interface DetachableDatapath {
    /**
     * Removes every trace of it; nothing is balanced then until the agent starts anew.
     *
     * @return what was removed, one line each
     */
    CompletionStage<List<String>> detach();
}
