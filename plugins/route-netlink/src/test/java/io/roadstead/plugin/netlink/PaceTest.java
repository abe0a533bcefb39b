package io.roadstead.plugin.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.roadstead.testkit.ManualScheduler;

class PaceTest {

    private final ManualScheduler time = new ManualScheduler();
    private final Pace pace = new Pace(time.clock());

    @Test
    void soonAfterAQuietTimeAndEverMoreSeldomWhileOneEventFollowsAnother() {
        assertThat(Stream.generate(this::next).limit(8)).containsExactly(50L, 100L, 200L, 400L, 800L, 1_600L, 2_000L, 2_000L);

        time.advance(Duration.ofSeconds(11));
        assertThat(next()).isEqualTo(50);
    }

    private long next() {
        time.advance(Duration.ofSeconds(1));
        return pace.next().toMillis();
    }
}
