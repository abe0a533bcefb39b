package io.roadstead.api.lb;

import java.util.Set;

import io.roadstead.api.plugin.Instance;

/**
 * One way of dispatch. What a datapath needs of it is an optional ability: {@link EbpfDispatch} for programs in the kernel, {@link ProxyDispatch} for a
 * proxy.
 */
public interface DispatchMode<C extends Record> extends Instance<C> {
    /** What a datapath must be able to do for it. */
    Set<Need> needs();

    /** For status: {@code SNAT}, {@code DSR}. */
    String label();

    /** How it carries what it has to tell the other node, for status: {@code Geneve}; empty when it tells nothing. */
    default String carrier() {
        return "";
    }

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
