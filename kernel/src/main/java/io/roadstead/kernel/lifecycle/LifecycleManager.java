package io.roadstead.kernel.lifecycle;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;

/**
 * Starts the agent's parts in the order they were added and stops them in reverse, each on a thread of its own so that one that hangs is given up after its time.
 * Confined to the thread that starts and stops the agent.
 */
public final class LifecycleManager {

    private static final Logger log = LoggerFactory.getLogger(LifecycleManager.class);

    private final List<Step> steps = new ArrayList<>();
    private final Deque<Step> started = new ArrayDeque<>();

    /** Something that may fail. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /** A part. Each action gets the timeout beside it, then its thread is interrupted and left behind. */
    public record Step(String name, Duration startTimeout, Action start, Duration stopTimeout, Action stop) {
        /** A part with ten seconds for each. */
        public Step(String name, Action start, Action stop) {
            this(name, Duration.ofSeconds(10), start, Duration.ofSeconds(10), stop);
        }
    }

    /** Adds a part behind the others. */
    public LifecycleManager add(Step step) {
        steps.add(step);
        return this;
    }

    /**
     * Starts all parts. When one fails, those that had started, and one that only took too long, are stopped.
     *
     * @throws RoadsteadException the part's own, or one that names the part; failures while stopping are suppressed in it
     */
    public void start() {
        for (Step step : steps) {
            try {
                run("start", step.name, step.startTimeout, step.start, CommonErrorCode.START_TIMEOUT);
                started.push(step);
            } catch (RoadsteadException failure) {
                if (failure.code() == CommonErrorCode.START_TIMEOUT) {
                    started.push(step);
                }
                stopStarted().forEach(failure::addSuppressed);
                throw failure;
            }
        }
    }

    /**
     * Stops what started, in reverse order, going on after a failure. Idempotent.
     *
     * @throws RoadsteadException the first failure; later ones are suppressed in it
     */
    public void stop() {
        List<RoadsteadException> failures = stopStarted();
        if (!failures.isEmpty()) {
            failures.subList(1, failures.size()).forEach(failures.getFirst()::addSuppressed);
            throw failures.getFirst();
        }
    }

    private List<RoadsteadException> stopStarted() {
        List<RoadsteadException> failures = new ArrayList<>();
        while (!started.isEmpty()) {
            Step step = started.pop();
            try {
                run("stop", step.name, step.stopTimeout, step.stop, CommonErrorCode.STOP_TIMEOUT);
            } catch (RoadsteadException failure) {
                failures.add(failure);
            }
        }
        return failures;
    }

    private static void run(String verb, String name, Duration timeout, Action action, CommonErrorCode timeoutCode) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().name(verb + " " + name).daemon().start(() -> {
            try {
                action.run();
                done.complete(null);
            } catch (Exception | LinkageError e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            log.debug("{} done part={}", verb, name);
        } catch (ExecutionException e) {
            throw failure(verb, name, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            thread.interrupt();
            throw new RoadsteadException(timeoutCode, name, "did not " + verb + " within " + timeout.toMillis() + " ms",
                    "the log shows what it was doing", e);
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new RoadsteadException(timeoutCode, name, verb + " was interrupted", "", e);
        }
    }

    private static RoadsteadException failure(String verb, String name, Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return cause instanceof RoadsteadException known
                ? known
                : new RoadsteadException(CommonErrorCode.INTERNAL, name, "failed to " + verb + ": " + cause,
                        "please report it with the log", cause);
    }
}
