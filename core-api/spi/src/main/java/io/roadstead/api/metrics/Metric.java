package io.roadstead.api.metrics;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One metric family at one moment.
 *
 * @param name full Prometheus name with the {@code roadstead_} prefix; a counter's name ends in {@code _total}
 * @param help one sentence
 * @param samples every label set at most once; empty is allowed
 */
public record Metric(String name, String help, Type type, List<Sample> samples) {

    public Metric {
        samples = List.copyOf(samples);
        if (!name.matches("roadstead_[a-z0-9_]+")) {
            throw new IllegalArgumentException("metric name must match roadstead_[a-z0-9_]+: " + name);
        }
        if ((type == Type.COUNTER) != name.endsWith("_total")) {
            throw new IllegalArgumentException("a counter's name, and no other, ends in _total: " + name);
        }
    }

    /** How the figure behaves over time. */
    public enum Type {
        /** Only grows while the process lives. */
        COUNTER,
        /** Goes up and down. */
        GAUGE,
        /** A distribution: samples with the suffixes {@code _bucket} (cumulative, label {@code le}), {@code _sum} and {@code _count}. */
        HISTOGRAM
    }

    /**
     * One figure. Labels are in the order of their names.
     *
     * @param suffix what follows the family's name; empty except in a histogram
     */
    public record Sample(String suffix, SortedMap<String, String> labels, double value) {
        public Sample {
            labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        }

        /** A figure of a counter or a gauge. */
        public Sample(SortedMap<String, String> labels, double value) {
            this("", labels, value);
        }
    }
}
