package io.roadstead.plugin.proxy;

import static io.roadstead.plugin.proxy.ProxyBox.SOON;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.plugin.proxy.relay.ProxyConfig;

/** What a changed table, a policy or a limit means for connections. */
@Timeout(60)
class TablesTest {

    private final int port = Peer.freePort();
    private ProxyBox box = new ProxyBox();
    private Peer a;
    private Peer b;

    @BeforeEach
    void open() {
        a = Peer.named("a");
        b = Peer.named("b");
    }

    @AfterEach
    void close() {
        box.close();
        a.close();
        b.close();
    }

    private void limits(int all, int perFrontend) {
        box.close();
        box = new ProxyBox(
                new ProxyConfig(false, Duration.ofSeconds(2), 3, Duration.ofHours(1), Duration.ofMinutes(2), Duration.ofSeconds(60),
                        Duration.ofMinutes(5), all, perFrontend, 10_000, 262_144, 0));
    }

    private States service() {
        return States.tcp("127.0.0.1", port);
    }

    private Line connect() {
        return new Line("127.0.0.1", port);
    }

    private String ask() {
        try (Line client = connect()) {
            return client.read();
        }
    }

    private static void alive(Line client) {
        client.write("ping");
        assertThat(client.read()).isEqualTo("ping");
    }

    @Test
    void flowsAreSpreadAsTheTableSays() {
        box.serve(service().to(a.address(), b.address()));

        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            seen.add(ask());
        }

        assertThat(seen).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aTableOfChanceIsReadByChance() {
        box.serve(service().random().to(a.address(), b.address()));

        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            seen.add(ask());
        }

        assertThat(seen).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aChangedTableTouchesNoConnectionAndATerminatingBackendKeepsItsOwn() {
        box.serve(service().to(a.address()));
        try (Line client = connect()) {
            assertThat(client.read()).isEqualTo("a");

            box.serve(service().to(b.address()).keeping(BackendState.TERMINATING_NOT_SERVING, a.address()));
            assertThat(ask()).isEqualTo("b");
            box.transport.pass(1_000);

            alive(client);
        }
    }

    @Test
    void connectionsToARemovedBackendEndAfterTheirTime() {
        box.serve(service().to(a.address()));
        try (Line client = connect()) {
            assertThat(client.read()).isEqualTo("a");
            box.serve(service().to(b.address()));
            box.transport.pass(300);
            alive(client);

            box.transport.pass(1);

            assertThat(client.read()).isEqualTo("reset");
        }
        assertThat(box.counter("backend gone")).isEqualTo(1);
    }

    @Test
    void aBackendThatComesBackInTimeKeepsItsConnections() {
        box.serve(service().to(a.address()));
        try (Line client = connect()) {
            assertThat(client.read()).isEqualTo("a");
            box.serve(service().to(b.address()));
            box.transport.pass(200);
            box.serve(service().to(a.address(), b.address()));
            box.transport.pass(1_000);

            alive(client);
        }
    }

    @Test
    void aRemovedFrontendListensNoMoreButItsConnectionsGoOnForAWhile() {
        box.serve(service().to(a.address()));
        try (Line client = connect()) {
            assertThat(client.read()).isEqualTo("a");
            box.datapath.update(List.of(), List.of(service().build().frontend()));
            eventually(SOON, () -> assertThat(Peer.refuses(port)).isTrue());
            alive(client);

            box.serve(service().to(b.address()));
            assertThat(ask()).isEqualTo("b");
            alive(client);
            box.transport.pass(302);

            assertThat(client.read()).isEqualTo("reset");
            assertThat(ask()).isEqualTo("b");
        }
    }

    @Test
    void aClientKeepsItsBackendForItsAffinitysTime() {
        Duration hour = Duration.ofHours(1);
        box.serve(service().affinity(hour).to(a.address(), b.address()));
        String first = ask();
        Peer other = first.equals("a") ? b : a;
        Peer same = first.equals("a") ? a : b;
        for (int i = 0; i < 10; i++) {
            assertThat(ask()).isEqualTo(first);
        }

        // The table now leads everybody to the other one.
        box.serve(service().affinity(hour).to(a.address(), b.address()).slots(first.equals("a") ? 1 : 0));
        assertThat(ask()).isEqualTo(first);
        box.transport.pass(3_599);
        assertThat(ask()).isEqualTo(first);
        box.transport.pass(3_600);
        assertThat(ask()).isNotEqualTo(first);

        // And one that is not for new flows any more is left at once.
        box.serve(service().affinity(hour).to(same.address()).keeping(BackendState.TERMINATING, other.address()));
        assertThat(ask()).isEqualTo(first);
    }

