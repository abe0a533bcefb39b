package io.roadstead.kernel.lb;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;

/**
 * The backends of a frontend.
 *
 * @param backends   those that new flows may get, ordered by address and port, then those that only keep their flows, in the same order
 * @param selectable how many are of the first kind
 * @param known      how many the port has on all nodes, whatever their state: the size of the table follows it, so that neither a restart of a backend nor a policy
 *                   changes the size
 */
record BackendSet(List<Backend> backends, int selectable, int known) {

    BackendSet {
        backends = List.copyOf(backends);
    }

    /** From all nodes of the clusters in use, the near ones first where there are such. */
    static BackendSet everywhere(List<Candidate> candidates, ClusterChoice clusters, Topology topology) {
        Predicate<Candidate> used = clusters.used(candidates);
        BackendState eligible = eligible(candidates, used);
        Predicate<Candidate> able = used.and(candidate -> candidate.backend().state() == eligible);
        Predicate<Candidate> near = topology.near(candidates.stream().filter(able).toList());
        BackendSet set = of(candidates, able.and(near), candidates.size());
        return set.with(clusters.weighted(set.backends.subList(0, set.selectable)),
                clusters.setAside(set.backends.subList(set.selectable, set.backends.size())));
    }

    private BackendSet with(List<Backend> first, List<Backend> others) {
        return new BackendSet(Stream.concat(first.stream(), others.stream()).toList(), selectable, known);
    }

    /** From this node only. */
    static BackendSet local(List<Candidate> candidates) {
        List<Candidate> here = candidates.stream().filter(candidate -> candidate.backend().local()).toList();
        BackendState eligible = eligible(here, candidate -> true);
        return of(here, candidate -> candidate.backend().state() == eligible, candidates.size());
    }

    /** KEP-1669: the active ones; if there is none, those that shut down and still serve. */
    private static BackendState eligible(List<Candidate> candidates, Predicate<Candidate> used) {
        boolean active =
                candidates.stream().anyMatch(candidate -> candidate.backend().state() == BackendState.ACTIVE && used.test(candidate));
        return active ? BackendState.ACTIVE : BackendState.TERMINATING;
    }

    private static BackendSet of(List<Candidate> candidates, Predicate<Candidate> selected, int known) {
        List<Backend> first = candidates.stream().filter(selected).map(Candidate::backend).toList();
        Stream<Backend> others = candidates.stream().filter(selected.negate()).map(Candidate::backend);
        return new BackendSet(Stream.concat(first.stream(), others).toList(), first.size(), known);
    }
}
