package io.roadstead.kernel.boot;

import io.roadstead.api.plugin.Instance;

/**
 * What instances of an extension point are for: how they are named and put to work. Called on the lifecycle loop.
 *
 * @param <X> what the extension point's factories make
 */
interface Role<X extends Instance<?>> {
    /** For status and logs: {@code advertiser}. */
    String kind();

    /** The section of a type. */
    String section(String type);

    /** Whether that type is to run with the configuration in force. */
    default boolean wanted(String type) {
        return true;
    }

    /** Whether a successor may be put to work before its predecessor has gone. */
    default boolean overlaps() {
        return false;
    }

    /** Starts the instance of a type and puts it to work. */
    void start(String type, X instance);

    /** Has it work no more; returns when nothing uses it. It is closed next. */
    void stop(String type, X instance);

    /** Hands it a changed configuration on the thread that owns it. */
    default boolean reconfigure(String type, X instance, Reconfigure change) {
        return change.apply();
    }

    /** Calls {@link Instance#reconfigure}. */
    @FunctionalInterface
    interface Reconfigure {
        boolean apply();
    }
}
