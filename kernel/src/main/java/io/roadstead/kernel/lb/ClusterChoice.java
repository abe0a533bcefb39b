package io.roadstead.kernel.lb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;

/**
 * Which clusters' backends get new flows now, and how many of the flows.
 *
 * @param lost clusters whose links have been dead for too long
 */
record ClusterChoice(ClusterPolicy policy, Set<String> lost) {

    /** As {@link Backend#weight} allows. */
    private static final int MOST = 65535;
    /** So that algorithms may add up the weights of a frontend in 32 bits. */
    private static final double MOST_TOGETHER = 1 << 30;

    ClusterChoice {
        lost = Set.copyOf(lost);
    }

    /** How well a cluster does: by its best backend. */
    private enum Health {
        /** Some get new flows. */
        ACTIVE,
        /** None does, and some that shut down still serve. */
        SERVING,
        /** None serves. */
        NONE
    }

    /** The clusters in use. Backends of the others only keep the flows they have. */
    Predicate<Candidate> used(List<Candidate> candidates) {
        if (!policy.global()) {
            return candidate -> true;
        }
        Map<String, Health> clusters = new TreeMap<>();
        candidates.forEach(candidate -> clusters.merge(candidate.backend().cluster(), health(candidate.backend().state()),
                (one, other) -> one.compareTo(other) <= 0 ? one : other));
        if (clusters.size() < 2) {
            return candidate -> true;
        }
        leaveOut(clusters, lost::contains);
        leaveOut(clusters, cluster -> policy.weight(cluster) == 0);
        Set<String> used = policy.order().isEmpty() ? byAffinity(clusters) : byOrder(clusters);
        return candidate -> used.contains(candidate.backend().cluster());
    }

    private static Health health(BackendState state) {
        return switch (state) {
            case ACTIVE -> Health.ACTIVE;
            case TERMINATING -> Health.SERVING;
            case TERMINATING_NOT_SERVING, QUARANTINED, MAINTENANCE -> Health.NONE;
        };
    }

    /** Unless only these have healthy backends. */
    private static void leaveOut(Map<String, Health> clusters, Predicate<String> these) {
        if (healthy(clusters, these.negate())) {
            clusters.keySet().removeIf(these);
        }
    }

    private static boolean healthy(Map<String, Health> clusters, Predicate<String> which) {
        return clusters.entrySet().stream().anyMatch(entry -> entry.getValue() != Health.NONE && which.test(entry.getKey()));
    }

    /** Cilium's rules. A side that is preferred is in use whatever its health. */
    private Set<String> byAffinity(Map<String, Health> clusters) {
        Predicate<String> local = String::isEmpty;
        Predicate<String> remote = local.negate();
        boolean either = switch (policy.affinity()) {
            case NONE -> true;
            case LOCAL -> clusters.get("") != Health.ACTIVE && healthy(clusters, remote);
            case REMOTE -> !healthy(clusters, remote) && healthy(clusters, local);
        };
        Predicate<String> preferred = switch (policy.affinity()) {
            case NONE, LOCAL -> local;
            case REMOTE -> remote;
        };
        return clusters.keySet().stream().filter(cluster -> either || preferred.test(cluster)).collect(Collectors.toSet());
    }

    /** The first that has an active backend; if none does, the first in which one still serves. */
    private Set<String> byOrder(Map<String, Health> clusters) {
        Set<String> used = new TreeSet<>();
        for (Health health : List.of(Health.ACTIVE, Health.SERVING)) {
            clusters.forEach((cluster, its) -> {
                if (its == health) {
                    used.add(cluster);
                }
            });
            if (!used.isEmpty()) {
                int first = used.stream().mapToInt(this::rank).min().orElseThrow();
                used.removeIf(cluster -> rank(cluster) > first);
                return used;
            }
        }
        return clusters.keySet();
    }

    private int rank(String cluster) {
        int place = policy.order().indexOf(cluster);
        return place < 0 ? policy.order().size() : place;
    }

    /** The same backends, none of which gets new flows, with states that say so where it is their whole cluster's doing. */
    List<Backend> setAside(List<Backend> backends) {
        if (!policy.global()) {
            return backends;
        }
        return backends.stream().map(backend -> {
            if (backend.state() != BackendState.ACTIVE) {
                return backend;
            } else if (lost.contains(backend.cluster())) {
                return backend.withState(BackendState.QUARANTINED);
            }
            return policy.weight(backend.cluster()) == 0 ? backend.withState(BackendState.MAINTENANCE) : backend;
        }).toList();
    }

    /** The same backends with weights that share flows among clusters as they shall be shared, and within each as they were. */
    List<Backend> weighted(List<Backend> backends) {
        Map<String, Long> sums = new TreeMap<>();
        if (policy.global() && !policy.weights().isEmpty()) {
            backends.forEach(backend -> sums.merge(backend.cluster(), (long) backend.weight(), Long::sum));
        }
        if (sums.size() < 2) {
            return backends;
        }
        boolean spare = sums.keySet().stream().allMatch(cluster -> policy.weight(cluster) == 0);
        double greatest = 0;
        for (Backend backend : backends) {
            greatest = Math.max(greatest, share(backend, sums, spare));
        }
        double together = sums.keySet().stream().mapToInt(cluster -> weight(cluster, spare)).sum();
        // A power of two: a backend more or less in one cluster leaves the weights in the others alone, but for a doubling now and then.
        int power = Math.getExponent(Math.min(MOST / greatest, MOST_TOGETHER / together));
        List<Backend> weighted = new ArrayList<>(backends.size());
        for (Backend backend : backends) {
            weighted.add(backend.withWeight((int) Math.max(1, Math.rint(Math.scalb(share(backend, sums, spare), power)))));
        }
        return weighted;
    }

    private double share(Backend backend, Map<String, Long> sums, boolean spare) {
        return (double) backend.weight() * weight(backend.cluster(), spare) / sums.getOrDefault(backend.cluster(), 1L);
    }

    private int weight(String cluster, boolean spare) {
        return spare ? 1 : policy.weight(cluster);
    }
}
