package io.roadstead.plugin.datapath.ebpf.packet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.roadstead.api.lb.FlowHash;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/** What the carriers of direct server return put on the wire, written out from their definitions. Hashes are of the flow to the frontend. */
final class Wrapped {

    static final int OPTION_CLASS = 0x014b;
    static final int OPTION_TYPE = 0x81;

    private Wrapped() {
    }

    /** A frame with that packet, its Ethernet header too, in Geneve from one node to another. */
    static byte[] geneve(Packet inner, int hash, String from, String to, byte[]... options) {
        int length = Arrays.stream(options).mapToInt(option -> option.length).sum();
        byte[] frame = inner.bytes();
        ByteBuffer payload = ByteBuffer.allocate(8 + length + frame.length);
        // Version 0 and the options' length in words; an option must be understood; transparent Ethernet bridging; network 0.
        payload.put((byte) (length / 4)).put((byte) 0x40).putShort((short) 0x6558).putInt(0);
        for (byte[] option : options) {
            payload.put(option);
        }
        payload.put(frame);
        String text = new String(payload.array(), StandardCharsets.ISO_8859_1);
        // The source port spreads flows over paths and queues: of the dynamic ones (RFC 6335).
        return labelled(Packet.of(from, to, new Packet.Udp(0xc000 | hash & 0x3fff, 6081, text, false)), hash);
    }

    static byte[] option(String vip, int port) {
        return option(OPTION_CLASS, OPTION_TYPE, vip, port);
    }

    static byte[] option(int group, int type, String vip, int port) {
        byte[] address = IpAddress.parse(vip).toBytes();
        int words = (address.length + 4) / 4;
        return ByteBuffer.allocate(4 + words * 4).putShort((short) group).put((byte) type).put((byte) words).put(address)
                .putShort((short) port).array();
    }

    /** A frame with that packet in a second IP header. */
    static byte[] ipip(Packet inner, int hash, String from, String to) {
        int protocol = inner.family() == AddressFamily.IPV4 ? 4 : 41;
        return labelled(Packet.of(from, to, new Packet.Raw(protocol, new Packet.Options(inner.ip()))), hash);
    }

    /** That packet with the option that tells the frontend. */
    static Packet opt(Packet inner, String vip, int port) {
        int[] address = unsigned(vip);
        if (address.length == 4) {
            return inner.options(0x9a, 8, port >> 8, port & 0xff, address[0], address[1], address[2], address[3]);
        }
        int[] option = new int[24];
        option[2] = 0x1b;
        option[3] = 20;
        System.arraycopy(address, 0, option, 4, address.length);
        option[20] = port >> 8;
        option[21] = port & 0xff;
        return inner.options(option);
    }

    /** IPv4's option as Cilium writes it on little-endian machines. */
    static Packet reversedOpt(Packet inner, String vip, int port) {
        int[] address = unsigned(vip);
        return inner.options(0x9a, 8, port & 0xff, port >> 8, address[3], address[2], address[1], address[0]);
    }

    static int hash(Packet toFrontend) {
        return switch (toFrontend.transport()) {
            case Packet.Tcp tcp -> FlowHash.of(toFrontend.source(), tcp.sourcePort(), tcp.destinationPort(), 6, Rig.SEED);
            case Packet.Udp udp -> FlowHash.of(toFrontend.source(), udp.sourcePort(), udp.destinationPort(), 17, Rig.SEED);
            case Packet.Icmp icmp -> throw new IllegalArgumentException("no flow: " + icmp);
            case Packet.Raw raw -> throw new IllegalArgumentException("no flow: " + raw);
        };
    }

    /** The frame between other MAC addresses. */
    static byte[] macs(byte[] frame, long from, long to) {
        byte[] changed = frame.clone();
        ByteBuffer.wrap(changed).putShort((short) (to >>> 32)).putInt((int) to).putShort((short) (from >>> 32)).putInt((int) from);
        return changed;
    }

    /** RFC 6438: the flow label does for IPv6 what UDP's source port does. */
    private static byte[] labelled(Packet outer, int hash) {
        byte[] frame = outer.bytes();
        if (outer.family() == AddressFamily.IPV6) {
            ByteBuffer.wrap(frame).putInt(14, 0x60000000 | hash & 0xfffff);
        }
        return frame;
    }

    private static int[] unsigned(String address) {
        byte[] bytes = IpAddress.parse(address).toBytes();
        int[] unsigned = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            unsigned[i] = bytes[i] & 0xff;
        }
        return unsigned;
    }
}
