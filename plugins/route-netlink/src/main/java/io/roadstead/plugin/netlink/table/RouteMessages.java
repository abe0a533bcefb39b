package io.roadstead.plugin.netlink.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/** Messages of rtnetlink about routes (rtnetlink(7)), in the machine's byte order. */
final class RouteMessages {

    static final int ERROR = 2;
    static final int DONE = 3;
    static final int NEW_ROUTE = 24;
    static final int DELETE_ROUTE = 25;
    static final int GET_ROUTE = 26;

    static final int REQUEST = 0x1;
    static final int ACKNOWLEDGE = 0x4;
    static final int REPLACE = 0x100;
    static final int EXCLUSIVE = 0x200;
    static final int CREATE = 0x400;
    static final int DUMP = 0x300;
    static final int DUMP_INTERRUPTED = 0x10;
    private static final int CAPPED = 0x100;
    private static final int ACK_ATTRIBUTES = 0x200;

    static final int HEADER = 16;
    /** Length of a message without next hops, and of each of those, at most. */
    static final int FIXED_ROOM = 96;
    static final int NEXT_HOP_ROOM = 32;

    private static final int ROUTE = 12;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int UNICAST = 1;
    private static final int NOWHERE = 255;
    private static final int DESTINATION = 1;
    private static final int GATEWAY = 5;
    private static final int PRIORITY = 6;
    private static final int MULTIPATH = 9;
    private static final int TABLE = 15;
    private static final int VIA = 18;
    private static final int NEXT_HOP = 8;
    private static final int EXTENDED_MESSAGE = 1;
    private static final int TYPE_MASK = 0x3fff;

    private RouteMessages() {
    }

    static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    /** Appends the message of a change. */
    static void write(ByteBuffer out, int flags, int sequence, Change change, int protocol, int table) {
        boolean removal = change.kind() == Change.Kind.REMOVE;
        int start = begin(out, removal ? DELETE_ROUTE : NEW_ROUTE, flags, sequence);
        IpPrefix prefix = change.prefix();
        route(out, family(prefix.family()), prefix.length(), protocol, removal ? NOWHERE : 0, removal ? 0 : UNICAST);
        put(out, TABLE, table);
        put(out, PRIORITY, (int) change.metric());
        out.putShort((short) (4 + prefix.family().bytes())).putShort((short) DESTINATION).put(prefix.address().toBytes());
        if (change.nextHops().size() == 1) {
            nextHop(out, change.nextHops().getFirst(), prefix.family());
        } else if (!change.nextHops().isEmpty()) {
            multipath(out, change.nextHops(), prefix.family());
        }
        end(out, start);
    }

    /** Appends the request for a table's routes of one family; protocol 0 for everybody's. */
    static void writeDump(ByteBuffer out, int sequence, AddressFamily family, int protocol, int table) {
        int start = begin(out, GET_ROUTE, REQUEST | DUMP, sequence);
        route(out, family(family), 0, protocol, 0, 0);
        put(out, TABLE, table);
        end(out, start);
    }

    private static int begin(ByteBuffer out, int type, int flags, int sequence) {
        int start = out.position();
        out.putInt(0).putShort((short) type).putShort((short) flags).putInt(sequence).putInt(0);
        return start;
    }

    private static void end(ByteBuffer out, int start) {
        out.putInt(start, out.position() - start);
    }

    private static void route(ByteBuffer out, int family, int length, int protocol, int scope, int type) {
        // The table's number may need more than a byte: it stands in an attribute.
        out.put((byte) family).put((byte) length).put((byte) 0).put((byte) 0);
        out.put((byte) 0).put((byte) protocol).put((byte) scope).put((byte) type).putInt(0);
    }

    private static void put(ByteBuffer out, int type, int value) {
        out.putShort((short) 8).putShort((short) type).putInt(value);
    }

    private static void nextHop(ByteBuffer out, IpAddress address, AddressFamily family) {
        byte[] bytes = address.toBytes();
        if (address.family() == family) {
            out.putShort((short) (4 + bytes.length)).putShort((short) GATEWAY).put(bytes);
        } else { // an IPv4 route over an IPv6 next hop (RFC 8950)
            out.putShort((short) (6 + bytes.length)).putShort((short) VIA).putShort((short) family(address.family())).put(bytes);
            out.position(aligned(out.position()));
        }
    }

    private static void multipath(ByteBuffer out, List<IpAddress> nextHops, AddressFamily family) {
        int attribute = out.position();
        out.putShort((short) 0).putShort((short) MULTIPATH);
        for (IpAddress address : nextHops) {
            int hop = out.position();
            out.putLong(0);
            nextHop(out, address, family);
            out.putShort(hop, (short) (out.position() - hop));
        }
        out.putShort(attribute, (short) (out.position() - attribute));
    }

    private static int family(AddressFamily family) {
        return family == AddressFamily.IPV4 ? AF_INET : AF_INET6;
    }

