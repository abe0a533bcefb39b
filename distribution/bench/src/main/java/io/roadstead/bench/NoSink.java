package io.roadstead.bench;

import java.util.List;

import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.SourceProblem;

/** Before set-up. */
enum NoSink implements ClusterSink {
    INSTANCE;

    @Override
    public void apply(ResourceBatch batch) {
        throw new IllegalStateException("not set up");
    }

    @Override
    public void synced() {
        throw new IllegalStateException("not set up");
    }

    @Override
    public void problems(List<SourceProblem> all) {
        throw new IllegalStateException("not set up");
    }
}
