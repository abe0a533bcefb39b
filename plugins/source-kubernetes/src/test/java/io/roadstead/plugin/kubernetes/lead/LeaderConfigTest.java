package io.roadstead.plugin.kubernetes.lead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;

import org.junit.jupiter.api.Test;

class LeaderConfigTest {

    @Test
    void theUsualTimesAreTaken() {
        assertThat(config(15_000, 10_000, 2000).retryPeriod()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void timesThatLeaveNoRoomForOneAnotherAreRefused() {
        assertThatThrownBy(() -> config(10_000, 10_000, 2000)).hasMessageContaining("renew-deadline");
        assertThatThrownBy(() -> config(15_000, 10_000, 4000)).hasMessageContaining("retry-period");
        assertThatThrownBy(() -> config(15_000, 10_000, 100)).hasMessageContaining("retry-period");
        assertThatThrownBy(() -> config(1000, 900, 500)).hasMessageContaining("lease-duration");
        assertThatThrownBy(() -> config(2500, 2000, 500)).hasMessageContaining("whole seconds");
        assertThatThrownBy(() -> config(601_000, 10_000, 2000)).hasMessageContaining("lease-duration");
        assertThatThrownBy(() -> config(15_000, -1, -2000)).hasMessageContaining("retry-period");
    }

    @Test
    void namesThatLeadElsewhereAreRefused() {
        assertThatThrownBy(
                () -> new LeaderConfig(true, "kube-system/../default", "roadstead", Duration.ofSeconds(15), Duration.ofSeconds(10),
                        Duration.ofSeconds(2)))
                .hasMessageContaining("namespace");
        assertThatThrownBy(() -> new LeaderConfig(true, "kube-system", "Road stead", Duration.ofSeconds(15), Duration.ofSeconds(10),
                Duration.ofSeconds(2))).hasMessageContaining("name");
    }

    private static LeaderConfig config(long lease, long deadline, long retry) {
        return new LeaderConfig(true, "kube-system", "roadstead", Duration.ofMillis(lease), Duration.ofMillis(deadline),
                Duration.ofMillis(retry));
    }
}
