package io.roadstead.plugin.datapath.ebpf.attach;

/** Whether uplinks get XDP beside traffic control. */
public enum Acceleration {
    /** No XDP. */
    DISABLED,
    /** In the driver, or a problem. */
    NATIVE,
    /** Behind the driver, whatever that is. */
    GENERIC,
    /** Native where it can be, else generic, else none. */
    BEST_EFFORT
}
