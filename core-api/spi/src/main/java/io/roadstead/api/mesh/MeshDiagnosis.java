package io.roadstead.api.mesh;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Optional ability of a {@link MeshBackend}: it finds out, step by step, why a store cannot be used. */
public interface MeshDiagnosis {
    /**
     * Tries one cluster's store afresh, beside the connection that is open. Bounded in time; completes on any thread. No secret is in what it says.
     *
     * @param cluster name of a configured remote cluster; the own cluster's for its own store
     * @return the steps in the order they were tried; what was not reached is SKIPPED. Fails with NOT_FOUND when the cluster is not configured
     */
    CompletionStage<List<Check>> diagnose(String cluster);

    /**
     * A step.
     *
     * @param step   what was tried: {@code dns}, {@code tcp}, {@code tls}, {@code certificate}, {@code permissions}, {@code revision} …
     * @param target of what: an address, a file, a key
     * @param found  what was seen, in words
     * @param remedy what to do; empty unless the outcome is WARNING or FAILED
     */
    record Check(String step, String target, Outcome outcome, String found, String remedy) {
    }

    /** How a step ended. */
    enum Outcome {
        OK, WARNING, FAILED, SKIPPED
    }
}
