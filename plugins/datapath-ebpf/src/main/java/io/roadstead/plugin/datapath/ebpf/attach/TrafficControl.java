package io.roadstead.plugin.datapath.ebpf.attach;

/** How traffic control programs are attached. */
public enum TrafficControl {
    /** TCX where the kernel has it, else clsact. */
    AUTO,
    /** By links; Linux 6.6. */
    TCX,
    /** By a qdisc and filters. */
    CLSACT
}
