package io.roadstead.kernel.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.Metrics;

class MetricsRegistryTest {

    private final MetricsRegistry registry = new MetricsRegistry();

    @Test
    void familiesOfOneNameAreMergedAndOrdered() {
        registry.register(() -> List.of(gauge("roadstead_z", "a", 1), gauge("roadstead_b", "a", 1)));
        Registration second = registry.register(() -> List.of(gauge("roadstead_b", "b", 2), gauge("roadstead_b", "a", 3)));

        assertThat(registry.collect()).extracting(Metric::name).containsExactly("roadstead_b", "roadstead_z");
        assertThat(registry.collect().getFirst().samples()).containsExactly(sample("a", 4), sample("b", 2));
        second.close();
        assertThat(registry.collect().getFirst().samples()).containsExactly(sample("a", 1));
    }

    @Test
    void aFailingSourceAndAContradictingTypeLeaveTheOthersAlone() {
        registry.register(() -> List.of(gauge("roadstead_a", "x", 1)));
        registry.register(() -> {
            throw new IllegalStateException("planted; the log shows it");
        });
        registry.register(() -> List.of(new Metric("roadstead_a", "Help.", Metric.Type.HISTOGRAM, List.of(sample("y", 1)))));

        assertThat(registry.collect()).containsExactly(gauge("roadstead_a", "x", 1));
    }

    @Test
    void aTimerIsACumulativeHistogramInSeconds() {
        Metrics.Timer timer = registry.timer("roadstead_step_seconds", "Help.", "step", "one");
        timer.record(Duration.ofMillis(1));
        timer.record(Duration.ofMillis(30));
        timer.record(Duration.ofSeconds(60));

        Metric metric = registry.collect().getFirst();

        assertThat(metric.type()).isEqualTo(Metric.Type.HISTOGRAM);
        assertThat(value(metric, "_bucket", "0.0005")).isEqualTo(0);
        assertThat(value(metric, "_bucket", "0.001")).isEqualTo(1);
        assertThat(value(metric, "_bucket", "0.05")).isEqualTo(2);
        assertThat(value(metric, "_bucket", "10")).isEqualTo(2);
        assertThat(value(metric, "_bucket", "+Inf")).isEqualTo(3);
        assertThat(metric.samples()).contains(new Metric.Sample("_count", new TreeMap<>(Map.of("step", "one")), 3),
                new Metric.Sample("_sum", new TreeMap<>(Map.of("step", "one")), 60.031));
    }

    @Test
    void aTimersNameMustSayItsUnit() {
        assertThatThrownBy(() -> registry.timer("roadstead_step", "Help.")).hasMessageContaining("_seconds");
    }

    private static double value(Metric metric, String suffix, String bound) {
        return metric.samples().stream().filter(sample -> sample.suffix().equals(suffix) && bound.equals(sample.labels().get("le")))
                .findFirst()
                .orElseThrow().value();
    }

    private static Metric gauge(String name, String label, double value) {
        return new Metric(name, "Help.", Metric.Type.GAUGE, List.of(sample(label, value)));
    }

    private static Metric.Sample sample(String label, double value) {
        return new Metric.Sample(new TreeMap<>(Map.of("l", label)), value);
    }
}
