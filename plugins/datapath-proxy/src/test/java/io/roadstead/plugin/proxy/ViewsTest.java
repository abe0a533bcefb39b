package io.roadstead.plugin.proxy;

import static io.roadstead.plugin.proxy.ProxyBox.SOON;
import static io.roadstead.plugin.proxy.ProxyBox.await;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.DatapathTables.Entry;
import io.roadstead.api.lb.DatapathTables.Slot;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents.FlowEvent;
import io.roadstead.api.lb.FlowEvents.Kind;
import io.roadstead.api.lb.FlowExplainer.Explanation;
import io.roadstead.api.lb.FlowTables.Connection;
import io.roadstead.api.lb.FlowTables.Translation;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

@Timeout(60)
class ViewsTest {

    private static final IpAddress HOME = IpAddress.parse("127.0.0.1");
    private final ProxyBox box = new ProxyBox();
    private final int port = Peer.freePort();
    private final Peer a = Peer.named("a");
    private final Peer b = Peer.named("b");

    @AfterEach
    void close() {
        box.close();
        a.close();
        b.close();
    }

    private States service() {
        return States.tcp("127.0.0.1", port);
    }

    @Test
    void entriesShowBackendsTheirShareAndNumbersThatStay() {
        box.serve(service().affinity(Duration.ofHours(1)).ranges(false, "127.0.0.0/8").slots(0, 0, 0, 1).to(a.address(), b.address())
                .keeping(BackendState.QUARANTINED, Peer.nobody()));

        Entry entry = await(box.datapath.entries()).getFirst();

        assertThat(entry.frontend()).hasToString("127.0.0.1:" + port + "/TCP");
        assertThat(entry.flags()).containsExactly("LoadBalancer", "sessionAffinity", "check source-range");
        assertThat(entry.tableSize()).isEqualTo(4);
        assertThat(entry.backends()).extracting(Slot::tableShare).containsExactly(3, 1, 0);
        assertThat(entry.backends()).extracting(Slot::selectable).containsExactly(true, true, false);
        assertThat(entry.backends()).extracting(Slot::id).doesNotHaveDuplicates();

        box.serve(service().to(b.address()));
        Entry later = await(box.datapath.entries()).getFirst();
        assertThat(later.id()).isEqualTo(entry.id());
        assertThat(later.backends().getFirst().id()).isEqualTo(entry.backends().get(1).id());
    }

