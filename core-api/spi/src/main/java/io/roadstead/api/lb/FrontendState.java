package io.roadstead.api.lb;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * All that a datapath needs to know of one frontend. Immutable.
 *
 * @param service      {@code namespace/name}
 * @param portName     name of the Service's port; empty for the only one
 * @param backends     first those that new flows may get, as the table indexes them, ordered by address; then those that only keep the flows they have
 * @param selectable   how many of the backends, from the front, new flows may get
 * @param table        null when no backend is selectable
 * @param algorithm    type of the algorithm that built the table
 * @param dispatch     name of the dispatch mode, one of those given to {@link Datapath#dispatchModes}
 * @param localOnly    whether the traffic policy of its scope is Local; the backends are local ones then
 * @param affinity     how long a client keeps its backend after its last flow; null for no affinity
 * @param sourceRanges who may connect
 * @param noBackend    what becomes of new flows when no backend is selectable
 */
public record FrontendState(Frontend frontend, FrontendType type, String service, String portName, List<Backend> backends, int selectable,
        @Nullable SelectionTable table, String algorithm, String dispatch, boolean localOnly, @Nullable Duration affinity,
        SourceRanges sourceRanges, NoBackend noBackend) {
    public FrontendState {
        backends = List.copyOf(backends);
        if (selectable < 0 || selectable > backends.size()) {
            throw new IllegalArgumentException(selectable + " of " + backends.size() + " backends cannot be selectable");
        }
        if ((table == null) != (selectable == 0)) {
            throw new IllegalArgumentException("a frontend has a table exactly when a backend is selectable");
        }
    }

    /** What becomes of new flows to a frontend without backends. */
    public enum NoBackend {
        /** ICMP port unreachable, or a closed connection. */
        REJECT,
        /** Silence. */
        DROP
    }
}
