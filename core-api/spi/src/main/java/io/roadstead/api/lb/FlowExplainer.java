package io.roadstead.api.lb;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Ability of a datapath: says what would become of a flow's first packet, without sending it. Any thread. */
public interface FlowExplainer {

    /** Runs a packet through what is in force. */
    CompletionStage<Explanation> explain(Flow flow);

    /**
     * What became of it.
     *
     * @param verdict like {@code forwarded}, {@code dropped}, {@code not a service}
     * @param reason  drop reason; empty when it was not dropped
     * @param steps   for eyes: each a clause, in the order of what happened
     */
    record Explanation(Flow flow, String verdict, String reason, String service, String frontend, String backend, String dispatch,
            List<String> steps) {
        public Explanation {
            steps = List.copyOf(steps);
        }
    }
}
