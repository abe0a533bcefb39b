package io.roadstead.plugin.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The PROXY protocol's version 2, octet by octet (haproxy.org, proxy-protocol.txt §2.2). */
@Timeout(30)
class ClientAddressTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String VERSION_2_COMMAND_PROXY = "21";
    private final ProxyBox box = new ProxyBox();
    private final int port = Peer.freePort();
    private final CompletableFuture<String> got = new CompletableFuture<>();

    @AfterEach
    void close() {
        box.close();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 11, 000c, 7f000001", "::1, 21, 0024, 00000000000000000000000000000001"})
    void theBackendIsToldOfTheClientBeforeItsFirstByte(String address, String family, String length, String bytes) throws IOException {
        try (Peer backend = Peer.on(address, socket -> got.complete(HexFormat.of().formatHex(socket.getInputStream().readAllBytes())))) {
            box.serve(States.tcp(address, port).dispatch("dsr").to(backend.address()));
            try (Socket client = new Socket(InetAddress.getByName(address), port)) {
                client.getOutputStream().write('x');
                client.shutdownOutput();

                assertThat(got.join()).isEqualTo(SIGNATURE + VERSION_2_COMMAND_PROXY + family + length + bytes + bytes
                        + "%04x%04x".formatted(client.getLocalPort(), port) + "78");
            }
        }
    }

    @Test
    void anotherModeAddsNothing() throws IOException {
        try (Peer backend =
                Peer.on("127.0.0.1", socket -> got.complete(HexFormat.of().formatHex(socket.getInputStream().readAllBytes())))) {
            box.serve(States.tcp("127.0.0.1", port).to(backend.address()));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream().write('x');
                client.shutdownOutput();

                assertThat(got.join()).isEqualTo("78");
            }
        }
    }
}
