package io.roadstead.plugin.proxy;

import static io.roadstead.plugin.proxy.ProxyBox.SOON;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.plugin.proxy.relay.ProxyConfig;

/** What cannot be listened on is a matter of that frontend alone. */
@Timeout(60)
class BindTest {

    private static final ProxyConfig FREE = new ProxyConfig(true, Duration.ofSeconds(2), 3, Duration.ofHours(1), Duration.ofMinutes(2),
            Duration.ofSeconds(60), Duration.ofMinutes(5), 100, 0, 100, 262_144, 0);
    private ProxyBox box = new ProxyBox();
    private final int port = Peer.freePort();
    private final Peer a = Peer.named("a");

    @AfterEach
    void close() {
        box.close();
        a.close();
    }

    private String ask(int at) {
        try (Line client = new Line("127.0.0.1", at)) {
            return client.read();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.7", "2001:db8::7"})
    void anAddressOfAnotherMachineIsNamedWithItsRemedyAndTheOthersListen(String foreign) {
        box.datapath
                .replace(List.of(States.tcp(foreign, port).to(a.address()).build(), States.tcp("127.0.0.1", port).to(a.address()).build()));

        eventually(SOON, () -> assertThat(box.problems()).singleElement().asString().contains(foreign, "default/web",
                "this machine does not have the address", "roadstead.datapaths.proxy.ip-freebind"));
        assertThat(box.datapath.status().health()).isEqualTo(Health.DEGRADED);
        eventually(SOON, () -> assertThat(ask(port)).isEqualTo("a"));
        assertThat(box.datapath.status().summary()).startsWith("1 listening, 1 not");

        box.datapath.replace(List.of(States.tcp("127.0.0.1", port).to(a.address()).build()));
        eventually(SOON, () -> assertThat(box.problems()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.7", "2001:db8::7"})
    void foreignAddressesAreListenedOnWhenThatIsWanted(String foreign) {
        box.datapath.replace(List.of(States.tcp(foreign, port).to(a.address()).build(), States.udp(foreign, port).to(a.address()).build()));
        eventually(SOON, () -> assertThat(box.problems()).hasSize(2));

        assertThat(box.datapath.reconfigure(FREE)).isTrue();

        eventually(SOON, () -> assertThat(box.problems()).isEmpty());
        assertThat(box.datapath.status().summary()).startsWith("2 listening,");
    }

    @Test
    void aClusterIpThatIsNowhereIsNoProblem() {
        box.datapath.replace(List.of(States.tcp("203.0.113.7", port).type(FrontendType.CLUSTER_IP).to(a.address()).build()));

        eventually(SOON, () -> assertThat(box.datapath.status().summary()).startsWith("0 listening, 1 not"));
        box.transport.settle();
        assertThat(box.problems()).isEmpty();
        assertThat(ProxyBox.await(box.datapath.entries()).getFirst().flags()).containsExactly("ClusterIP", "not-listening");
    }

    @Test
    void aPortInUseIsTriedAgainLessAndLessOften() throws IOException {
        FrontendState state = States.tcp("127.0.0.1", port).to(a.address()).build();
        try (ServerSocket holder = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            box.datapath.replace(List.of(state));
            eventually(SOON,
                    () -> assertThat(box.problems()).singleElement().asString().contains("the port is in use", "stop what holds it"));
            box.transport.pass(7); // fails after 1 s, again after 2 s and 4 s more
            box.transport.settle();
            assertThat(box.problems()).hasSize(1);
            assertThat(holder.isClosed()).isFalse();
        }

        box.transport.pass(7);
        box.transport.settle();
        assertThat(box.problems()).as("the pause is 8 s now").hasSize(1);
        box.transport.pass(2);

        eventually(SOON, () -> assertThat(box.problems()).isEmpty());
        assertThat(ask(port)).isEqualTo("a");
    }

    @Test
    void aUdpPortInUseIsAProblemToo() throws IOException {
        try (DatagramSocket holder = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            box.datapath.replace(List.of(States.udp("127.0.0.1", port).to(a.address()).build()));

            eventually(SOON, () -> assertThat(box.problems()).singleElement().asString().contains("/UDP", "the port is in use"));
            assertThat(holder.isClosed()).isFalse();
        }
    }

    @Test
    void theWildcardsOfBothFamiliesStandBesideOneAnother() {
        box.serve(States.tcp("0.0.0.0", port).to(a.address()), States.tcp("::", port).to(a.address()));

        assertThat(ask(port)).isEqualTo("a");
        try (Line client = new Line("::1", port)) {
            assertThat(client.read()).isEqualTo("a");
        }
    }

    @Test
    void sctpIsRefusedAlone() {
        FrontendState good = States.tcp("127.0.0.1", port).to(a.address()).build();
        FrontendState sctp = new FrontendState(new Frontend(IpAddress.parse("127.0.0.1"), port, Protocol.SCTP, Scope.EXTERNAL), good.type(),
                "default/sctp", "", good.backends(), 1, good.table(), "given", "snat", false, null, good.sourceRanges(), good.noBackend());
        box.datapath.replace(List.of(sctp, good));

        eventually(SOON, () -> assertThat(box.problems()).singleElement().asString().contains("SCTP"));
        eventually(SOON, () -> assertThat(ask(port)).isEqualTo("a"));

        box.datapath.update(List.of(), List.of(sctp.frontend()));
        eventually(SOON, () -> assertThat(box.problems()).isEmpty());
    }

    @Test
    void aFrontendWithdrawnWhileItWaitsIsNotTriedAgain() throws IOException {
        FrontendState state = States.tcp("127.0.0.1", port).to(a.address()).build();
        try (ServerSocket holder = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            box.datapath.replace(List.of(state));
            eventually(SOON, () -> assertThat(box.problems()).hasSize(1));
            box.datapath.update(List.of(), List.of(state.frontend()));
            assertThat(holder.isClosed()).isFalse();
        }
        eventually(SOON, () -> assertThat(box.problems()).isEmpty());

        box.transport.pass(100);
        box.transport.settle();

        assertThat(Peer.refuses(port)).isTrue();
    }
}
