package io.roadstead.plugin.datapath.ebpf.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.testkit.lab.LabException;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** Sockets of a client's through a node's programs, of one hook or the other, to sockets of a backend's. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SnatTraffic {

    private static final int SERVER_PORT = 8000 + Site.OPEN;
    private static final int LONG_MILLIS = 20_000;

    private final Hook hook;
    private Wire wire;

    SnatTraffic(Hook hook) {
        this.hook = hook;
    }

    @BeforeAll
    void build() {
        Labs.require(Tool.PING, Tool.ETHTOOL);
        wire = new Wire(hook);
    }

    @AfterAll
    void remove() {
        if (wire != null) {
            wire.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void megabytesGoThereAndBackUnharmed(boolean v6) throws Exception {
        byte[] data = new byte[8 << 20];
        new Random(20261123).nextBytes(data);
        try (ServerSocket server = inBackend(() -> new ServerSocket(SERVER_PORT, 5, InetAddress.getByName(Site.backend(v6))))) {
            Thread.ofPlatform().daemon().start(() -> echoOnce(server));

            byte[] answer = inClient(() -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(Site.vip(v6), Site.OPEN), LONG_MILLIS);
                    socket.setSoTimeout(LONG_MILLIS);
                    Thread writer = Thread.ofPlatform().daemon().start(() -> write(socket, data));
                    byte[] read = socket.getInputStream().readNBytes(data.length);
                    writer.join();
                    return read;
                }
            });

            assertThat(Arrays.equals(answer, data)).as("the same %d bytes; %d came back", data.length, answer.length).isTrue();
            assertThat(wire.peer()).as("the address that the backend saw").isEqualTo(Site.node(v6));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void datagramsOfOneAndOfManyFragmentsAreAnswered(boolean v6) throws Exception {
        try (DatagramSocket server = inBackend(() -> new DatagramSocket(SERVER_PORT, InetAddress.getByName(Site.backend(v6))))) {
            Thread.ofPlatform().daemon().start(() -> echo(server));
            for (int size : new int[] {1, 1000, 5000}) {
                byte[] data = new byte[size];
                new Random(size).nextBytes(data);

                byte[] answer = inClient(() -> {
                    try (DatagramSocket socket = new DatagramSocket()) {
                        socket.setSoTimeout(LONG_MILLIS);
                        socket.connect(new InetSocketAddress(Site.vip(v6), Site.OPEN));
                        socket.send(new DatagramPacket(data, data.length));
                        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
                        socket.receive(packet);
                        return Arrays.copyOf(packet.getData(), packet.getLength());
                    }
                });

                assertThat(answer).as("%d bytes", size).isEqualTo(data);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServiceWithoutBackendsRefusesAtOnce(boolean v6) {
        assertThatThrownBy(() -> inClient(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(Site.vip(v6), Site.REJECTING), LONG_MILLIS);
                return "connected";
            }
        })).isInstanceOf(LabException.class).hasCauseInstanceOf(ConnectException.class).hasMessageContaining("refused");
        assertThatThrownBy(() -> inClient(() -> {
            try (DatagramChannel channel = DatagramChannel.open()) {
                channel.connect(new InetSocketAddress(Site.vip(v6), Site.REJECTING));
                channel.write(ByteBuffer.wrap(new byte[10]));
                return channel.socket().getSoTimeout() + channel.read(ByteBuffer.allocate(10));
            }
        })).isInstanceOf(LabException.class).hasCauseInstanceOf(PortUnreachableException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPortThatTheBackendDoesNotServeIsRefusedInTheFrontendsName(boolean v6) {
        assertThatThrownBy(() -> inClient(() -> {
            try (DatagramChannel channel = DatagramChannel.open()) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, 65536);
                channel.connect(new InetSocketAddress(Site.vip(v6), Site.RANDOM));
                channel.write(ByteBuffer.wrap(new byte[10]));
                return channel.read(ByteBuffer.allocate(10));
            }
        })).isInstanceOf(LabException.class).hasCauseInstanceOf(PortUnreachableException.class);
    }

    @Test
    void vipsAnswerPing() {
        assertThat(wire.client().run("ping", "-c", "3", "-i", "0.2", "-W", "5", Site.VIP4)).contains("3 received");
        assertThat(wire.client().run("ping", "-c", "3", "-i", "0.2", "-W", "5", Site.VIP6)).contains("3 received");
    }

    private <T> T inClient(Callable<T> task) {
        return wire.client().call(task);
    }

    private <T> T inBackend(Callable<T> task) {
        return wire.backend().call(task);
    }

    private void echoOnce(ServerSocket server) {
        try (Socket socket = server.accept()) {
            wire.peer(socket.getInetAddress().getHostAddress());
            socket.setSoTimeout(LONG_MILLIS);
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException ignored) {
            // The client says what is wrong.
        }
    }

    private static void echo(DatagramSocket server) {
        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
        try {
            for (int i = 0; i < 3; i++) {
                packet.setLength(65536);
                server.receive(packet);
                server.send(packet);
            }
        } catch (IOException ignored) {
            // The client says what is wrong.
        }
    }

    private static void write(Socket socket, byte[] data) {
        try {
            socket.getOutputStream().write(data);
            socket.shutdownOutput();
        } catch (IOException ignored) {
            // The reader says what is missing.
        }
    }
}
