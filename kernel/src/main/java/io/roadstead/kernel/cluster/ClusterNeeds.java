package io.roadstead.kernel.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

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
    private @Nullable Consumer<Needs> told;
    private @Nullable Needs last;

    public ClusterNeeds(Loop lifecycle) {
        this.lifecycle = lifecycle;
    }

    /** Replaces what a part needs beyond the own Node, which {@link Needs#OWN_NODE} takes back. */
    public void set(String part, Needs needs) {
        Needs before = needs.equals(Needs.OWN_NODE) ? byPart.remove(part) : byPart.put(part, needs);
        if (!needs.equals(before == null ? Needs.OWN_NODE : before)) {
            lifecycle.execute(this::tell);
        }
    }

    /** The sum. */
    public Needs sum() {
        return byPart.values().stream().reduce(Needs.OWN_NODE, Needs::and);
    }

    /** Tells this one at once and from now on, and no former one, until the registration is closed. On the lifecycle loop. */
    public Registration follow(Consumer<Needs> listener) {
        told = listener;
        last = null;
        tell();
        return () -> {
            if (listener.equals(told)) {
                told = null;
            }
        };
    }

    private void tell() {
        Needs now = sum();
        if (told != null && !now.equals(last)) {
            last = now;
            told.accept(now);
        }
    }
}
