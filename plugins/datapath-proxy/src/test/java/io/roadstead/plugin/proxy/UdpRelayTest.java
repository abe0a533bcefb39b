package io.roadstead.plugin.proxy;

import static io.roadstead.plugin.proxy.ProxyBox.SOON;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.lb.BackendState;
import io.roadstead.plugin.proxy.relay.ProxyConfig;

@Timeout(60)
class UdpRelayTest {

    private ProxyBox box = new ProxyBox();
    private final int port = Peer.freePort();
    private final InetSocketAddress frontend = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    private final UdpPeer a = UdpPeer.backend("127.0.0.1", "a");
    private final UdpPeer b = UdpPeer.backend("127.0.0.1", "b");
    private final UdpPeer client = UdpPeer.client("127.0.0.1");

    @AfterEach
    void close() {
        box.close();
        a.close();
        b.close();
        client.close();
    }

    private States service() {
        return States.udp("127.0.0.1", port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void answersComeFromTheFrontend(String address) throws UnknownHostException {
        InetSocketAddress at = new InetSocketAddress(InetAddress.getByName(address), port);
        try (UdpPeer backend = UdpPeer.backend(address, "c"); UdpPeer from = UdpPeer.client(address)) {
            box.serve(States.udp(address, port).to(backend.address()));

            for (int i = 0; i < 100; i++) {
                assertThat(from.ask("q" + i, at)).isEqualTo("c:q" + i);
            }
        }
        assertThat(box.datapath.status().summary()).contains("1 UDP flows");
    }

    @Test
    void theLongestDatagramPassesWhole() {
        byte[] data = new byte[65_507];
        new Random(4711).nextBytes(data);
        box.serve(service().to(a.address()));

        client.send(data, frontend);

        assertThat(client.receiveBytes(frontend, 5_000)).isEqualTo(data);
    }

    @Test
    void aFlowKeepsItsBackendUntilItIsIdle() {
        box.serve(service().to(a.address()));
        assertThat(client.ask("1", frontend)).isEqualTo("a:1");

        box.serve(service().to(b.address()).keeping(BackendState.TERMINATING, a.address()));
        box.transport.pass(59);
        assertThat(client.ask("2", frontend)).isEqualTo("a:2");
        box.transport.pass(60);

        assertThat(client.ask("3", frontend)).isEqualTo("b:3");
        assertThat(box.datapath.status().summary()).contains("1 UDP flows");
    }

    @Test
    void aRemovedBackendIsLeftAtOnce() {
        box.serve(service().to(a.address()));
        assertThat(client.ask("1", frontend)).isEqualTo("a:1");

        box.serve(service().to(b.address()));

        assertThat(client.ask("2", frontend)).isEqualTo("b:2");
    }

    @Test
    void flowsAreSpreadByTheirPort() {
        box.serve(service().to(a.address(), b.address()));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            try (UdpPeer other = UdpPeer.client("127.0.0.1")) {
                seen.add(other.ask("x", frontend));
            }
        }

        assertThat(seen).containsExactlyInAnyOrder("a:x", "b:x");
    }

    @Test
    void flowsAreBounded() {
        box.close();
        box = new ProxyBox(
                new ProxyConfig(false, Duration.ofSeconds(2), 3, Duration.ofHours(1), Duration.ofMinutes(2), Duration.ofSeconds(60),
                        Duration.ofMinutes(5), 100, 0, 1, 262_144, 0));
        box.serve(service().to(a.address()));
        assertThat(client.ask("1", frontend)).isEqualTo("a:1");

        try (UdpPeer other = UdpPeer.client("127.0.0.1")) {
            other.send("2", frontend);
            eventually(SOON, () -> assertThat(box.counter("flow limit")).isEqualTo(1));
            assertThat(client.ask("3", frontend)).as("those that are known go on").isEqualTo("a:3");

            box.transport.pass(60);
            assertThat(other.ask("4", frontend)).isEqualTo("a:4");
        }
    }

    @Test
    void aBackendWithoutAListenerIsCountedAndAskedAgain() {
        InetSocketAddress nobody = Peer.nobody();
        box.serve(service().to(nobody));
        client.send("1", frontend);
        eventually(SOON, () -> assertThat(box.counter("connect attempts failed")).isEqualTo(1));
        eventually(SOON, () -> assertThat(box.datapath.status().summary()).contains(" 0 UDP flows"));

        client.send("2", frontend);

        eventually(SOON, () -> assertThat(box.counter("connect attempts failed")).isEqualTo(2));
    }

    @Test
    void withoutABackendADatagramIsDropped() {
        box.serve(service());

        client.send("1", frontend);

        eventually(SOON, () -> assertThat(box.counter("no backend")).isEqualTo(1));
    }

    /** Checked by hand against the specification, §2.2: signature, 0x21, 0x12, 12 octets, addresses, ports. */
    @Test
    void everyDatagramTellsOfTheClientWhenTheModeWantsIt() {
        box.serve(service().dispatch("dsr").to(a.address()));

        client.ask("one", frontend);
        client.ask("two", frontend);

        String header = "0d0a0d0a000d0a515549540a" + "2112" + "000c" + "7f000001" + "7f000001"
                + "%04x%04x".formatted(client.address().getPort(), port);
        assertThat(HexFormat.of().formatHex(Objects.requireNonNull(a.received.poll()))).isEqualTo(header + "6f6e65");
        assertThat(HexFormat.of().formatHex(Objects.requireNonNull(a.received.poll()))).isEqualTo(header + "74776f");
    }
}
