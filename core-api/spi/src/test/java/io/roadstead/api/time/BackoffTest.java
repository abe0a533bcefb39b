package io.roadstead.api.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void pausesGrowToTheLongestAreJitteredAndStartAnew() {
        var pauses = new Backoff(new Random(1), Duration.ofMillis(200), Duration.ofMinutes(1));
        long ceiling = 200;
        for (int i = 0; i < 20; i++) {
            assertThat(pauses.next()).isBetween(Duration.ofMillis(ceiling / 2), Duration.ofMillis(ceiling));
            ceiling = Math.min(60_000, ceiling * 2);
        }

        pauses.reset();

        assertThat(pauses.next()).isLessThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aTimeThatIsSpreadIsBetweenItsHalfAndItself() {
        var random = new Random(2);
        for (int i = 0; i < 1000; i++) {
            assertThat(Backoff.spread(random, Duration.ofSeconds(10))).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
        }
    }
}
