package io.roadstead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.roadstead.api.time.TimerHandle;

class ManualSchedulerTest {

    private final ManualScheduler scheduler = new ManualScheduler();
    private final List<String> ran = new ArrayList<>();

    @Test
    void nothingRunsUntilTheTestSaysSo() {
        scheduler.execute(() -> ran.add("task"));

        assertThat(ran).isEmpty();
        assertThat(scheduler.runReady()).isEqualTo(1);
        assertThat(ran).containsExactly("task");
    }

    @Test
    void timersRunInTheOrderOfTheirTimesThenAsGiven() {
        scheduler.schedule(Duration.ofSeconds(2), () -> ran.add("late"));
        scheduler.schedule(Duration.ofSeconds(1), () -> ran.add("first"));
        scheduler.schedule(Duration.ofSeconds(1), () -> ran.add("second"));

        scheduler.advance(Duration.ofSeconds(2));

        assertThat(ran).containsExactly("first", "second", "late");
    }

    @Test
    void aTaskReadsTheTimeItWasSetForAndMaySetTheNext() {
        List<Instant> times = new ArrayList<>();
        Instant start = scheduler.clock().instant();
        class Tick implements Runnable {
            @Override
            public void run() {
                times.add(scheduler.clock().instant());
                scheduler.schedule(Duration.ofSeconds(3), this);
            }
        }
        scheduler.schedule(Duration.ofSeconds(3), new Tick());

        scheduler.advance(Duration.ofSeconds(10));

        assertThat(times).containsExactly(start.plusSeconds(3), start.plusSeconds(6), start.plusSeconds(9));
        assertThat(scheduler.clock().instant()).isEqualTo(start.plusSeconds(10));
        assertThat(scheduler.nextTimer()).contains(Duration.ofSeconds(2));
    }

    @Test
    void aCancelledTimerDoesNotRunEvenWhenItIsAlreadyDue() {
        TimerHandle[] second = new TimerHandle[1];
        scheduler.schedule(Duration.ofSeconds(1), () -> second[0].cancel());
        second[0] = scheduler.schedule(Duration.ofSeconds(1), () -> ran.add("cancelled"));

        scheduler.advance(Duration.ofSeconds(5));

        assertThat(ran).isEmpty();
        assertThat(scheduler.timers()).isZero();
    }

    @Test
    void whatATaskThrowsReachesTheTest() {
        scheduler.execute(() -> {
            throw new IllegalStateException("planted");
        });

        assertThatThrownBy(scheduler::runReady).hasMessage("planted");
    }
}
