package io.roadstead.api.lb;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.IpPrefix;

/**
 * All that a datapath needs to know of one frontend.
 *
 * @param service      {@code namespace/name:port}
 * @param backends     as the table indexes them, then those that only keep the flows they have
 * @param active       how many of the backends, from the front, get new flows; zero means none
 * @param table        null when no backend is active
 * @param dispatch     type of the dispatch mode
 * @param affinity     how long a client keeps its backend; null for no affinity
 * @param sourceRanges who may connect; empty means everybody
 */
public record FrontendState(Frontend frontend, String service, List<WeightedBackend> backends, int active, @Nullable SelectionTable table,
        String dispatch, @Nullable Duration affinity, List<IpPrefix> sourceRanges) {
    public FrontendState {
        backends = List.copyOf(backends);
        sourceRanges = List.copyOf(sourceRanges);
    }
}
