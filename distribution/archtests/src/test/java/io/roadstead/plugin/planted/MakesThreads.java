package io.roadstead.plugin.planted;

/** Makes a thread. */
public final class MakesThreads {
    private MakesThreads() {
    }

    static Thread make() {
        return new Thread(() -> {
        });
    }
}