    @Test
    void connectionsAndTheirTranslationsAreShown() {
        box.serve(service().to(a.address()), States.udp("127.0.0.1", port).to(b.address()));
        try (Line client = new Line("127.0.0.1", port); UdpPeer datagrams = UdpPeer.client("127.0.0.1")) {
            assertThat(client.read()).isEqualTo("a");
            datagrams.send("x", new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            box.transport.pass(5);

            List<Connection> connections = await(box.datapath.connections(10));
            Connection tcp = connections.stream().filter(each -> each.flow().protocol() == Protocol.TCP).findFirst().orElseThrow();
            assertThat(tcp.flow()).isEqualTo(new Flow(Protocol.TCP, HOME, client.socket.getLocalPort(), HOME, port));
            assertThat(tcp.backendPort()).isEqualTo(a.address().getPort());
            assertThat(tcp.state()).isEqualTo("established");
            assertThat(tcp.service()).isEqualTo("default/web");
            assertThat(tcp.idle()).isEqualTo(Duration.ofSeconds(5));
            assertThat(tcp.expires()).isEqualTo(Duration.ofSeconds(3595));
            assertThat(tcp.serviceId()).isPositive();

            List<Translation> translations = await(box.datapath.translations(10));
            Translation reply = translations.stream().filter(each -> each.reply().protocol() == Protocol.TCP).findFirst().orElseThrow();
            assertThat(reply.reply().sourcePort()).isEqualTo(a.address().getPort());
            assertThat(reply.translated()).isEqualTo(new Flow(Protocol.TCP, HOME, port, HOME, client.socket.getLocalPort()));

            assertThat(await(box.datapath.connections(1))).hasSize(1);
            assertThat(await(box.datapath.connections(0))).isEmpty();
        }
    }

    @Test
    void anExplanationNamesWhatTheSameConnectionThenGets() {
        box.serve(service().to(a.address(), b.address()));
        for (int i = 0; i < 20; i++) {
            try (Line client = new Line("127.0.0.1", port)) {
                Explanation told = await(box.datapath.explain(new Flow(Protocol.TCP, HOME, client.socket.getLocalPort(), HOME, port)));

                assertThat(told.verdict()).isEqualTo("forwarded");
                assertThat(told.backend()).isEqualTo("127.0.0.1:" + (client.read().equals("a") ? a : b).address().getPort());
                assertThat(told.steps()).anyMatch(step -> step.matches("slot \\d+ of 251, by the flow's hash, leads to 127.0.0.1:\\d+"));
            }
        }
    }

    @Test
    void anExplanationNamesTheReasonOfADrop() {
        box.serve(service().ranges(true, "127.0.0.0/8").to(a.address()));

        Explanation denied = await(box.datapath.explain(new Flow(Protocol.TCP, HOME, 1, HOME, port)));
        assertThat(denied.verdict()).isEqualTo("dropped");
        assertThat(denied.reason()).isEqualTo("source range");
        Explanation nothing = await(box.datapath.explain(new Flow(Protocol.UDP, HOME, 1, HOME, port)));
        assertThat(nothing.verdict()).isEqualTo("not a service");
        assertThat(box.counter("source range")).as("a question is no drop").isZero();
    }

    @Test
    void eventsTellOfTheBeginningTheEndAndDrops() {
        Queue<FlowEvent> events = new ConcurrentLinkedQueue<>();
        Registration registration = box.datapath.subscribe(events::add);
        box.serve(service().to(a.address()));
        try (Line client = new Line("127.0.0.1", port)) {
            assertThat(client.read()).isEqualTo("a");
        }
        eventually(SOON, () -> assertThat(events).extracting(FlowEvent::kind).containsExactly(Kind.NEW, Kind.CLOSE));
        assertThat(events).allSatisfy(event -> {
            assertThat(event.service()).isEqualTo("default/web");
            assertThat(event.backend()).isEqualTo(HOME);
            assertThat(event.flow().destinationPort()).isEqualTo(port);
        });

        box.serve(service());
        try (Line client = new Line("127.0.0.1", port)) {
            assertThat(client.read()).isEqualTo("reset");
        }
        eventually(SOON, () -> assertThat(events).last().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(Kind.DROP);
            assertThat(event.reason()).isEqualTo("no backend");
            assertThat(event.backend()).isNull();
        }));
        registration.close();
        int before = events.size();
        try (Line client = new Line("127.0.0.1", port)) {
            assertThat(client.read()).isEqualTo("reset");
        }
        assertThat(events).hasSize(before);
    }

    @Test
    void aConsumerThatFailsHarmsNoFlow() {
        try (Registration registration = box.datapath.subscribe(event -> {
            throw new IllegalStateException("on purpose");
        })) {
            box.serve(service().to(a.address()));
            try (Line client = new Line("127.0.0.1", port)) {
                assertThat(client.read()).isEqualTo("a");
            }
            assertThat(registration).isNotNull();
        }
    }

    @Test
    void tablesFactsAndFiguresSayHowMuchThereIs() {
        box.serve(service().affinity(Duration.ofHours(1)).to(a.address()));
        try (Line client = new Line("127.0.0.1", port)) {
            assertThat(client.read()).isEqualTo("a");

            assertThat(await(box.datapath.tables())).extracting(table -> table.name() + " " + table.used()).containsExactly(
                    "proxy_affinity 1",
                    "proxy_connections 1", "proxy_udp_flows 0");
            assertThat(box.datapath.facts()).containsEntry("Frontends", "1 listening").containsEntry("Connections", "1 of 50000");
            assertThat(box.context.metrics().value("roadstead_proxy_connections")).isEqualTo(1);
            assertThat(box.context.metrics().value("roadstead_proxy_bytes_total", "to", "clients")).isEqualTo(2);
        }
    }
}
