package io.roadstead.plugin.kubernetes.call;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;

/** Sends requests for the owner of a loop and answers there: each exactly once and in its time, also when a server keeps an answer half told. */
public final class LoopCalls {
    private final ApiCalls calls;
    private final Loop loop;

    public LoopCalls(ApiCalls calls, Loop loop) {
        this.calls = calls;
        this.loop = loop;
    }

    /** Called on the loop. */
    public void send(ApiRequest request, Duration timeout, Consumer<ApiReply> answer) {
        Pending pending = new Pending(answer);
        CompletableFuture<ApiReply> sent = calls.send(request, timeout);
        pending.timer = loop.schedule(timeout, () -> {
            pending.answer(ApiReply.unanswered("no answer within " + timeout.toMillis() + " ms"));
            sent.cancel(true);
        });
        sent.whenComplete((reply, failure) -> loop.execute(
                () -> pending.answer(reply == null ? ApiReply.unanswered(String.valueOf(failure)) : reply)));
    }

    /** Confined to the loop. */
    private static final class Pending {
        private final Consumer<ApiReply> answer;
        private @Nullable TimerHandle timer;
        private boolean answered;

        private Pending(Consumer<ApiReply> answer) {
            this.answer = answer;
        }

        private void answer(ApiReply reply) {
            if (!answered) {
                answered = true;
                if (timer != null) {
                    timer.cancel();
                }
                answer.accept(reply);
            }
        }
    }
}
