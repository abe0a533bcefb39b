package io.roadstead.kernel.lb;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.kernel.registry.PluginBoundary;

/** The algorithms that are loaded, and the tables they build. Confined to the control loop. */
final class Algorithms {

    private static final Logger log = LoggerFactory.getLogger(Algorithms.class);

    private final Map<String, Loaded> loaded = new TreeMap<>();
    private long generations;
    private long built;

    /** Takes an algorithm, or its new configuration, into use. */
    void put(String type, LoadBalancingAlgorithm<?> algorithm) {
        loaded.put(type, new Loaded(algorithm, ++generations));
    }

    /** Forgets it, unless another has taken its place; returns whether it was in use. */
    @SuppressWarnings("ReferenceEquality") // a successor may be equal to it
    boolean remove(String type, LoadBalancingAlgorithm<?> algorithm) {
        Loaded current = loaded.get(type);
        return current != null && current.algorithm == algorithm && loaded.remove(type, current);
    }

    boolean has(String type) {
        return loaded.containsKey(type);
    }

    /** For a new Service. */
    Tables tables() {
        return new Tables();
    }

    /** How many tables were built since the start. */
    long built() {
        return built;
    }

    /** Tables of one Service: those of its last evaluation are used again where nothing that they were built from has changed. */
    final class Tables {
        private Map<Key, Built> before = Map.of();
        private Map<Key, Built> now = new HashMap<>();

        /** Begins an evaluation. */
        void begin() {
            before = now;
            now = new HashMap<>();
        }

        /** The table, or why there is none. The type must be loaded. */
        Built table(String type, TableRequest request) {
            Loaded algorithm = Objects.requireNonNull(loaded.get(type), type);
            Key key = new Key(type, algorithm.generation, request);
            return now.computeIfAbsent(key, absent -> {
                Built known = before.get(key);
                return known == null ? build(type, algorithm.algorithm, request) : known;
            });
        }
    }

    /** A table that nobody uses, for comparison. The type must be loaded. */
    Built build(String type, TableRequest request) {
        return build(type, Objects.requireNonNull(loaded.get(type), type).algorithm, request);
    }

    private Built build(String type, LoadBalancingAlgorithm<?> algorithm, TableRequest request) {
        built++;
        try {
            return PluginBoundary.call(CommonErrorCode.EXTENSION_FAILED, "algorithm " + type, algorithm.getClass().getClassLoader(),
                    () -> new Built(FixedTable.copyOf(algorithm.build(request), request.backends().size()), ""));
        } catch (RoadsteadException failed) {
            log.error("algorithm failed type={} service={} backends={}", type, request.service(), request.backends().size(), failed);
            return new Built(null, type + ": " + failed.problem());
        }
    }

    /**
     * What came of building.
     *
     * @param table   null when the algorithm failed
     * @param failure empty when it did not
     */
    record Built(@Nullable FixedTable table, String failure) {
    }

    private record Loaded(LoadBalancingAlgorithm<?> algorithm, long generation) {
    }

    private record Key(String type, long generation, TableRequest request) {
    }
}
