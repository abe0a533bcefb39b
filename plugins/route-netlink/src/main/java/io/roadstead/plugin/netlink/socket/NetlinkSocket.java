package io.roadstead.plugin.netlink.socket;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.roadstead.plugin.netlink.socket.SystemCalls.Call;

/** A socket to rtnetlink in the network namespace of the thread that made it. Confined to one thread at a time; closed by the thread that uses it. */
public final class NetlinkSocket implements AutoCloseable {

    /** What the kernel tells of unasked: links, addresses and routes of both families (RTMGRP_*). */
    public static final int LINKS_ADDRESSES_AND_ROUTES = 0x001 | 0x010 | 0x040 | 0x100 | 0x400;
    /** The largest datagram that is sent or received. */
    public static final int ROOM = 1 << 17;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 0x80003;
    private static final int ADDRESS_SIZE = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    /** A batch's errors must find room at once, and so must a burst of events. */
    private static final int RECEIVE_BUFFER = 8 << 20;
    private static final int MSG_DONTWAIT = 0x40;

    private final int descriptor;
    private final int port;
    private final MemorySegment room = Arena.ofAuto().allocate(ROOM, 8);
    private final ByteBuffer buffer = room.asByteBuffer().order(ByteOrder.nativeOrder());

    /**
     * Opens one.
     *
     * @param groups what to be told of unasked; 0 for nothing
     * @throws io.roadstead.api.error.RoadsteadException when the system has none
     */
    public NetlinkSocket(int groups) {
        SystemCalls.requirePlatform();
        descriptor = Call.SOCKET.run(AF_NETLINK, SOCK_RAW_CLOEXEC, 0);
        if (descriptor < 0) {
            throw Errno.failure("open a socket", -descriptor);
        }
        int result = bind(groups);
        if (result < 0) {
            Call.CLOSE.run(descriptor);
            throw Errno.failure("bind a socket", -result);
        }
        port = port(descriptor);
        option(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
        option(SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER); // beyond the system's limit, where permitted
        option(SOL_NETLINK, NETLINK_CAP_ACK, 1);
        option(SOL_NETLINK, NETLINK_EXT_ACK, 1);
        option(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    }

    private int bind(int groups) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_SIZE, 4);
            address.asByteBuffer().order(ByteOrder.nativeOrder()).putShort((short) AF_NETLINK).putInt(8, groups);
            return Call.BIND.run(descriptor, address.address(), ADDRESS_SIZE);
        }
    }

    private static int port(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_SIZE, 4);
            MemorySegment size = arena.allocateFrom(JAVA_INT, ADDRESS_SIZE);
            Call.GETSOCKNAME.run(descriptor, address.address(), size.address());
            return address.get(JAVA_INT, 4);
        }
    }

    /** Best effort: an older kernel lacks some of them, and then answers more, or says less. */
    private void option(int level, int name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(JAVA_INT, value);
            Call.SETSOCKOPT.run(descriptor, level, name, memory.address(), Integer.BYTES);
        }
    }

    /** The number by which the kernel names this socket as the origin of a change. */
    public int port() {
        return port;
    }

    int descriptor() {
        return descriptor;
    }

    /**
     * Sends what is between the buffer's position and limit, at most {@link #ROOM} bytes.
     *
     * @return 0, or an error number
     */
    public int send(ByteBuffer datagram) {
        int size = datagram.remaining();
        buffer.clear().put(datagram);
        while (true) {
            int result = Call.SENDTO.run(descriptor, room.address(), size, 0);
            if (result != -Errno.EINTR) {
                return Math.max(0, -result);
            }
        }
    }

    /**
     * Receives one datagram that has come already, into {@link #received}.
     *
     * @return 0, or an error number: {@link Errno#EAGAIN} when none has, {@link Errno#ENOBUFS} when some were lost
     */
    public int receive() {
        return receive(MSG_DONTWAIT);
    }

    /** As above, and waits for one: the rest of a dump is made when it is asked for. */
    public int receiveNext() {
        return receive(0);
    }

    private int receive(int flags) {
        while (true) {
            int result = Call.RECVFROM.run(descriptor, room.address(), ROOM, flags);
            if (result >= 0) {
                buffer.clear().limit(result);
                return 0;
            }
            if (result != -Errno.EINTR) {
                return -result;
            }
        }
    }

    /** The datagram last received, in the machine's byte order; overwritten by the next one and by {@link #send}. */
    public ByteBuffer received() {
        return buffer;
    }

    @Override
    public void close() {
        Call.CLOSE.run(descriptor);
    }
}
