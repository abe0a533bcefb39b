package io.roadstead.plugin.datapath.ebpf.bpf;

/** The clock by which programs stamp what they write: it runs from the start of the machine and never jumps. */
public final class KernelClock {

    private KernelClock() {
    }

    public static long nanos() {
        return Libc.monotonicNanos();
    }
}
