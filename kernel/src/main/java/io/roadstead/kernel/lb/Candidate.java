package io.roadstead.kernel.lb;

import java.util.Comparator;
import java.util.List;

import io.roadstead.api.lb.Backend;

/** A backend of a Service's port, before traffic policy and topology decide whether it is used from here. Ordered by address and port. */
record Candidate(Backend backend, List<String> hintedZones, List<String> hintedNodes) {

    static final Comparator<Candidate> ORDER =
            Comparator.comparing((Candidate candidate) -> candidate.backend.address())
                    .thenComparingInt(candidate -> candidate.backend.port());

    Candidate {
        hintedZones = List.copyOf(hintedZones);
        hintedNodes = List.copyOf(hintedNodes);
    }
}
