package io.roadstead.testkit.lab;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/** Waits for what another process or thread does. The one place in all tests that may park a thread. */
public final class Eventually {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

    private Eventually() {
    }

    /** A check that may throw anything; see {@link #eventually(Duration, ThrowingAssertion)}. */
    @FunctionalInterface
    public interface ThrowingAssertion {
        void check() throws Exception;
    }

    /**
     * Repeats the assertion until it passes. After the timeout throws an {@link AssertionError} with the last failure in its message and as
     * its cause. It is checked at least once, and once more after the timeout, so that a stalled machine does not fail what holds by then.
     */
    public static void eventually(Duration timeout, ThrowingAssertion assertion) {
        var start = System.nanoTime();
        while (true) {
            var expired = System.nanoTime() - start >= timeout.toNanos();
            var failure = failureOf(assertion);
            if (failure == null) {
                return;
            }
            if (expired) {
                throw new AssertionError("not within " + timeout + ": " + failure.getMessage(), failure);
            }
            pause();
        }
    }

    /** Repeats the question until the answer satisfies, and returns that answer; the last one stands in the failure. */
    public static <T> T eventually(Duration timeout, Callable<T> question, Predicate<? super T> satisfies) {
        var answer = new Answer<T>();
        eventually(timeout, () -> {
            T value = question.call();
            if (!satisfies.test(value)) {
                throw new AssertionError("last answer was " + value);
            }
            answer.value = value;
        });
        return answer.get();
    }

    private static @Nullable Throwable failureOf(ThrowingAssertion assertion) {
        try {
            assertion.check();
            return null;
        } catch (InterruptedException e) {
            throw LabException.interrupted("checking", e);
        } catch (Exception | AssertionError e) {
            return e;
        }
    }

    private static void pause() {
        LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        if (Thread.interrupted()) {
            throw LabException.interrupted("polling", new InterruptedException());
        }
    }

    private static final class Answer<T> {
        private @Nullable T value;

        private T get() {
            if (value == null) {
                throw new AssertionError("the answer is null");
            }
            return value;
        }
    }
}
