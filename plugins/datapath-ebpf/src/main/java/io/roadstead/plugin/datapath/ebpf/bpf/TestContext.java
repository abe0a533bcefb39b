package io.roadstead.plugin.datapath.ebpf.bpf;

/**
 * What a program sees beside the packet when it is run for a test. A traffic control program sees all three; an XDP program no mark, and of the devices the
 * one that the packet came in by.
 *
 * @param mark           of the packet
 * @param ifindex        device that the program is attached to; 0 leaves it to the kernel (loopback)
 * @param ingressIfindex device that the packet came in by; 0 for none
 */
public record TestContext(int mark, int ifindex, int ingressIfindex) {
    /** Nothing in particular. */
    public static final TestContext NONE = new TestContext(0, 0, 0);
}
