package io.roadstead.plugin.proxy.relay;

/** Something with limits in time, which are looked at each second instead of by timers of their own. */
interface Ticked {
    /** @param now seconds of the worker's clock, which does not jump */
    void tick(long now);
}
