package io.roadstead.api.metrics;

import java.util.List;

/** Something that can state figures about itself. */
@FunctionalInterface
public interface MetricSource {
    /** Called at scrape time on any thread; reads published snapshots, never blocks on a loop for longer than it takes to copy. */
    List<Metric> collect();
}
