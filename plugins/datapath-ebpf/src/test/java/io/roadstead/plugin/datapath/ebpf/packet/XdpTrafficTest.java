package io.roadstead.plugin.datapath.ebpf.packet;

/** Native XDP meets packets before the kernel knows of checksums that are to be filled in: the machines at the ends fill them in. */
class XdpTrafficTest extends SnatTraffic {
    XdpTrafficTest() {
        super(Hook.XDP);
    }
}
