package io.roadstead.plugin.datapath.ebpf.socket;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A socket by the C library's own calls. Java's sockets are of one family, remember their peer instead of asking for it, and check datagrams' sources
 * themselves; what programs of cgroups change is seen only below that. Used by one thread.
 */
final class LibcSocket implements AutoCloseable {
    /** Address family and type of a socket. */
    enum Kind {
        TCP4(AF_INET, SOCK_STREAM), TCP6(AF_INET6, SOCK_STREAM), UDP4(AF_INET, SOCK_DGRAM), UDP6(AF_INET6, SOCK_DGRAM);

        private final int family;
        private final int type;

        Kind(int family, int type) {
            this.family = family;
            this.type = type;
        }
    }

    /** A datagram or piece of a stream, and where it came from. */
    record Received(InetSocketAddress from, String text) {
    }

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_NETNS_COOKIE = 71;
    static final int RECEIVE_TIMEOUT_S = 10;
    private static final long NAME_BYTES = 28; // of sockaddr_in6, the longer one
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SOCKET = function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CONNECT = function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle BIND = function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETPEERNAME = function("getpeername", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SENDTO = function("sendto",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECVFROM = function("recvfrom",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETSOCKOPT = function("setsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT = function("getsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final Kind kind;
    private final int descriptor;

    private LibcSocket(Kind kind, int descriptor) {
        this.kind = kind;
        this.descriptor = descriptor;
    }

    static LibcSocket open(Kind kind) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(CALL_STATE);
            var socket = new LibcSocket(kind, check("socket", (int) SOCKET.invokeExact(state, kind.family, kind.type, 0), state));
            var timeout = arena.allocate(JAVA_LONG, 2);
            timeout.setAtIndex(JAVA_LONG, 0, RECEIVE_TIMEOUT_S);
            check("setsockopt", (int) SETSOCKOPT.invokeExact(state, socket.descriptor, SOL_SOCKET, SO_RCVTIMEO, timeout,
                    (int) timeout.byteSize()), state);
            return socket;
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    void connect(InetSocketAddress address) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(CALL_STATE);
            var name = name(arena, address);
            check("connect", (int) CONNECT.invokeExact(state, descriptor, name, (int) name.byteSize()), state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    void bind(InetSocketAddress address) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(CALL_STATE);
            var name = name(arena, address);
            check("bind", (int) BIND.invokeExact(state, descriptor, name, (int) name.byteSize()), state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    InetSocketAddress peer() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(CALL_STATE);
            var name = arena.allocate(NAME_BYTES);
            var length = arena.allocateFrom(JAVA_INT, (int) NAME_BYTES);
            check("getpeername", (int) GETPEERNAME.invokeExact(state, descriptor, name, length), state);
            return address(name);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Cookie of the network namespace that it was opened in. */
    long networkNamespace() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(CALL_STATE);
            var cookie = arena.allocate(JAVA_LONG);
            var length = arena.allocateFrom(JAVA_INT, (int) cookie.byteSize());
            check("getsockopt", (int) GETSOCKOPT.invokeExact(state, descriptor, SOL_SOCKET, SO_NETNS_COOKIE, cookie, length), state);
            return cookie.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** To the connected peer. */
    void send(String text) throws IOException {
        try (var arena = Arena.ofConfined()) {
            send(arena, text, MemorySegment.NULL);
        }
    }

    void sendTo(InetSocketAddress address, String text) throws IOException {
        try (var arena = Arena.ofConfined()) {
            send(arena, text, name(arena, address));
        }
    }

    /** Waits for some seconds at most; errno is EAGAIN then. */
    Received receive() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(CALL_STATE);
            var buffer = arena.allocate(2048);
            var name = arena.allocate(NAME_BYTES);
            var length = arena.allocateFrom(JAVA_INT, (int) NAME_BYTES);
            var bytes = (long) RECVFROM.invokeExact(state, descriptor, buffer, buffer.byteSize(), 0, name, length);
            check("recvfrom", (int) bytes, state);
            var text = new String(buffer.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            return new Received(length.get(JAVA_INT, 0) == 0 ? new InetSocketAddress(0) : address(name), text.strip());
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (var arena = Arena.ofConfined()) {
            check("close", (int) CLOSE.invokeExact(arena.allocate(CALL_STATE), descriptor), MemorySegment.NULL);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private void send(Arena arena, String text, MemorySegment name) throws IOException {
        try {
            var state = arena.allocate(CALL_STATE);
            var bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, text.getBytes(StandardCharsets.UTF_8));
            check("sendto", (int) (long) SENDTO.invokeExact(state, descriptor, bytes, bytes.byteSize(), 0, name, (int) name.byteSize()),
                    state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** IPv4 addresses are mapped for a socket of IPv6, which is how a dual-stack program connects. */
    private MemorySegment name(Arena arena, InetSocketAddress address) {
        var name = arena.allocate(kind.family == AF_INET ? 16 : NAME_BYTES);
        name.set(ValueLayout.JAVA_SHORT, 0, (short) kind.family);
        name.set(PORT, 2, (short) address.getPort());
        var bytes = address.getAddress().getAddress();
        if (kind.family == AF_INET) {
            MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, 4, bytes.length);
        } else {
            if (address.getAddress() instanceof Inet4Address) {
                name.set(ValueLayout.JAVA_SHORT, 8 + 10, (short) -1);
            }
            MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, 8 + 16 - bytes.length, bytes.length);
        }
        return name;
    }

    private InetSocketAddress address(MemorySegment name) throws IOException {
        var bytes = kind.family == AF_INET ? name.asSlice(4, 4) : name.asSlice(8, 16);
        return new InetSocketAddress(InetAddress.getByAddress(bytes.toArray(ValueLayout.JAVA_BYTE)),
                Short.toUnsignedInt(name.get(PORT, 2)));
    }

    private static int check(String call, int result, MemorySegment state) throws IOException {
        if (result < 0) {
            throw new IOException(call + " errno " + (int) ERRNO_VALUE.get(state, 0L));
        }
        return result;
    }

    private static IOException rethrown(Throwable e) {
        return switch (e) {
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            case IOException failed -> failed;
            default -> new IOException(e);
        };
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, ERRNO);
    }
}