    /** Calls with the type of each whole message of a datagram, and the message with its header. */
    static void forEach(ByteBuffer datagram, BiConsumer<Integer, ByteBuffer> each) {
        int at = 0;
        while (at + HEADER <= datagram.limit()) {
            int length = datagram.getInt(at);
            if (length < HEADER || length > datagram.limit() - at) {
                return;
            }
            each.accept(Short.toUnsignedInt(datagram.getShort(at + 4)), datagram.slice(at, length).order(ByteOrder.nativeOrder()));
            at = aligned(at + length);
        }
    }

    static int flags(ByteBuffer message) {
        return Short.toUnsignedInt(message.getShort(6));
    }

    static int sequence(ByteBuffer message) {
        return message.getInt(8);
    }

    /** The socket whose request made the kernel tell this. */
    static int port(ByteBuffer message) {
        return message.getInt(12);
    }

    /** The error number of an answer; 0 for success. */
    static int errno(ByteBuffer error) {
        return error.limit() < HEADER + 4 ? 0 : -error.getInt(HEADER);
    }

    /** What the kernel says about an error; empty when nothing. */
    static String detail(ByteBuffer error) {
        int inner = HEADER + 4;
        if ((flags(error) & ACK_ATTRIBUTES) == 0 || error.limit() < inner + HEADER) {
            return "";
        }
        int request = (flags(error) & CAPPED) == 0 ? Math.clamp(error.getInt(inner), HEADER, error.limit()) : HEADER;
        ByteBuffer text = attribute(error, aligned(inner + request), EXTENDED_MESSAGE);
        byte[] bytes = new byte[Math.max(0, text.limit() - 1)]; // without the terminating zero
        text.get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Reads a unicast route of a table; empty for any other message. */
    static Optional<TableRoute> read(ByteBuffer message, int wantedTable) {
        int attributes = HEADER + ROUTE;
        if (message.limit() < attributes || message.get(HEADER + 7) != UNICAST) {
            return Optional.empty();
        }
        int family = message.get(HEADER);
        int length = Byte.toUnsignedInt(message.get(HEADER + 1));
        AddressFamily addresses = family == AF_INET ? AddressFamily.IPV4 : AddressFamily.IPV6;
        int table = number(attribute(message, attributes, TABLE), Byte.toUnsignedInt(message.get(HEADER + 4)));
        if (family != AF_INET && family != AF_INET6 || length > addresses.bits() || table != wantedTable) {
            return Optional.empty();
        }
        ByteBuffer destination = attribute(message, attributes, DESTINATION);
        IpAddress first = destination.limit() == addresses.bytes() ? address(destination) : IpAddress.ofBytes(new byte[addresses.bytes()]);
        Set<IpAddress> nextHops = new HashSet<>();
        nextHop(message, attributes, nextHops);
        ByteBuffer multipath = attribute(message, attributes, MULTIPATH);
        int at = 0;
        while (at + NEXT_HOP <= multipath.limit()) {
            int size = Short.toUnsignedInt(multipath.getShort(at));
            if (size < NEXT_HOP || size > multipath.limit() - at) {
                break;
            }
            nextHop(multipath.slice(at, size).order(ByteOrder.nativeOrder()), NEXT_HOP, nextHops);
            at = aligned(at + size);
        }
        long metric = Integer.toUnsignedLong(number(attribute(message, attributes, PRIORITY), 0));
        return Optional
                .of(new TableRoute(IpPrefix.containing(first, length), Byte.toUnsignedInt(message.get(HEADER + 5)), metric, nextHops));
    }

    private static void nextHop(ByteBuffer message, int from, Set<IpAddress> nextHops) {
        ByteBuffer gateway = attribute(message, from, GATEWAY);
        if (isAddress(gateway)) {
            nextHops.add(address(gateway));
        }
        ByteBuffer via = attribute(message, from, VIA);
        if (via.limit() > 2 && isAddress(via.slice(2, via.limit() - 2))) {
            nextHops.add(address(via.slice(2, via.limit() - 2)));
        }
    }

    private static boolean isAddress(ByteBuffer content) {
        return content.limit() == AddressFamily.IPV4.bytes() || content.limit() == AddressFamily.IPV6.bytes();
    }

    private static IpAddress address(ByteBuffer content) {
        byte[] bytes = new byte[content.limit()];
        content.get(0, bytes);
        return IpAddress.ofBytes(bytes);
    }

    private static int number(ByteBuffer content, int otherwise) {
        return content.limit() == 4 ? content.getInt(0) : otherwise;
    }

    /** Content of the first attribute of that type from an offset on; empty when there is none. */
    private static ByteBuffer attribute(ByteBuffer message, int from, int type) {
        int at = from;
        while (at + 4 <= message.limit()) {
            int length = Short.toUnsignedInt(message.getShort(at));
            if (length < 4 || length > message.limit() - at) {
                break;
            }
            if ((message.getShort(at + 2) & TYPE_MASK) == type) {
                return message.slice(at + 4, length - 4).order(ByteOrder.nativeOrder());
            }
            at = aligned(at + length);
        }
        return buffer(0);
    }

    private static int aligned(int position) {
        return position + 3 & -4;
    }
}
