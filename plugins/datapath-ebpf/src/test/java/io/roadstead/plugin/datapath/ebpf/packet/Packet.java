package io.roadstead.plugin.datapath.ebpf.packet;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/**
 * A frame with one IP packet, written out with checksums made from scratch, so that programs that change them by differences are held to the definition.
 *
 * @param smac     six bytes in the low bits
 * @param dmac     idem
 * @param options  IPv4 options, a multiple of 4 bytes; none for IPv6
 * @param fragment null for a whole packet
 */
record Packet(long smac, long dmac, IpAddress source, IpAddress destination, int ttl, Options options, Fragment fragment,
        Transport transport) {

    static final long CLIENT_MAC = 0x020000000001L;
    static final long NODE_MAC = 0x020000000002L;

    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int ACK = 0x10;

    /** Bytes as they are. */
    @SuppressWarnings("ArrayRecordComponent") // packets are compared as bytes, never by equals
    record Options(byte... bytes) {
        static final Options NONE = new Options();
    }

    /**
     * @param id     of the datagram
     * @param offset in bytes; a multiple of 8
     * @param more   whether others follow
     */
    record Fragment(int id, int offset, boolean more) {
        static final Fragment WHOLE = new Fragment(0, 0, false);
    }

    /** What an IP packet carries. */
    sealed interface Transport {
        int protocol(AddressFamily family);
    }

    /** Payload in bytes. */
    record Tcp(int sourcePort, int destinationPort, int flags, String payload) implements Transport {
        @Override
        public int protocol(AddressFamily family) {
            return 6;
        }
    }

    /** With a checksum, which IPv4 lets one leave out. */
    record Udp(int sourcePort, int destinationPort, String payload, boolean checksum) implements Transport {
        @Override
        public int protocol(AddressFamily family) {
            return 17;
        }
    }

    /** ICMP or ICMPv6. */
    record Icmp(int type, int code, int rest, Options body) implements Transport {
        @Override
        public int protocol(AddressFamily family) {
            return family == AddressFamily.IPV4 ? 1 : 58;
        }
    }

    /** Bytes as they are: later fragments, other protocols. */
    record Raw(int number, Options body) implements Transport {
        @Override
        public int protocol(AddressFamily family) {
            return number;
        }
    }

    static Packet tcp(String source, int sourcePort, String destination, int destinationPort, int flags) {
        return of(source, destination, new Tcp(sourcePort, destinationPort, flags, "hello"));
    }

    static Packet udp(String source, int sourcePort, String destination, int destinationPort) {
        return of(source, destination, new Udp(sourcePort, destinationPort, "hello", true));
    }

    static Packet of(String source, String destination, Transport transport) {
        return new Packet(CLIENT_MAC, NODE_MAC, IpAddress.parse(source), IpAddress.parse(destination), 64, Options.NONE, Fragment.WHOLE,
                transport);
    }

    /** An ICMP error that quotes the beginning of a packet. */
    static Packet error(String source, String destination, int type, int code, int rest, Packet about, int quoted) {
        byte[] packet = about.ip();
        return of(source, destination, new Icmp(type, code, rest, new Options(Arrays.copyOf(packet, Math.min(quoted, packet.length)))));
    }

    Packet ttl(int ttl) {
        return new Packet(smac, dmac, source, destination, ttl, options, fragment, transport);
    }

    Packet macs(long from, long to) {
        return new Packet(from, to, source, destination, ttl, options, fragment, transport);
    }

    Packet options(int... bytes) {
        byte[] given = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            given[i] = (byte) bytes[i];
        }
        return new Packet(smac, dmac, source, destination, ttl, new Options(given), fragment, transport);
    }

    Packet fragment(int id, int offset, boolean more) {
        return new Packet(smac, dmac, source, destination, ttl, options, new Fragment(id, offset, more), transport);
    }

    Packet transport(Transport changed) {
        return new Packet(smac, dmac, source, destination, ttl, options, fragment, changed);
    }

    Packet from(String address, int port) {
        return new Packet(smac, dmac, IpAddress.parse(address), destination, ttl, options, fragment, switch (transport) {
            case Tcp tcp -> new Tcp(port, tcp.destinationPort(), tcp.flags(), tcp.payload());
            case Udp udp -> new Udp(port, udp.destinationPort(), udp.payload(), udp.checksum());
            case Icmp icmp -> icmp;
            case Raw raw -> raw;
        });
    }

    Packet to(String address, int port) {
        return new Packet(smac, dmac, source, IpAddress.parse(address), ttl, options, fragment, switch (transport) {
            case Tcp tcp -> new Tcp(tcp.sourcePort(), port, tcp.flags(), tcp.payload());
            case Udp udp -> new Udp(udp.sourcePort(), port, udp.payload(), udp.checksum());
            case Icmp icmp -> icmp;
            case Raw raw -> raw;
        });
    }

    AddressFamily family() {
        return source.family();
    }

    /** The frame. */
    byte[] bytes() {
        byte[] packet = ip();
        ByteBuffer frame = ByteBuffer.allocate(14 + packet.length);
        mac(frame, dmac);
        mac(frame, smac);
        frame.putShort((short) (family() == AddressFamily.IPV4 ? 0x0800 : 0x86dd));
        return frame.put(packet).array();
    }

    /** The packet without its Ethernet header. */
    byte[] ip() {
        byte[] body = body();
        return family() == AddressFamily.IPV4 ? ipv4(body) : ipv6(body);
    }

    private byte[] ipv4(byte[] body) {
        int header = 20 + options.bytes().length;
        ByteBuffer packet = ByteBuffer.allocate(header + body.length);
        packet.put((byte) (0x40 | header / 4)).put((byte) 0).putShort((short) (header + body.length)).putShort((short) fragment.id());
        // What is no fragment says so.
        packet.putShort((short) (fragment.equals(Fragment.WHOLE) ? 0x4000 : fragment.offset() / 8 | (fragment.more() ? 0x2000 : 0)));
        packet.put((byte) ttl).put((byte) transport.protocol(family())).putShort((short) 0).put(source.toBytes())
                .put(destination.toBytes());
        packet.put(options.bytes());
        packet.putShort(10, (short) ~sum(packet.array(), 0, header));
        return packet.put(body).array();
    }

    private byte[] ipv6(byte[] body) {
        boolean whole = fragment.equals(Fragment.WHOLE);
        int extensions = options.bytes().length + (whole ? 0 : 8);
        ByteBuffer packet = ByteBuffer.allocate(40 + extensions + body.length);
        int protocol = transport.protocol(family());
        int first = whole ? protocol : 44;
        packet.putInt(0x60000000).putShort((short) (extensions + body.length));
        packet.put((byte) (options.bytes().length > 0 ? 60 : first)).put((byte) ttl).put(source.toBytes()).put(destination.toBytes());
        if (options.bytes().length > 0) {
            // Destination options: next header, length, then what is given.
            byte[] header = options.bytes().clone();
            header[0] = (byte) first;
            header[1] = (byte) (header.length / 8 - 1);
            packet.put(header);
        }
        if (!whole) {
            packet.put((byte) protocol).put((byte) 0).putShort((short) (fragment.offset() | (fragment.more() ? 1 : 0)))
                    .putInt(fragment.id());
        }
        return packet.put(body).array();
    }

    private byte[] body() {
        return switch (transport) {
            case Tcp tcp -> {
                byte[] payload = latin(tcp.payload());
                ByteBuffer segment = ByteBuffer.allocate(20 + payload.length);
                segment.putShort((short) tcp.sourcePort()).putShort((short) tcp.destinationPort()).putInt(0x01020304).putInt(0x05060708);
                segment.put((byte) 0x50).put((byte) tcp.flags()).putShort((short) 0x2000).putInt(0).put(payload);
                segment.putShort(16, (short) ~pseudo(segment.array(), 6));
                yield segment.array();
            }
            case Udp udp -> {
                byte[] payload = latin(udp.payload());
                ByteBuffer datagram = ByteBuffer.allocate(8 + payload.length);
                datagram.putShort((short) udp.sourcePort()).putShort((short) udp.destinationPort()).putShort((short) (8 + payload.length));
                datagram.putShort((short) 0).put(payload);
                if (udp.checksum()) {
                    int check = ~pseudo(datagram.array(), 17) & 0xffff;
                    datagram.putShort(6, (short) (check == 0 ? 0xffff : check));
                }
                yield datagram.array();
            }
            case Icmp icmp -> {
                ByteBuffer message = ByteBuffer.allocate(8 + icmp.body().bytes().length);
                message.put((byte) icmp.type()).put((byte) icmp.code()).putShort((short) 0).putInt(icmp.rest()).put(icmp.body().bytes());
                int sum = family() == AddressFamily.IPV4 ? sum(message.array(), 0, message.capacity()) : pseudo(message.array(), 58);
                message.putShort(2, (short) ~sum);
                yield message.array();
            }
            case Raw raw -> raw.body().bytes();
        };
    }

    private int pseudo(byte[] segment, int protocol) {
        byte[] from = source.toBytes();
        byte[] to = destination.toBytes();
        ByteBuffer all = ByteBuffer.allocate(from.length + to.length + 8 + segment.length);
        all.put(from).put(to).putInt(segment.length).putInt(protocol).put(segment);
        return sum(all.array(), 0, all.capacity());
    }

    /** One's complement sum of 16-bit words, an odd byte at the end being the upper one. */
    static int sum(byte[] bytes, int offset, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (long) (bytes[offset + i] & 0xff) << ((i & 1) == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    private static void mac(ByteBuffer frame, long mac) {
        frame.putShort((short) (mac >>> 32)).putInt((int) mac);
    }

    private static byte[] latin(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** For messages of failed assertions. */
    static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
