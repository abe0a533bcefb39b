package io.roadstead.kernel.mesh.remote;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.mesh.StoreStatus;
import io.roadstead.api.view.MeshView;

/**
 * A reader at one moment.
 *
 * @param connected whether there is a connection to read over
 * @param notReady  empty when ready; while not connected, what the store's status does not tell
 * @param lastSign  of life of the store; null before the first
 */
record ReaderState(String name, boolean connected, boolean ready, String notReady, @Nullable Instant lostSince, MeshView.Counts counts,
        MeshView.Configuration configured, MeshView.Synced synced, @Nullable Instant lastSign, int refused,
        List<MeshView.Refusal> refusals) {

    private static final String WAITING = "waiting for initial connection to be established";

    MeshView.Remote view(StoreStatus store, InstantSource clock) {
        String why = notReady;
        if (!ready && !connected && why.isEmpty()) {
            why = store.failure().isEmpty() ? WAITING : store.failure();
        }
        Duration age = lastSign == null ? null : Duration.between(lastSign, clock.instant());
        return new MeshView.Remote(name, ready, why, store, lostSince, counts, configured, synced, age, refused, refusals);
    }
}
