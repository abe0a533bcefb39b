package io.roadstead.plugin.planted;

import java.util.concurrent.atomic.AtomicInteger;

/** State that outlives its plugin. */
public final class StaticState {
    static final AtomicInteger COUNT = new AtomicInteger();

    private StaticState() {
    }
}
