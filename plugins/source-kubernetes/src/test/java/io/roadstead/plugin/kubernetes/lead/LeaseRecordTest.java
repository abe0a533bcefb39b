package io.roadstead.plugin.kubernetes.lead;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeaseRecordTest {

    private static final Duration OURS = Duration.ofSeconds(15);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456789Z");

    @Test
    void timesHaveSixDigits() {
        LeaseRecord held = LeaseRecord.empty("kube-system", "roadstead").heldBy("a", OURS, NOW);

        assertThat(spec(held)).containsEntry("renewTime", "2026-01-01T00:00:00.123456Z")
                .containsEntry("acquireTime", "2026-01-01T00:00:00.123456Z")
                .containsEntry("leaseTransitions", 0L).containsEntry("leaseDurationSeconds", 15L);
    }

    @Test
    void aRenewalKeepsWhatBegan() {
        LeaseRecord before = existing(Map.of("holderIdentity", "a", "acquireTime", "2025-01-01T00:00:00.000000Z", "leaseTransitions", 7));

        assertThat(spec(before.heldBy("a", OURS, NOW))).containsEntry("acquireTime", "2025-01-01T00:00:00.000000Z")
                .containsEntry("leaseTransitions", 7L);
        assertThat(spec(before.heldBy("b", OURS, NOW))).containsEntry("acquireTime", "2026-01-01T00:00:00.123456Z")
                .containsEntry("leaseTransitions", 8L);
    }

    @Test
    void whatOthersPutThereStays() {
        LeaseRecord before =
                new LeaseRecord(Map.of("metadata", Map.of("name", "roadstead", "labels", Map.of("team", "net"), "managedFields", List.of()),
                        "spec", Map.of("strategy", "OldestEmulationVersion")));

        Map<String, ?> after = before.heldBy("a", OURS, NOW).tree();

        assertThat(after.get("metadata")).isEqualTo(Map.of("name", "roadstead", "labels", Map.of("team", "net")));
        assertThat(after.get("spec")).asInstanceOf(InstanceOfAssertFactories.MAP).containsEntry("strategy",
                "OldestEmulationVersion");
    }

    @Test
    void durationsThatNobodyMeansAreOurs() {
        for (Object value : Arrays.asList(-1, 0, "15", null, 1_000_000, Long.MAX_VALUE, List.of())) {
            assertThat(existing(with("leaseDurationSeconds", value)).duration(OURS)).as("of %s", value).isEqualTo(OURS);
        }
        assertThat(existing(Map.of("leaseDurationSeconds", 60)).duration(OURS)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void garbageIsNobodysLease() {
        for (Object spec : Arrays.asList(null, "spec", 1, List.of(1))) {
            LeaseRecord record = new LeaseRecord(with("spec", spec));
            assertThat(record.holder()).isEmpty();
            assertThat(record.heldBy("a", OURS, NOW).holder()).isEqualTo("a");
        }
        assertThat(existing(with("holderIdentity", 7)).holder()).isEmpty();
        assertThat(spec(existing(with("leaseTransitions", "many")).heldBy("a", OURS, NOW))).containsEntry("leaseTransitions", 1L);
        assertThat(spec(existing(with("leaseTransitions", -5)).heldBy("a", OURS, NOW))).containsEntry("leaseTransitions", 1L);
        assertThat(spec(existing(with("leaseTransitions", Integer.MAX_VALUE)).heldBy("a", OURS, NOW)))
                .containsEntry("leaseTransitions", (long) Integer.MAX_VALUE);
    }

    @Test
    void aWishForFewerLooksStaysWithinBounds() {
        assertThat(wish("8")).isEqualTo(Duration.ofSeconds(8));
        assertThat(wish("0")).isEqualTo(Duration.ofSeconds(2));
        assertThat(wish("900")).isEqualTo(OURS);
        assertThat(wish("-1")).isEqualTo(Duration.ofSeconds(2));
        assertThat(wish("99999999999999999999")).isEqualTo(Duration.ofSeconds(2));
    }

    private static Duration wish(String seconds) {
        return new LeaseRecord(Map.of("metadata", Map.of("annotations", Map.of("roadstead.io/look-every-seconds", seconds))))
                .lookEvery(Duration.ofSeconds(2), OURS);
    }

    private static LeaseRecord existing(Map<String, ?> spec) {
        return new LeaseRecord(Map.of("metadata", Map.of("resourceVersion", "5"), "spec", spec));
    }

    private static Map<String, Object> with(String key, @Nullable Object value) {
        Map<String, Object> map = new HashMap<>();
        map.put(key, value);
        return map;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> spec(LeaseRecord record) {
        return (Map<String, Object>) record.tree().get("spec");
    }
}