    @Test
    void sourceRangesLetInOrKeepOut() {
        box.serve(service().ranges(false, "127.0.0.2/32").to(a.address()));
        assertThat(ask()).isEqualTo("reset");
        try (Line client = new Line("127.0.0.2", "127.0.0.1", port)) {
            assertThat(client.read()).isEqualTo("a");
        }

        box.serve(service().ranges(true, "127.0.0.2/32").to(a.address()));
        assertThat(ask()).isEqualTo("a");
        try (Line client = new Line("127.0.0.2", "127.0.0.1", port)) {
            assertThat(client.read()).isEqualTo("reset");
        }
        assertThat(box.counter("source range")).isEqualTo(2);
    }

    @Test
    void withoutBackendsAClientIsResetOrSeesTheEnd() {
        box.serve(service());
        assertThat(ask()).isEqualTo("reset");

        box.serve(service().drop());
        assertThat(ask()).isEqualTo("end");
        assertThat(box.counter("no backend")).isEqualTo(2);
    }

    @Test
    void bothScopesShareASocketAndTheClientsPlaceDecides() {
        box.serve(service().to(a.address()), service().internal().to(b.address()));
        assertThat(ask()).isEqualTo("b");

        box.serve(service().to(a.address()));
        assertThat(ask()).as("inside without a frontend of its own").isEqualTo("a");
    }

    @Test
    void aDispatchModeThatIsNotThereRefusesNewConnectionsOnly() {
        box.serve(service().to(a.address()));
        try (Line client = connect()) {
            assertThat(client.read()).isEqualTo("a");

            box.datapath.update(List.of(service().dispatch("foreign").to(a.address()).build()), List.of());
            eventually(SOON, () -> assertThat(ask()).isEqualTo("reset"));

            alive(client);
        }
        assertThat(box.problems()).singleElement().asString().contains("127.0.0.1:" + port, "default/web", "foreign", "load the plugin");
    }

    @Test
    void connectionsAreLimited() {
        limits(2, 0);
        box.serve(service().to(a.address()));
        try (Line first = connect(); Line second = connect()) {
            assertThat(first.read()).isEqualTo("a");
            assertThat(second.read()).isEqualTo("a");
            assertThat(ask()).isEqualTo("reset");
        }
        eventually(SOON, () -> assertThat(ask()).isEqualTo("a"));
        assertThat(box.counter("connection limit")).isPositive();
    }

    @Test
    void connectionsOfOneFrontendAreLimited() {
        limits(100, 1);
        int other = Peer.freePort();
        box.serve(service().to(a.address()), States.tcp("127.0.0.1", other).to(b.address()));
        try (Line first = connect()) {
            assertThat(first.read()).isEqualTo("a");
            assertThat(ask()).isEqualTo("reset");
            try (Line elsewhere = new Line("127.0.0.1", other)) {
                assertThat(elsewhere.read()).isEqualTo("b");
            }
        }
        assertThat(box.counter("connection limit of the frontend")).isEqualTo(1);
    }

    @Test
    void changedLimitsApplyAtOnce() {
        box.serve(service().to(a.address()));
        ProxyConfig one =
                new ProxyConfig(false, Duration.ofSeconds(2), 3, Duration.ofHours(1), Duration.ofMinutes(2), Duration.ofSeconds(60),
                        Duration.ofMinutes(5), 1, 0, 10_000, 262_144, 0);
        try (Line first = connect()) {
            assertThat(first.read()).isEqualTo("a");
            assertThat(box.datapath.reconfigure(one)).isTrue();

            assertThat(ask()).isEqualTo("reset");
            alive(first);
        }
    }

    @Test
    void aTableThatLeadsNowhereIsRefusedAndTheOneBeforeStays() {
        box.serve(service().to(a.address()));

        box.datapath.update(List.of(service().to(b.address()).slots(0, 1).build()), List.of());

        eventually(SOON,
                () -> assertThat(box.problems()).singleElement().asString().contains("slot 1", "backend 1 of 1", "algorithm given"));
        assertThat(ask()).isEqualTo("a");
        box.serve(service().to(b.address()));
        assertThat(ask()).isEqualTo("b");
    }

    @Test
    void aClusterIpIsForClientsInside() {
        box.serve(service().type(FrontendType.CLUSTER_IP).to(a.address()));

        assertThat(ask()).isEqualTo("a");
    }
}
