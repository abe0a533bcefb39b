package io.roadstead.plugin.kubernetes.write;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.time.TimerHandle;

/** What still has to be written to one object. Confined to the sink's loop. */
final class Item {
    final ResourceKey key;
    Wanted wanted = Wanted.NOTHING;
    /** The term in which the leader decided it; 0 for the node's own. */
    long term;
    int failures;
    boolean inFlight;
    /** Not before this. */
    @Nullable
    TimerHandle timer;
    /** Whether other content, or another object, ends the wait: only this content has to wait for this object. */
    boolean yields;
    /** Whether the server said that there is no such object. */
    boolean absent;
    /** Of the Node that a new object shall belong to. */
    @Nullable
    String nodeUid;

    Item(ResourceKey key) {
        this.key = key;
    }

    boolean leaders() {
        return wanted.node() == null;
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        yields = false;
    }
}
