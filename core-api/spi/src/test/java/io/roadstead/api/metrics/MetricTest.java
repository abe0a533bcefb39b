package io.roadstead.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "roadstead_", "bgp_peers", "roadstead_Peers", "roadstead_bgp-peers", "roadstead_peers\n", " roadstead_peers"})
    void namesAreOursAndPlain(String name) {
        assertThatThrownBy(() -> metric(name, Metric.Type.GAUGE)).hasMessage("metric name must match roadstead_[a-z0-9_]+: " + name);
    }

    @ParameterizedTest
    @CsvSource({"roadstead_updates, COUNTER", "roadstead_updates_total, GAUGE", "roadstead_updates_total, HISTOGRAM"})
    void onlyCountersAreTotals(String name, Metric.Type type) {
        assertThatThrownBy(() -> metric(name, type)).hasMessage("a counter's name, and no other, ends in _total: " + name);
    }

    @Test
    void goodNamesAreTaken() {
        assertThat(metric("roadstead_updates_total", Metric.Type.COUNTER).samples()).isEmpty();
        assertThat(metric("roadstead_peers", Metric.Type.GAUGE).samples()).isEmpty();
    }

    @Test
    void labelsAreCopiedInTheOrderOfTheirNames() {
        TreeMap<String, String> labels = new TreeMap<>(Comparator.naturalOrder());
        labels.put("peer", "tor");
        labels.put("instance", "main");
        Metric.Sample sample = new Metric.Sample(labels, 1);

        labels.clear();

        assertThat(sample.labels().keySet()).containsExactly("instance", "peer");
        assertThatThrownBy(() -> sample.labels().put("a", "b")).isInstanceOf(UnsupportedOperationException.class);
    }

    private static Metric metric(String name, Metric.Type type) {
        return new Metric(name, "Help.", type, List.of());
    }
}
