package io.roadstead.plugin.bgp.fsm;

import java.util.List;

/** What an event leads to. */
public record Transition(FsmState state, List<FsmAction> actions) {

    public Transition {
        actions = List.copyOf(actions);
    }
}
