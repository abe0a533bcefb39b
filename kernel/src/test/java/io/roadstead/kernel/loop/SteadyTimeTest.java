package io.roadstead.kernel.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class SteadyTimeTest {

    @Test
    void itGoesOnAsItsNanosecondsDoWhereverTheseBegin() {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
        SteadyTime time = new SteadyTime(nanos::get);
        Instant before = time.instant();

        nanos.incrementAndGet();

        assertThat(Duration.between(before, time.instant())).isEqualTo(Duration.ofNanos(1));
        nanos.set(-5_000_000_000L);
        before = time.instant();
        nanos.set(1_000_000_000L);
        assertThat(Duration.between(before, time.instant())).isEqualTo(Duration.ofSeconds(6));
    }
}
