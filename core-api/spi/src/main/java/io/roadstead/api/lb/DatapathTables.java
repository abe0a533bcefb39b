package io.roadstead.api.lb;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.roadstead.api.model.net.IpAddress;

/** Ability of a datapath: what it holds now, read back from where packets see it. Any thread. */
public interface DatapathTables {

    /** For {@code status --verbose}: facts in the order to show, like {@code XDP Acceleration → Disabled}. Does not block. */
    Map<String, String> facts();

    /** Every frontend with its slots, ordered by frontend. */
    CompletionStage<List<Entry>> entries();

    /** The tables themselves, ordered by name. */
    CompletionStage<List<Table>> tables();

    /** Drops by reason, and what else is counted, since the datapath was put in place. */
    CompletionStage<List<Counter>> counters();

    /**
     * One frontend as packets see it.
     *
     * @param id       the frontend's own number, by which replies find it: Cilium's reverse NAT id
     * @param flags    like {@code ClusterIP}, {@code non-routable}, {@code Local}, {@code sessionAffinity}
     * @param backends in the order of their slots
     */
    record Entry(Frontend frontend, long id, List<String> flags, String dispatch, int tableSize, List<Slot> backends) {
        public Entry {
            flags = List.copyOf(flags);
            backends = List.copyOf(backends);
        }
    }

    /**
     * A backend of a frontend.
     *
     * @param id        the backend's number
     * @param selectable whether new flows get there
     * @param tableShare slots of the table that lead there
     * @param cluster   name of its cluster; empty for the own one. Packets know nothing of it: a datapath need not tell
     */
    record Slot(long id, IpAddress address, int port, BackendState state, boolean selectable, int tableShare, String cluster) {

        /** As packets see it. */
        public Slot(long id, IpAddress address, int port, BackendState state, boolean selectable, int tableShare) {
            this(id, address, port, state, selectable, tableShare, "");
        }

        /** The same in that cluster. */
        public Slot withCluster(String name) {
            return new Slot(id, address, port, state, selectable, tableShare, name);
        }
    }

    /**
     * A table.
     *
     * @param kind  like {@code lru_hash}
     * @param used  entries in use; −1 when counting would cost too much
     * @param bytes memory that it takes
     */
    record Table(String name, String kind, long used, long limit, long bytes) {
    }

    /** A count since the start; {@code drop} says whether the packets were dropped for that reason. */
    record Counter(String reason, boolean drop, long packets, long bytes) {
    }
}
