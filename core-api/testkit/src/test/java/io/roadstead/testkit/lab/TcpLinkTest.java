package io.roadstead.testkit.lab;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TcpLinkTest {

    private static final int PATIENCE_MS = 10_000;

    private ServerSocket server;
    private TcpLink link;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::echo);
        link = TcpLink.to(server.getLocalPort());
    }

    @AfterEach
    void end() throws IOException {
        link.close();
        server.close();
    }

    @Test
    void carriesBothWays() throws IOException {
        try (var client = connect()) {
            assertThat(ask(client, 7)).isEqualTo(7);
            assertThat(ask(client, 8)).isEqualTo(8);
            assertThat(link.connections()).isEqualTo(1);
        }
        eventually(Duration.ofSeconds(10), () -> assertThat(link.connections()).isZero());
    }

    @Test
    void aCutClosesWhatIsOpenAndWhatComesUntilItIsMended() throws IOException {
        try (var client = connect()) {
            ask(client, 1);
            link.cut();
            assertThat(isClosed(client)).isTrue();
        }
        try (var late = connect()) {
            assertThat(isClosed(late)).isTrue();
        }
        link.mend();
        try (var again = connect()) {
            assertThat(ask(again, 2)).isEqualTo(2);
        }
    }

    @Test
    void aSilentLinkKeepsWhatItTookUntilItIsMended() throws IOException {
        try (var client = connect()) {
            ask(client, 1);
            link.silence();
            client.getOutputStream().write(2);
            client.setSoTimeout(50);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            link.mend();
            client.setSoTimeout(PATIENCE_MS);
            assertThat(client.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void aSlowLinkTakesItsTime() throws IOException {
        link.delay(Duration.ofMillis(30));
        try (var client = connect()) {
            var begin = System.nanoTime();
            assertThat(ask(client, 3)).isEqualTo(3);
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(Duration.ofMillis(60).toNanos());
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private static int ask(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
        return client.getInputStream().read();
    }

    private static boolean isClosed(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (IOException e) {
            return !(e instanceof SocketTimeoutException);
        }
    }

    private void echo() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                Thread.ofVirtual().start(() -> {
                    try (client) {
                        client.getInputStream().transferTo(client.getOutputStream());
                    } catch (IOException ignored) {
                        // the other side is gone
                    }
                });
            } catch (IOException ignored) {
                // closed
            }
        }
    }
}
