package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Requests to rtnetlink, in the network namespace of the thread that made it. One thread; each call waits for the kernel, which answers at once. */
final class Netlink implements AutoCloseable {

    static final int REQUEST = 1;
    static final int ACKNOWLEDGE = 4;
    static final int DUMP = 0x300;
    static final int REPLACE = 0x100;
    static final int EXCLUSIVE = 0x200;
    static final int CREATE = 0x400;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int HEADER = 16;
    private static final int TYPE_ERROR = 2;
    private static final int TYPE_DONE = 3;
    private static final int ROOM = 1 << 16;

    private final Descriptor socket;

    Netlink() {
        int result = Libc.socket(AF_NETLINK, SOCK_RAW, 0);
        if (result < 0) {
            throw Errno.failure("netlink", "open a socket", -result);
        }
        socket = new Descriptor(result);
    }

    /**
     * Sends one request.
     *
     * @param answers gets the messages of a dump, without their headers
     * @return 0, or the error number that the kernel answers with
     */
    int request(int type, int flags, Message message, List<ByteBuffer> answers) {
        try (var arena = Arena.ofConfined()) {
            byte[] body = message.bytes();
            MemorySegment memory = arena.allocate(HEADER + body.length, 4);
            memory.asByteBuffer().order(ByteOrder.nativeOrder()).putInt(HEADER + body.length).putShort((short) type)
                    .putShort((short) (REQUEST | flags)).putInt(1).putInt(0).put(body);
            int sent = Libc.send(socket.number(), memory);
            if (sent < 0) {
                return -sent;
            }
            MemorySegment room = arena.allocate(ROOM, 8);
            while (true) {
                int received = Libc.receive(socket.number(), room);
                if (received == -Errno.EINTR) {
                    continue;
                }
                if (received < 0) {
                    return -received;
                }
                int end = read(ByteBuffer.wrap(room.asSlice(0, received).toArray(JAVA_BYTE)).order(ByteOrder.nativeOrder()), answers);
                if (end >= 0) {
                    return end;
                }
            }
        }
    }

    /** The error number that ends the answer, 0 for success; −1 when more is to come. */
    private static int read(ByteBuffer datagram, List<ByteBuffer> answers) {
        int at = 0;
        while (at + HEADER <= datagram.limit()) {
            int length = datagram.getInt(at);
            if (length < HEADER || at + length > datagram.limit()) {
                return Errno.EINVAL;
            }
            int type = Short.toUnsignedInt(datagram.getShort(at + 4));
            if (type == TYPE_DONE) {
                return 0;
            }
            if (type == TYPE_ERROR) {
                return -datagram.getInt(at + HEADER);
            }
            answers.add(datagram.slice(at + HEADER, length - HEADER).order(ByteOrder.nativeOrder()));
            at += length + 3 & -4;
        }
        return -1;
    }

    @Override
    public void close() {
        socket.close();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    /** A message's fixed part and its attributes. */
    static final class Message {
        private static final int ROOM = 512;

        private final ByteBuffer buffer = buffer(ROOM);
        private final List<Integer> nests = new ArrayList<>();

        Message int32(int value) {
            buffer.putInt(value);
            return this;
        }

        Message attribute(int type, int value) {
            buffer.putShort((short) 8).putShort((short) type).putInt(value);
            return this;
        }

        Message attribute(int type, String text) {
            byte[] bytes = (text + "\0").getBytes(StandardCharsets.US_ASCII);
            buffer.putShort((short) (4 + bytes.length)).putShort((short) type).put(bytes);
            buffer.position(buffer.position() + 3 & -4);
            return this;
        }

        /** Attributes until {@link #end} are within this one. */
        Message begin(int type) {
            nests.add(buffer.position());
            buffer.putShort((short) 0).putShort((short) type);
            return this;
        }

        Message end() {
            int start = nests.removeLast();
            buffer.putShort(start, (short) (buffer.position() - start));
            return this;
        }

        private byte[] bytes() {
            byte[] bytes = new byte[buffer.position()];
            buffer.get(0, bytes);
            return bytes;
        }
    }

    /** Content of an attribute of that type among those from an offset on; empty when there is none. */
    static ByteBuffer attribute(ByteBuffer message, int from, int type) {
        int at = from;
        while (at + 4 <= message.limit()) {
            int length = Short.toUnsignedInt(message.getShort(at));
            if (length < 4 || at + length > message.limit()) {
                break;
            }
            if ((message.getShort(at + 2) & 0x3fff) == type) {
                return message.slice(at + 4, length - 4).order(ByteOrder.nativeOrder());
            }
            at += length + 3 & -4;
        }
        return buffer(0);
    }
}
