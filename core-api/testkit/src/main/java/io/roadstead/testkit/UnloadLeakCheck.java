package io.roadstead.testkit;

import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;

import org.jspecify.annotations.Nullable;

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
        takeThePlaceOfItsRecords();
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

    /**
     * The JDK keeps, softly, handles with the types of the record that it last made an equals for, if that belongs to a loader that may go. So the last record
     * that a plugin compared keeps it until memory is short or another plugin's record is compared; here it is this one, of a loader of its own.
     */
    private static void takeThePlaceOfItsRecords() {
        try (OwnClassLoader passing = new OwnClassLoader(Other.class.getName())) {
            Constructor<?> constructor = passing.loadClass(Other.class.getName()).getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            Object one = constructor.newInstance((Object) null);
            Object two = constructor.newInstance(one);
            if (one.equals(two)) {
                throw new AssertionError("records are not compared by their components");
            }
        } catch (IOException | ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private record Other(@Nullable Other component) {
    }
}
