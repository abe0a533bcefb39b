package io.roadstead.api.plugin;

/** What every extension's instance can do, whatever it is for. Each extension point adds its own {@code start}. */
public interface Instance<C extends Record> extends AutoCloseable {
    /**
     * Takes a changed configuration.
     *
     * @return true when it applies from now on; false, with nothing changed, when the kernel must make a new instance
     */
    boolean reconfigure(C config);

    /** How it is now: a published snapshot, from any thread, without blocking. */
    InstanceStatus status();

    /** Ends it. Idempotent; returns when everything it held is released or after five seconds at most. */
    @Override
    void close();
}
