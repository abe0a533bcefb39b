package io.roadstead.api.route;

import java.util.Collection;

import io.roadstead.api.model.meta.ResourceKey;

/** How an advertiser with a state of its own says that it changed. */
@FunctionalInterface
public interface AdvertiserSink {
    /** Has the kernel decide these subjects anew soon. Any thread; never blocks; calls before the next decision are folded into one. */
    void invalidate(Collection<ResourceKey> subjects);
}
