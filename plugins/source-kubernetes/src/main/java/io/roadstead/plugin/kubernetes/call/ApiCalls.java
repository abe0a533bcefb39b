package io.roadstead.plugin.kubernetes.call;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Sends requests. Safe for any thread, never blocks. */
@FunctionalInterface
public interface ApiCalls {
    /**
     * Sends at once, and once: whoever may send only up to a moment must be able to rely on it.
     *
     * @param timeout when to give up waiting; a sender may take somewhat longer, or for ever
     * @return never fails: no answer is a reply, too. Completed on any thread
     */
    CompletableFuture<ApiReply> send(ApiRequest request, Duration timeout);
}
