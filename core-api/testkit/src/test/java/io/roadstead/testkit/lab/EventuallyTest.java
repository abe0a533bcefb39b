package io.roadstead.testkit.lab;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

class EventuallyTest {

    @Test
    void repeatsTheAssertionUntilItPasses() {
        var attempts = new AtomicInteger();

        eventually(Duration.ofSeconds(5), () -> assertThat(attempts.incrementAndGet()).isEqualTo(3));

        assertThat(attempts).hasValue(3);
    }

    @Test
    void namesTheLastFailureAfterTheTimeout() {
        var attempts = new AtomicInteger();

        assertThatThrownBy(() -> eventually(Duration.ofMillis(20), () -> {
            throw new IOException("attempt " + attempts.incrementAndGet());
        })).isInstanceOf(AssertionError.class).hasMessageContaining("not within PT0.02S")
                .hasMessageContaining("attempt " + attempts.get()).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void checksOnceEvenWithoutTime() {
        var attempts = new AtomicInteger();

        eventually(Duration.ZERO, attempts::incrementAndGet);

        assertThat(attempts).hasValue(1);
    }

    @Test
    void returnsTheFirstAnswerThatSatisfies() {
        var counter = new AtomicInteger();

        assertThat(eventually(Duration.ofSeconds(5), counter::incrementAndGet, number -> number >= 4)).isEqualTo(4);
    }

    @Test
    void namesTheLastAnswerAfterTheTimeout() {
        assertThatThrownBy(() -> eventually(Duration.ofMillis(20), () -> "idle", "established"::equals)).isInstanceOf(AssertionError.class)
                .hasMessageContaining("last answer was idle");
    }
}
