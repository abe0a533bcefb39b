package io.roadstead.api.source;

import java.util.List;
import java.util.Map;

/** Where a source puts what it read. Safe for any thread, never blocks; calls take effect in the order in which one thread makes them. */
public interface ClusterSink {
    /** Applies a batch as one change: nobody sees half of it. */
    void apply(ResourceBatch batch);

    /** Says that everything that existed at the start has been applied. Until then nothing is announced and no address is handed out. Later calls do nothing. */
    void synced();

    /** Replaces the list of what is wrong with the source's input now. The agent's status shows it; the source's own need not repeat it. */
    void problems(List<SourceProblem> all);

    /** Replaces the counts of documents, by kind, that Roadstead does not read. */
    default void ignored(Map<String, Integer> countByKind) {
    }
}
