package io.roadstead.api.view;

import java.util.List;
import java.util.Map;

import io.roadstead.api.source.SourceProblem;

/**
 * What was read.
 *
 * @param counts  objects per kind that Roadstead reads
 * @param ignored documents per kind that it does not read
 */
public record ResourcesView(Map<String, Integer> counts, Map<String, Integer> ignored, List<SourceProblem> problems) {
    public ResourcesView {
        counts = Map.copyOf(counts);
        ignored = Map.copyOf(ignored);
        problems = List.copyOf(problems);
    }
}
