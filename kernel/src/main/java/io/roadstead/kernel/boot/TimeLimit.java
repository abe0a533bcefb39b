package io.roadstead.kernel.boot;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;

/** Waits for others, but not for ever. */
final class TimeLimit {

    private TimeLimit() {
    }

    /**
     * Runs the action on a thread of its own and gives it up, interrupted, after that time.
     *
     * @throws RoadsteadException what the action threw, or STOP_TIMEOUT
     */
    static void run(String part, Duration limit, Runnable action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().name("end " + part).daemon().inheritInheritableThreadLocals(false).start(() -> {
            try {
                action.run();
                done.complete(null);
            } catch (RuntimeException | LinkageError failed) {
                done.completeExceptionally(failed);
            }
        });
        try {
            await(part, limit, done);
        } catch (RoadsteadException failed) {
            thread.interrupt();
            throw failed;
        }
    }

    /**
     * Waits for a result.
     *
     * @throws RoadsteadException what it failed with, or STOP_TIMEOUT
     */
    static <T> T await(String part, Duration limit, CompletionStage<T> stage) {
        Future<T> future = stage.toCompletableFuture();
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() instanceof CompletionException wrapper && wrapper.getCause() != null ? wrapper.getCause()
                    : failed.getCause();
            if (cause instanceof RoadsteadException known) {
                throw known;
            }
            throw new RoadsteadException(CommonErrorCode.INTERNAL, part, "failed: " + cause, "please report it with the log", cause);
        } catch (TimeoutException late) {
            throw new RoadsteadException(CommonErrorCode.STOP_TIMEOUT, part, "did not come back within " + limit.toMillis() + " ms",
                    "it was left behind; a thread dump shows what it waits for", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RoadsteadException(CommonErrorCode.STOP_TIMEOUT, part, "the wait for it was interrupted", "", interrupted);
        }
    }
}
