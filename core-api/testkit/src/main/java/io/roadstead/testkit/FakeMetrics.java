package io.roadstead.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.metrics.Metrics;

/** Keeps what was registered and recorded, for a test to read. */
public final class FakeMetrics implements Metrics {

    private final List<MetricSource> sources = new CopyOnWriteArrayList<>();
    private final Map<String, List<Duration>> recorded = new ConcurrentHashMap<>();

    @Override
    public Registration register(MetricSource source) {
        sources.add(source);
        return () -> sources.remove(source);
    }

    @Override
    public Timer timer(String name, String help, String... labels) {
        return recorded.computeIfAbsent(name, key -> new CopyOnWriteArrayList<>())::add;
    }

    /** What a scrape would see, unmerged, in the order of registration. */
    public List<Metric> collect() {
        return sources.stream().flatMap(source -> source.collect().stream()).toList();
    }

    /** The sum of a family's samples that carry these labels (name, value, name, value …); 0 when there is none. */
    public double value(String name, String... labels) {
        return collect().stream().filter(metric -> metric.name().equals(name)).flatMap(metric -> metric.samples().stream())
                .filter(sample -> {
                    for (int i = 0; i < labels.length; i += 2) {
                        if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                            return false;
                        }
                    }
                    return true;
                }).mapToDouble(Metric.Sample::value).sum();
    }

    /** What a timer took, whatever its labels. */
    public List<Duration> durations(String timer) {
        return List.copyOf(recorded.getOrDefault(timer, List.of()));
    }
}
