package io.roadstead.plugin.proxy;

import static io.roadstead.plugin.proxy.ProxyBox.SOON;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.plugin.proxy.relay.ProxyConfig;

@Timeout(60)
class TcpRelayTest {

    private static final int MEGABYTE = 1 << 20;
    private ProxyBox box = ProxyBox.over(epoll(), ProxyBox.CONFIG);

    boolean epoll() {
        return true;
    }

    @AfterEach
    void close() {
        box.close();
    }

    private void restart(ProxyConfig config) {
        box.close();
        box = ProxyBox.over(epoll(), config);
    }

    private static ProxyConfig spliceAfter(long bytes) {
        ProxyConfig plain = ProxyBox.CONFIG;
        return new ProxyConfig(false, plain.connectTimeout(), 3, plain.idleTimeout(), plain.halfClosedTimeout(), plain.udpIdleTimeout(),
                plain.drainTimeout(), 50_000, 0, 10_000, plain.bufferBytes(), bytes);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 0", "::1, 0", "127.0.0.1, 65536", "::1, 65536"})
    void aHundredMegabytesArriveAsTheyWereSentInBothDirections(String address, long spliceAfter) throws IOException {
        restart(spliceAfter(spliceAfter));
        int port = Peer.freePort();
        try (Peer echo = Peer.on(address, socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
                Socket client = connect(address, port, echo)) {
            CompletableFuture<Long> sent =
                    CompletableFuture.supplyAsync(() -> send(client, 100, 4711), task -> Thread.ofVirtual().start(task));

            long received = receive(client.getInputStream(), 100 * MEGABYTE);

            assertThat(received).isEqualTo(sent.join());
            assertThat(client.getInputStream().read()).as("the backend's end comes after its last byte").isEqualTo(-1);
        }
    }

    /** The end comes right behind the last byte, while much of what came before may still be on its way. */
    @Test
    void nothingIsLostBeforeASuddenEndWhateverTheSize() throws IOException {
        restart(spliceAfter(16_384));
        int port = Peer.freePort();
        Random random = new Random(4711);
        try (Peer backend = Peer.on("127.0.0.1", socket -> {
            int size = socket.getInputStream().read() * 5_000;
            socket.getOutputStream().write(new byte[size]);
        })) {
            box.serve(States.tcp("127.0.0.1", port).to(backend.address()));
            for (int i = 0; i < 300; i++) {
                int size = random.nextInt(256);
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    client.getOutputStream().write(size);
                    assertThat(client.getInputStream().readAllBytes()).as("transfer %d", i).hasSize(size * 5_000);
                }
            }
        }
    }

    @Test
    void aClientThatHasSaidAllGetsTheWholeAnswerHoweverSlowlyItTakesIt() throws IOException {
        int port = Peer.freePort();
        byte[] answer = new byte[32 * MEGABYTE];
        try (Peer backend = Peer.on("127.0.0.1", socket -> {
            socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(answer);
        }); Socket client = new Socket()) {
            box.serve(States.tcp("127.0.0.1", port).to(backend.address()));
            client.setReceiveBufferSize(64 * 1024);
            client.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));

            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).hasSize(answer.length);
        }
    }

    private Socket connect(String address, int port, Peer backend) throws IOException {
        box.serve(States.tcp(address, port).to(backend.address()));
        return new Socket(InetAddress.getByName(address), port);
    }

    /** Random bytes, and the end. Returns their checksum. */
    private static long send(Socket socket, int megabytes, long seed) {
        CRC32C sum = new CRC32C();
        Random random = new Random(seed);
        byte[] block = new byte[MEGABYTE];
        try {
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(block);
                sum.update(block);
                out.write(block);
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sum.getValue();
    }

    private static long receive(InputStream in, int bytes) throws IOException {
        CRC32C sum = new CRC32C();
        byte[] block = new byte[MEGABYTE];
        int total = 0;
        while (total < bytes) {
            int count = in.read(block, 0, Math.min(block.length, bytes - total));
            assertThat(count).as("after %d bytes", total).isPositive();
            sum.update(block, 0, count);
            total += count;
        }
        return sum.getValue();
    }

    @Test
    void theBackendAnswersAfterTheClientHasEndedItsPart() throws IOException {
        int port = Peer.freePort();
        try (Peer backend = Peer.on("127.0.0.1", socket -> {
            byte[] request = socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(("got " + request.length + "\n").getBytes(StandardCharsets.US_ASCII));
        })) {
            box.serve(States.tcp("127.0.0.1", port).to(backend.address()));
            try (Line client = new Line("127.0.0.1", port)) {
                client.write("hello");
                client.socket.shutdownOutput();

                assertThat(client.read()).isEqualTo("got 6");
                assertThat(client.read()).isEqualTo("end");
            }
        }
        eventually(SOON, () -> assertThat(box.datapath.status().summary()).contains(" 0 connections"));
    }

    @Test
    void theClientGoesOnAfterTheBackendHasEndedItsPart() throws IOException {
        int port = Peer.freePort();
        CompletableFuture<Integer> received = new CompletableFuture<>();
        try (Peer backend = Peer.on("127.0.0.1", socket -> {
            socket.shutdownOutput();
            received.complete(socket.getInputStream().readAllBytes().length);
        })) {
            box.serve(States.tcp("127.0.0.1", port).to(backend.address()));
            try (Line client = new Line("127.0.0.1", port)) {
                assertThat(client.read()).isEqualTo("end");

                client.socket.getOutputStream().write(new byte[300_000]);
                client.socket.shutdownOutput();

                assertThat(received.join()).isEqualTo(300_000);
            }
        }
    }

    @Test
    void aResetOfTheBackendIsAResetForTheClient() throws IOException {
        int port = Peer.freePort();
        try (Peer backend = Peer.on("127.0.0.1", socket -> {
            socket.getInputStream().read();
            socket.setSoLinger(true, 0);
        })) {
            box.serve(States.tcp("127.0.0.1", port).to(backend.address()));
            try (Line client = new Line("127.0.0.1", port)) {
                client.write("x");

                assertThat(client.read()).isEqualTo("reset");
            }
        }
    }

    @Test
    void aResetOfTheClientIsAResetForTheBackend() throws IOException {
        int port = Peer.freePort();
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (Peer backend = Peer.on("127.0.0.1", socket -> {
            socket.getOutputStream().write("up\n".getBytes(StandardCharsets.US_ASCII));
            try {
                seen.complete("end " + socket.getInputStream().read());
            } catch (SocketException e) {
                seen.complete("reset");
            }
        })) {
            box.serve(States.tcp("127.0.0.1", port).to(backend.address()));
            Line client = new Line("127.0.0.1", port);
            assertThat(client.read()).isEqualTo("up");
            client.socket.setSoLinger(true, 0);
            client.close();

            assertThat(seen.join()).isEqualTo("reset");
        }
    }

    /** The backend writes as fast as it can; the client reads nothing until the backend has got stuck. */
    @ParameterizedTest
    @CsvSource({"0", "65536", "65536", "65536"})
    void aSlowReaderMakesTheSenderWaitInsteadOfMemoryGrow(long spliceAfter) throws IOException {
        restart(spliceAfter(spliceAfter));
        int port = Peer.freePort();
        int total = 256 * MEGABYTE;
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            box.serve(States.tcp("127.0.0.1", port).to((InetSocketAddress) server.getLocalAddress()));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port); SocketChannel sender = server.accept();
                    Selector selector = Selector.open()) {
                sender.configureBlocking(false);
                SelectionKey key = sender.register(selector, SelectionKey.OP_WRITE);
                ByteBuffer block = ByteBuffer.allocateDirect(MEGABYTE);
                long written = 0;
                while (selector.select(1_000) > 0) { // nothing moved for a second: stuck
                    selector.selectedKeys().clear();
                    written += sender.write(block.clear());
                }
                assertThat(written).isGreaterThan(MEGABYTE).isLessThan(32L * MEGABYTE);

                key.cancel();
                selector.selectNow();
                sender.configureBlocking(true);
                long before = written;
                CompletableFuture<Void> rest = CompletableFuture.runAsync(() -> write(sender, total - before),
                        task -> Thread.ofVirtual().start(task));
                client.getInputStream().skipNBytes(total);
                rest.join();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    private static void write(SocketChannel channel, long bytes) {
        ByteBuffer block = ByteBuffer.allocateDirect(MEGABYTE);
        try {
            for (long left = bytes; left > 0;) {
                block.clear().limit((int) Math.min(MEGABYTE, left));
                left -= channel.write(block);
            }
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aBackendThatRefusesIsPassedOver() {
        int port = Peer.freePort();
        try (Peer good = Peer.named("good")) {
            box.serve(States.tcp("127.0.0.1", port).to(Peer.nobody(), good.address()));
            for (int i = 0; i < 20; i++) {
                try (Line client = new Line("127.0.0.1", port)) {
                    assertThat(client.read()).isEqualTo("good");
                }
            }
        }
        assertThat(box.counter("connect attempts failed")).isPositive();
        assertThat(box.counter("no backend answers")).isZero();
    }

    @Test
    void aClientIsTurnedAwayWhenNoBackendAnswersAndWhatItSentEarlyIsForgotten() {
        int port = Peer.freePort();
        box.serve(States.tcp("127.0.0.1", port).to(Peer.nobody(), Peer.nobody()));

        try (Line client = new Line("127.0.0.1", port)) {
            assertThat(client.read()).isEqualTo("reset");
        }
        assertThat(box.counter("no backend answers")).isEqualTo(1);
        assertThat(box.counter("connect attempts failed")).isEqualTo(2);
    }

    @Test
    void attemptsAreLimited() {
        restart(new ProxyConfig(false, Duration.ofSeconds(2), 1, Duration.ofHours(1), Duration.ofMinutes(2), Duration.ofSeconds(60),
                Duration.ofMinutes(5), 50_000, 0, 10_000, 262_144, 0));
        int port = Peer.freePort();
        try (Peer good = Peer.named("good")) {
            box.serve(States.tcp("127.0.0.1", port).to(Peer.nobody(), good.address()).slots(0, 0, 0));
            try (Line client = new Line("127.0.0.1", port)) {
                assertThat(client.read()).isEqualTo("reset");
            }
        }
    }

    @Test
    void whatTheClientSaidAndEndedBeforeTheBackendWasThereArrives() throws IOException {
        int port = Peer.freePort();
        AtomicInteger connections = new AtomicInteger();
        try (Peer backend = Peer.on("127.0.0.1", socket -> {
            connections.incrementAndGet();
            byte[] request = socket.getInputStream().readAllBytes();
            socket.getOutputStream().write((request.length + "\n").getBytes(StandardCharsets.US_ASCII));
        })) {
            box.serve(States.tcp("127.0.0.1", port).to(Peer.nobody(), backend.address()));
            for (int i = 0; i < 50; i++) {
                try (Line client = new Line("127.0.0.1", port)) {
                    client.write("0123456789");
                    client.socket.shutdownOutput();
                    assertThat(client.read()).isEqualTo("11");
                }
            }
        }
        assertThat(connections).hasValue(50);
    }

    @Test
    void aConnectionOnWhichNothingMovesEnds() {
        int port = Peer.freePort();
        try (Peer backend = Peer.named("a")) {
            box.serve(States.tcp("127.0.0.1", port).to(backend.address()));
            try (Line client = new Line("127.0.0.1", port)) {
                assertThat(client.read()).isEqualTo("a");
                box.transport.pass(3599);
                client.write("still here");
                assertThat(client.read()).isEqualTo("still here");
                box.transport.pass(3600);

                assertThat(client.read()).isEqualTo("reset");
            }
        }
        assertThat(box.counter("idle")).isEqualTo(1);
    }

    @Test
    void aHalfClosedConnectionEndsSooner() throws IOException {
        int port = Peer.freePort();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (Peer backend = Peer.on("127.0.0.1", socket -> {
            socket.getInputStream().readAllBytes();
            ended.complete(null);
            over.join(); // says nothing, and does not end either
        })) {
            box.serve(States.tcp("127.0.0.1", port).to(backend.address()));
            try (Line client = new Line("127.0.0.1", port)) {
                client.socket.shutdownOutput();
                ended.join();
                box.transport.pass(120);

                assertThat(client.read()).isEqualTo("reset");
            } finally {
                over.complete(null);
            }
        }
    }
}
