package io.roadstead.kernel.lint;

import java.util.Comparator;

import io.roadstead.api.model.meta.ResourceKey;

/**
 * One thing that is probably not meant. Ordered by object, then by rule and field.
 *
 * @param field   path within the object, like {@code spec.advertisements[0].selector}; empty when it is about the whole object
 * @param problem one clause
 * @param remedy  one clause
 */
public record Finding(LintRule rule, ResourceKey subject, String field, String problem, String remedy) implements Comparable<Finding> {

    private static final Comparator<Finding> ORDER =
            Comparator.comparing(Finding::subject).thenComparing(Finding::rule).thenComparing(Finding::field)
                    .thenComparing(Finding::problem);

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }

    /** One line: {@code CiliumBGPAdvertisement bgp: spec.advertisements[0].selector: problem; remedy}. */
    @Override
    public String toString() {
        return subject + ": " + (field.isEmpty() ? "" : field + ": ") + problem + "; " + remedy;
    }
}
