package io.roadstead.kernel.registry;

import java.util.concurrent.Callable;

import io.roadstead.api.error.ErrorCode;
import io.roadstead.api.error.RoadsteadException;

/**
 * The way from the kernel into a plugin's code: with the plugin's loader as the thread's context class loader, and with everything that can go wrong, a missing class
 * included, turned into an error that names the plugin. The only place that catches Throwable.
 */
public final class PluginBoundary {

    private PluginBoundary() {
    }

    /** Calls the body; a RoadsteadException passes as it is. */
    public static <T> T call(ErrorCode code, String subject, ClassLoader loader, Callable<T> body) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return body.call();
        } catch (RoadsteadException | OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            throw new RoadsteadException(code, subject, describe(e), "report it to the plugin's author; the log has the stack trace", e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Class and message of what lies at the bottom. */
    public static String describe(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return root.getClass().getSimpleName() + (message == null ? "" : ": " + message.lines().findFirst().orElse(""));
    }
}
