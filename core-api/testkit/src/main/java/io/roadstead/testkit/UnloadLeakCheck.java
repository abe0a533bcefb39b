package io.roadstead.testkit;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;

/**
 * Proves that nothing holds a plugin's class loader any more. Made while the plugin is loaded, asked after it was unloaded; the test itself must not keep the
 * loader, one of its classes or an object of these in a variable.
 */
public final class UnloadLeakCheck {

    private static final int ROUNDS = 50;
    private static final long WAIT_PER_ROUND_MILLIS = 100;

    private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
    private final WeakReference<ClassLoader> loader;
    private final String description;

    private UnloadLeakCheck(ClassLoader loader) {
        this.loader = new WeakReference<>(loader, collected);
        this.description = loader.toString();
    }

    /** Remembers the loader weakly. */
    public static UnloadLeakCheck of(ClassLoader loader) {
        return new UnloadLeakCheck(loader);
    }

    /** Collects garbage until the loader is gone; fails after some seconds. */
    public void assertUnloaded() {
        try {
            for (int round = 0; round < ROUNDS; round++) {
                System.gc();
                if (loader.refersTo(null) || collected.remove(WAIT_PER_ROUND_MILLIS) != null) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError(description + " is still held; a thread, thread-local, timer, static or cache pins it"
                + " (take a heap dump and ask for the path to its garbage collection root)");
    }
}
