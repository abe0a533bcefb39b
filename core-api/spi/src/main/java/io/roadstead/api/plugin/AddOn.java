package io.roadstead.api.plugin;

/** Runs beside the agent's own job. */
public interface AddOn<C extends Record> extends Instance<C> {
    /**
     * Starts it. Called once, on the kernel's lifecycle thread, before the source is read.
     *
     * @throws io.roadstead.api.error.RoadsteadException when it cannot run
     */
    void start();
}
