package io.roadstead.api.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;

/**
 * Turns the tree of a Kubernetes object into a model record. Offered by the kernel to plugins' injectors, so that every source reads the same fields with the
 * same checks. Pure; safe for any thread.
 */
public interface ResourceDecoder {
    /**
     * @param document maps with string keys, lists, strings, numbers, booleans and nulls, as YAML and JSON readers give them; {@code kind: List} is the
     *                 source's to unfold
     */
    Result decode(Map<String, ?> document);

    /** What came of it. */
    sealed interface Result {
        /** Understood. */
        record Decoded(Resource resource) implements Result {
        }

        /** A kind that Roadstead does not read: counted, not a problem. */
        record Ignored(String apiVersion, String kind) implements Result {
        }

        /**
         * Not acceptable.
         *
         * @param key    empty when not even the name could be read
         * @param faults at least one
         */
        record Refused(Optional<ResourceKey> key, List<Fault> faults) implements Result {
            public Refused {
                faults = List.copyOf(faults);
            }
        }
    }

    /**
     * One thing wrong.
     *
     * @param field   path like {@code spec.bgpInstances[0].localASN}
     * @param problem one clause
     * @param remedy  one clause; may be empty
     */
    record Fault(String field, String problem, String remedy) {
    }
}
