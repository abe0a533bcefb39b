package io.roadstead.kernel.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.kernel.lifecycle.LifecycleManager.Step;

class LifecycleManagerTest {

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final LifecycleManager lifecycle = new LifecycleManager();

    @Test
    void startsInOrderAndStopsInReverseOnce() {
        lifecycle.add(part("a")).add(part("b"));

        lifecycle.start();
        lifecycle.stop();
        lifecycle.stop();

        assertThat(events).containsExactly("+a", "+b", "-b", "-a");
    }

    @Test
    void aFailedStartStopsWhatHadStartedAndKeepsItsOwnError() {
        RoadsteadException own = new RoadsteadException(CommonErrorCode.ADDRESS_IN_USE, "port 179", "is taken", "stop the other program");
        lifecycle.add(part("a")).add(new Step("b", () -> events.add("+b"), () -> {
            throw new IOException("planted");
        })).add(new Step("c", () -> {
            throw own;
        }, () -> events.add("-c"))).add(part("d"));

        assertThatThrownBy(lifecycle::start).isSameAs(own);

        assertThat(own.getSuppressed()).singleElement().hasToString("io.roadstead.api.error.RoadsteadException: b: failed to stop:"
                + " java.io.IOException: planted; please report it with the log");
        assertThat(events).containsExactly("+a", "+b", "-a");
    }

    @Test
    void aStartThatTakesTooLongIsInterruptedNamedAndStopped() {
        CountDownLatch never = new CountDownLatch(1);
        lifecycle.add(part("a")).add(new Step("slow", Duration.ofMillis(50), () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                events.add("interrupted");
            }
        }, Duration.ofSeconds(5), () -> events.add("-slow")));

        RoadsteadException failure = catchThrowableOfType(RoadsteadException.class, lifecycle::start);

        assertThat(failure.code()).isEqualTo(CommonErrorCode.START_TIMEOUT);
        assertThat(failure).hasMessageContaining("slow: did not start within 50 ms");
        assertThat(events).contains("-slow", "-a");
    }

    @Test
    void stoppingGoesOnAfterFailuresAndReportsAllOfThem() {
        CountDownLatch never = new CountDownLatch(1);
        lifecycle.add(part("a")).add(new Step("bad", () -> events.add("+bad"), () -> {
            throw new IllegalStateException("planted");
        })).add(new Step("slow", Duration.ofSeconds(5), () -> events.add("+slow"), Duration.ofMillis(50), never::await));
        lifecycle.start();

        RoadsteadException failure = catchThrowableOfType(RoadsteadException.class, lifecycle::stop);

        assertThat(failure.code()).isEqualTo(CommonErrorCode.STOP_TIMEOUT);
        assertThat(failure.getSuppressed()).singleElement().asString().contains("bad: failed to stop");
        assertThat(events).endsWith("-a");
    }

    private Step part(String name) {
        return new Step(name, () -> events.add("+" + name), () -> events.add("-" + name));
    }
}
