package io.roadstead.plugin.datapath.ebpf.map;

import java.time.Duration;

import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.model.service.Protocol;

/** What of a frontend goes into its key and its entry, and back. */
public final class ServiceEntries {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int SCTP = 132;

    private ServiceEntries() {
    }

    /** IP protocol number. */
    public static int number(Protocol protocol) {
        return switch (protocol) {
            case TCP -> TCP;
            case UDP -> UDP;
            case SCTP -> SCTP;
        };
    }

    /** The protocol of a number; an error for one that Services do not have. */
    public static Protocol protocol(int number) {
        return switch (number) {
            case TCP -> Protocol.TCP;
            case UDP -> Protocol.UDP;
            case SCTP -> Protocol.SCTP;
            default -> throw new IllegalArgumentException("protocol " + number + " is none of a Service's");
        };
    }

    /** The key of a frontend's entry. */
    public static ServiceKey key(Frontend frontend) {
        return new ServiceKey(frontend.address(), frontend.port(), number(frontend.protocol()),
                frontend.scope() == Scope.INTERNAL ? Abi.SCOPE_INTERNAL : Abi.SCOPE_EXTERNAL);
    }

    /** The frontend of an entry's key. Not for the entry of an address itself. */
    public static Frontend frontend(ServiceKey key) {
        return new Frontend(key.address(), key.port(), protocol(key.protocol()),
                key.scope() == Abi.SCOPE_INTERNAL ? Scope.INTERNAL : Scope.EXTERNAL);
    }

    /** A backend's {@code BACKEND_} state. */
    static int state(BackendState state) {
        return switch (state) {
            case ACTIVE -> Abi.BACKEND_ACTIVE;
            case TERMINATING, TERMINATING_NOT_SERVING -> Abi.BACKEND_TERMINATING;
            case QUARANTINED -> Abi.BACKEND_QUARANTINED;
            case MAINTENANCE -> Abi.BACKEND_MAINTENANCE;
        };
    }

    static int typeFlags(FrontendType type) {
        return switch (type) {
            case CLUSTER_IP -> Abi.SVC_CLUSTER_IP;
            case NODE_PORT -> Abi.SVC_NODE_PORT | Abi.SVC_ROUTABLE;
            case LOAD_BALANCER -> Abi.SVC_LOAD_BALANCER | Abi.SVC_ROUTABLE;
            case EXTERNAL_IP -> Abi.SVC_EXTERNAL_IP | Abi.SVC_ROUTABLE;
        };
    }

    /** As the entry tells views. */
    static int type(FrontendType type) {
        return switch (type) {
            case CLUSTER_IP -> 1;
            case NODE_PORT -> 2;
            case LOAD_BALANCER -> 3;
            case EXTERNAL_IP -> 4;
        };
    }

    /** What is wrong with a table of a plugin's; empty when nothing is. */
    static String wrong(SelectionTable table, int selectable) {
        try {
            int slots = table.slots();
            if (slots < 1 || slots > SelectionTable.MAX_SLOTS) {
                return "it has " + slots + " slots";
            }
            for (int slot = 0; slot < slots; slot++) {
                int index = table.backendIndex(slot);
                if (index < 0 || index >= selectable) {
                    return "slot " + slot + " leads to backend " + index + " of " + selectable;
                }
            }
            return "";
        } catch (RuntimeException e) { // of its plugin, whose other tables count
            return e.toString();
        }
    }

    static int select(SelectionTable table) {
        return table.slotChoice() == SlotChoice.RANDOM ? Abi.SELECT_RANDOM : Abi.SELECT_FLOW_HASH;
    }

    /** Whole seconds, at least one; 0 for no affinity. */
    static int affinitySeconds(FrontendState state) {
        Duration affinity = state.affinity();
        return affinity == null ? 0 : (int) Math.clamp(affinity.toSeconds(), 1L, Integer.MAX_VALUE);
    }

    /** All but {@code SVC_TWO_SCOPES}, which depends on another frontend. */
    static int flags(FrontendState state) {
        int flags = typeFlags(state.type());
        flags &= state.frontend().scope() == Scope.INTERNAL ? ~Abi.SVC_ROUTABLE : ~0;
        flags |= state.localOnly() ? Abi.SVC_LOCAL_ONLY : 0;
        flags |= state.affinity() != null ? Abi.SVC_AFFINITY : 0;
        flags |= state.sourceRanges().prefixes().isEmpty() ? 0 : Abi.SVC_SOURCE_RANGE;
        flags |= !state.sourceRanges().prefixes().isEmpty() && state.sourceRanges().deny() ? Abi.SVC_SOURCE_DENY : 0;
        flags |= state.noBackend() == NoBackend.REJECT ? Abi.SVC_REJECT : 0;
        return flags;
    }
}
