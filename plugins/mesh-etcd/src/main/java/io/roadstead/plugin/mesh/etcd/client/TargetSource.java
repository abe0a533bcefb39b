package io.roadstead.plugin.mesh.etcd.client;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Knows the targets of some clusters and follows their changes: a watched directory, a watched file. */
public interface TargetSource extends AutoCloseable {
    /** Begins to tell: once soon, and again after each change, on one loop. Called once. */
    void start(Consumer<Targets> changed);

    /** Ends it: nothing is told afterwards. */
    @Override
    void close();

    /**
     * Everything it knows now.
     *
     * @param byCluster by the cluster's name
     * @param problems  of what cannot be used, each a clause with subject and remedy
     */
    record Targets(Map<String, Target> byCluster, List<String> problems) {
        public Targets {
            byCluster = Map.copyOf(byCluster);
            problems = List.copyOf(problems);
        }
    }
}
