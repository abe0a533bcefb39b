package io.roadstead.kernel.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.model.node.Node;
import io.roadstead.kernel.maintenance.MaintenanceSettings.PodCidr;
import io.roadstead.kernel.maintenance.Toleration.Effect;
import io.roadstead.kernel.maintenance.Toleration.Operator;

class TolerationTest {

    /** As Kubernetes compares them. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            # key, operator, value, effect,      taint key, value, effect,     covered
            a,     EQUAL,    x,     ,            a,         x,     NoSchedule, true
            a,     EQUAL,    x,     ,            a,         y,     NoSchedule, false
            a,     EQUAL,    '',    ,            a,         '',    NoSchedule, true
            a,     EQUAL,    '',    ,            a,         y,     NoSchedule, false
            a,     EQUAL,    x,     ,            b,         x,     NoSchedule, false
            a,     EXISTS,   '',    ,            a,         y,     NoExecute,  true
            a,     EXISTS,   '',    ,            b,         y,     NoExecute,  false
            '',    EXISTS,   '',    ,            b,         y,     NoExecute,  true
            '',    EXISTS,   '',    NO_EXECUTE,  b,         y,     NoExecute,  true
            '',    EXISTS,   '',    NO_SCHEDULE, b,         y,     NoExecute,  false
            a,     EQUAL,    x,     PREFER_NO_SCHEDULE, a,  x,     PreferNoSchedule, true
            a,     EQUAL,    x,     NO_EXECUTE,  a,         x,     '',         false
            """)
    void aTolerationCoversTaintsByKeyValueAndEffect(String key, Operator operator, String value, Effect effect, String taintKey,
            String taintValue, String taintEffect, boolean covered) {
        assertThat(new Toleration(key, operator, value, effect).covers(new Node.Taint(taintKey, taintValue, taintEffect)))
                .isEqualTo(covered);
    }

    @Test
    void whatSaysNothingIsRefused() {
        assertThatThrownBy(() -> new Toleration("", Operator.EQUAL, "x", null)).hasMessageContaining("key is empty");
        assertThatThrownBy(() -> new Toleration("a", Operator.EXISTS, "x", null)).hasMessageContaining("value is for operator equal");
    }

    @ParameterizedTest
    @CsvSource({"a, a, NoSchedule, true", "a, a, PreferNoSchedule, true", "a, a, '', true", "a, b, NoSchedule, false",
        "*, b, NoSchedule, true", "*, b, NoExecute, true", "*, b, PreferNoSchedule, false", "*, b, Unknown, false",
        "'', b, NoExecute, false",
        "*, tolerated, NoExecute, false", "tolerated, tolerated, NoExecute, false", "*, tolerated, NoSchedule, true"})
    void aTaintCountsWhenItIsListedAndNotTolerated(String listed, String key, String effect, boolean counts) {
        Set<String> taints = Set.copyOf(Arrays.stream(listed.split(" ")).filter(text -> !text.isEmpty()).toList());
        MaintenanceSettings settings = new MaintenanceSettings(taints,
                List.of(new Toleration("tolerated", Operator.EXISTS, "", Effect.NO_EXECUTE)), false, Duration.ZERO, Set.of(), PodCidr.KEEP);

        assertThat(settings.counts(new Node.Taint(key, "v", effect))).isEqualTo(counts);
    }
}
