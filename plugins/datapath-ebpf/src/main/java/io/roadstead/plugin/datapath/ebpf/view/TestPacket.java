package io.roadstead.plugin.datapath.ebpf.view;

import java.nio.ByteBuffer;

import io.roadstead.api.lb.Flow;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.service.Protocol;

/** The first packet of a flow, as it would come in on Ethernet: a SYN without options, or a datagram without content. */
final class TestPacket {

    private static final int ETHERNET = 14;
    private static final byte[] MACS = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};

    private TestPacket() {
    }

    /** For TCP and UDP. */
    static byte[] of(Flow flow) {
        boolean tcp = flow.protocol() == Protocol.TCP;
        boolean v4 = flow.source().family() == AddressFamily.IPV4;
        int transport = tcp ? 20 : 8;
        int header = v4 ? 20 : 40;
        ByteBuffer packet = ByteBuffer.allocate(ETHERNET + header + transport);
        packet.put(MACS).putShort((short) (v4 ? 0x0800 : 0x86dd));
        if (v4) {
            packet.putShort((short) 0x4500).putShort((short) (header + transport)).putInt(0x0000_4000).put((byte) 64)
                    .put((byte) (tcp ? 6 : 17)).putShort((short) 0);
        } else {
            packet.putInt(0x6000_0000).putShort((short) transport).put((byte) (tcp ? 6 : 17)).put((byte) 64);
        }
        packet.put(flow.source().toBytes()).put(flow.destination().toBytes());
        if (v4) {
            packet.putShort(ETHERNET + 10, (short) checksum(packet.array(), ETHERNET, header, 0));
        }
        packet.putShort((short) flow.sourcePort()).putShort((short) flow.destinationPort());
        if (tcp) {
            packet.putInt(1).putInt(0).putShort((short) 0x5002).putShort((short) 0xffff).putInt(0);
        } else {
            packet.putShort((short) transport).putShort((short) 0);
        }
        int addresses = v4 ? 8 : 32;
        int start = ETHERNET + header;
        int pseudo = (tcp ? 6 : 17) + transport;
        packet.putShort(start + (tcp ? 16 : 6), (short) checksum(packet.array(), start - addresses, addresses + transport, pseudo));
        return packet.array();
    }

    private static int checksum(byte[] bytes, int start, int length, int initial) {
        int sum = initial;
        for (int i = start; i < start + length; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return ~(sum + (sum >>> 16)) & 0xffff;
    }
}
