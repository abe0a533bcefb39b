package io.roadstead.kernel.cluster;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.source.Needs;
import io.roadstead.api.time.Loop;

/**
 * What each part of this agent looks at of the kinds that are costly to follow, and who is told the sum. Parts say what they need from any thread; the sum is told
 * on the lifecycle loop, only when it has changed.
 */
public final class ClusterNeeds {

    private final Loop lifecycle;
    private final Map<String, Needs> byPart = new ConcurrentHashMap<>();
    /** Confined to the lifecycle loop. */
    private @Nullable Function<Needs, CompletionStage<Void>> told;
    private @Nullable Needs last;
    private CompletionStage<Void> met = new CompletableFuture<>();

    public ClusterNeeds(Loop lifecycle) {
        this.lifecycle = lifecycle;
    }

    /**
     * Replaces what a part needs beyond the own Node, which {@link Needs#OWN_NODE} takes back.
     *
     * @return completes when it has been read, which is never while there is no source; fails when the source does not take it
     */
    public CompletionStage<Void> set(String part, Needs needs) {
        if (needs.equals(Needs.OWN_NODE)) {
            byPart.remove(part);
        } else {
            byPart.put(part, needs);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        lifecycle.execute(() -> {
            tell();
            met.whenComplete((nothing, failure) -> {
                if (failure == null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(failure);
                }
            });
        });
        return done;
    }

    /** The sum. */
    public Needs sum() {
        return byPart.values().stream().reduce(Needs.OWN_NODE, Needs::and);
    }

    /**
     * Tells this one at once and from now on, and no former one, until the registration is closed. On the lifecycle loop.
     *
     * @param listener answers with when it has been read
     */
    public Registration follow(Function<Needs, CompletionStage<Void>> listener) {
        told = listener;
        last = null;
        tell();
        return () -> {
            if (listener.equals(told)) {
                told = null;
                met = new CompletableFuture<>();
            }
        };
    }

    private void tell() {
        Needs now = sum();
        if (told != null && !now.equals(last)) {
            last = now;
            met = told.apply(now);
        }
    }
}
