package io.roadstead.plugin.planted;

/** Swallows even what the machine has to say. */
public final class CatchesThrowable {
    private CatchesThrowable() {
    }

    static boolean runs(Runnable task) {
        try {
            task.run();
            return true;
        } catch (Throwable ignored) { // planted
            return false;
        }
    }
}
