package io.roadstead.kernel.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.metrics.Metrics;

/** All sources of figures of an agent. Safe for any thread. Keeps nothing of a source whose registration was closed. */
public final class MetricsRegistry implements Metrics {

    private static final Logger log = LoggerFactory.getLogger(MetricsRegistry.class);

    private final List<MetricSource> sources = new CopyOnWriteArrayList<>();

    @Override
    public Registration register(MetricSource source) {
        sources.add(source);
        return () -> sources.remove(source);
    }

    @Override
    public Timer timer(String name, String help, String... labels) {
        Histogram histogram = histogram(name, help, labels);
        sources.add(histogram);
        return histogram;
    }

    /** A histogram that is not registered yet. */
    public Histogram histogram(String name, String help, String... labels) {
        SortedMap<String, String> labelMap = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            labelMap.put(labels[i], labels[i + 1]);
        }
        return new Histogram(name, help, labelMap);
    }

    /**
     * Families by name, ordered. Samples with the same labels are added up; a family whose type contradicts the first one of its name, and a source that fails, are
     * left out with a warning.
     */
    public List<Metric> collect() {
        SortedMap<String, Family> families = new TreeMap<>();
        for (MetricSource source : sources) {
            try {
                for (Metric metric : source.collect()) {
                    families.computeIfAbsent(metric.name(), name -> new Family(metric)).add(metric);
                }
            } catch (RuntimeException | LinkageError e) {
                log.warn("a source of metrics failed source={}", source.getClass().getName(), e);
            }
        }
        return families.values().stream().map(Family::toMetric).toList();
    }

    private static final class Family {
        private final Metric first;
        private final Map<Key, Double> values = new LinkedHashMap<>();

        private Family(Metric first) {
            this.first = first;
        }

        private void add(Metric metric) {
            if (metric.type() != first.type()) {
                log.warn("metric left out, it has another type than the first of its name name={} type={} first={}", metric.name(),
                        metric.type(),
                        first.type());
                return;
            }
            metric.samples().forEach(sample -> values.merge(new Key(sample.suffix(), sample.labels()), sample.value(), Double::sum));
        }

        private Metric toMetric() {
            return new Metric(first.name(), first.help(), first.type(), values.entrySet().stream()
                    .map(entry -> new Metric.Sample(entry.getKey().suffix, entry.getKey().labels, entry.getValue())).toList());
        }

        private record Key(String suffix, SortedMap<String, String> labels) {
        }
    }

    /** Counts durations in buckets; Prometheus's default bounds, which suit anything between 5 ms and 10 s, and two finer ones. */
    public static final class Histogram implements Metrics.Timer, MetricSource {

        /** As Prometheus spells them. */
        private static final List<String> BOUNDS_SECONDS =
                List.of("0.0005", "0.001", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5",
                        "5", "10");

        private final String name;
        private final String help;
        private final SortedMap<String, String> labels;
        private final long[] boundsNanos =
                BOUNDS_SECONDS.stream().mapToLong(seconds -> Math.round(Double.parseDouble(seconds) * 1e9)).toArray();
        private final List<LongAdder> counts = new ArrayList<>();
        private final LongAdder sumNanos = new LongAdder();

        private Histogram(String name, String help, SortedMap<String, String> labels) {
            if (!name.endsWith("_seconds")) {
                throw new IllegalArgumentException("the name of a timer ends in _seconds: " + name);
            }
            this.name = name;
            this.help = help;
            this.labels = labels;
            for (int i = 0; i <= boundsNanos.length; i++) {
                counts.add(new LongAdder());
            }
        }

        @Override
        public void record(Duration duration) {
            long nanos = duration.toNanos();
            int bucket = 0;
            while (bucket < boundsNanos.length && nanos > boundsNanos[bucket]) {
                bucket++;
            }
            counts.get(bucket).increment();
            sumNanos.add(nanos);
        }

        @Override
        public List<Metric> collect() {
            List<Metric.Sample> samples = new ArrayList<>();
            long cumulative = 0;
            for (int i = 0; i < counts.size(); i++) {
                cumulative += counts.get(i).sum();
                SortedMap<String, String> withBound = new TreeMap<>(labels);
                withBound.put("le", i < BOUNDS_SECONDS.size() ? BOUNDS_SECONDS.get(i) : "+Inf");
                samples.add(new Metric.Sample("_bucket", withBound, cumulative));
            }
            samples.add(new Metric.Sample("_sum", labels, sumNanos.sum() / 1e9));
            samples.add(new Metric.Sample("_count", labels, cumulative));
            return List.of(new Metric(name, help, Metric.Type.HISTOGRAM, samples));
        }
    }
}
