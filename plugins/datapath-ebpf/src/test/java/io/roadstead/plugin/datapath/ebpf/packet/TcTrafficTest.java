package io.roadstead.plugin.datapath.ebpf.packet;

/** The cables are pairs of veth, so that the programs meet packets of many segments whose checksums are still to be filled in. */
class TcTrafficTest extends SnatTraffic {
    TcTrafficTest() {
        super(Hook.TC);
    }
}
