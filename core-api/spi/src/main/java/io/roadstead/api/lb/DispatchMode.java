package io.roadstead.api.lb;

import java.util.Set;

import io.roadstead.api.plugin.Instance;

/**
 * One way of dispatch. What a datapath needs of it is an optional ability, defined by the datapath's plugin: an eBPF object, a proxy behaviour.
 */
public interface DispatchMode<C extends Record> extends Instance<C> {
    /** What a datapath must be able to do for it. */
    Set<Need> needs();

    /** Abilities of datapaths. */
    enum Need {
        /** Rewrites addresses and keeps the state to undo it. */
        ADDRESS_TRANSLATION,
        /** Wraps packets for another node. */
        ENCAPSULATION,
        /** Sends a reply from the backend's node with the frontend's address. */
        DIRECT_RETURN
    }
}
