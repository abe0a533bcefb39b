package io.roadstead.plugin.datapath.ebpf;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents;
import io.roadstead.api.lb.FlowEvents.FlowEvent;
import io.roadstead.api.lb.FlowExplainer.Explanation;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.OnStop;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.SocketLb;
import io.roadstead.plugin.datapath.ebpf.attach.Acceleration;
import io.roadstead.plugin.datapath.ebpf.attach.Requirements;
import io.roadstead.plugin.datapath.ebpf.attach.TrafficControl;
import io.roadstead.testkit.lab.Cgroup;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Namespace;
import io.roadstead.testkit.lab.Tool;

/** The instance with real packets: a client, a node, a backend. */
class EbpfDatapathLabTest {
    private static final boolean TCX = Requirements.ofThisProcess().hasTcx();
    private static final Duration SOON = Duration.ofSeconds(10);

    private NodeLab lab;

    @BeforeEach
    void build() {
        Labs.require(Tool.MOUNT);
        lab = new NodeLab();
        lab.serve();
    }

    @AfterEach
    void tearDown() {
        if (lab != null) {
            lab.close();
        }
    }

    private EbpfDatapath start(EbpfConfig config) {
        EbpfDatapath datapath = new EbpfDatapath(config, lab.context);
        datapath.localNode(NodeLab.localNode());
        datapath.dispatchModes(Map.of("snat", SnatObject.committed()));
        datapath.replace(NodeLab.WEB);
        eventually(SOON, () -> assertThat(datapath.status().problems()).isEmpty());
        eventually(SOON, () -> assertThat(datapath.status().health()).isEqualTo(Health.OK));
        return datapath;
    }

    @Test
    void clientsReachBackendsThroughTheNodeByBothFamilies() throws IOException {
        try (EbpfDatapath datapath = start(lab.config())) {
            assertThat(lab.ask(NodeLab.VIP)).isEqualTo("198.51.100.1");
            assertThat(lab.ask(NodeLab.VIP6)).isEqualTo("2001:db8:100:0:0:0:0:1");
            assertThat(datapath.status().summary()).contains("2 frontends", "be up");
        }
    }

    /** Behind a router, on a node that nobody knows: direct return cannot be had, and the reply must find its way back through this node. */
    @Test
    void aBackendOfAnotherClusterIsReachedOverItsRoute() throws IOException {
        try (Namespace east = Namespace.create("east"); EbpfDatapath datapath = start(lab.config())) {
            Namespace.link(lab.backend, "toeast", east, "e");
            lab.backend.address("toeast", "10.9.0.1/24").forwarding();
            east.address("e", "10.9.0.2/24").route("default", "via", "10.9.0.1");
            lab.node.route("10.9.0.0/24", "via", NodeLab.BACKEND);
            lab.serve(east, "10.9.0.2");
            datapath.dispatchModes(Map.of("snat", SnatObject.committed(), "dsr", new GeneveObject()));
            List<FlowEvent> events = new CopyOnWriteArrayList<>();
            datapath.subscribe(events::add);

            datapath.update(List.of(NodeLab.remote(NodeLab.VIP, "10.9.0.2")), List.of());

            eventually(SOON, () -> {
                assertThat(lab.ask(NodeLab.VIP)).as("the client that it sees").isEqualTo("198.51.100.1");
                assertThat(events).anyMatch(event -> event.kind() == FlowEvents.Kind.NEW
                        && event.backend().equals(IpAddress.parse("10.9.0.2")) && event.dispatch().equals("snat"));
            });
            assertThat(see(datapath.connections(1000))).anyMatch(flow -> flow.backend().equals(IpAddress.parse("10.9.0.2")));
        }
    }

    @Test
    void whatIsInForceCanBeSeen() throws IOException {
        try (EbpfDatapath datapath = start(lab.config())) {
            List<FlowEvent> events = new CopyOnWriteArrayList<>();
            datapath.subscribe(events::add);
            // Programs begin to tell when someone listens, which is a moment later.
            eventually(SOON, () -> {
                lab.ask(NodeLab.VIP);
                assertThat(events).anyMatch(event -> event.kind() == FlowEvents.Kind.NEW)
                        .anyMatch(event -> event.kind() == FlowEvents.Kind.CLOSE);
            });

            assertThat(events.getFirst().service()).isEqualTo("default/web");
            assertThat(events.getFirst().backend()).isEqualTo(IpAddress.parse(NodeLab.BACKEND));
            assertThat(events.getFirst().dispatch()).isEqualTo("snat");
            assertThat(see(datapath.connections(100))).isNotEmpty().allMatch(flow -> flow.service().equals("default/web"));
            assertThat(see(datapath.translations(100))).anyMatch(reply -> reply.translated().source().equals(IpAddress.parse(NodeLab.VIP)));
            assertThat(see(datapath.entries())).extracting(entry -> entry.frontend().address().toString()).containsExactly(NodeLab.VIP,
                    NodeLab.VIP6);
            assertThat(see(datapath.tables())).anyMatch(table -> table.name().equals("rs_flow") && table.used() > 0 && table.bytes() > 0);
            assertThat(see(datapath.counters())).anyMatch(counter -> counter.reason().equals("dispatched") && counter.packets() > 0);
            assertThat(datapath.facts()).containsEntry("XDP Acceleration", "Disabled").containsEntry("Devices", "be, up");

            Explanation explained = see(datapath.explain(new Flow(Protocol.TCP, IpAddress.parse("198.51.100.2"), 4711,
                    IpAddress.parse(NodeLab.VIP), 80)));
            assertThat(explained.verdict()).as("%s", explained).isEqualTo("forwarded");
            assertThat(explained.backend()).isEqualTo(NodeLab.BACKEND + ":8080");
            assertThat(explained.dispatch()).isEqualTo("snat");
            assertThat(see(datapath.connections(1000))).noneMatch(flow -> flow.flow().sourcePort() == 4711);
        }
    }

    private static <T> T see(CompletionStage<T> answer) {
        return answer.toCompletableFuture().join();
    }

    @Test
    void aRestartUnderTrafficLosesNoPacketAndBreaksNoConnection() throws Exception {
        EbpfDatapath first = start(lab.config());
        Traffic traffic = new Traffic(lab);

        EbpfDatapath last = first;
        for (int i = 0; i < 3; i++) {
            last.close();
            traffic.more(); // without an agent
            last = start(lab.config());
        }
        traffic.more();

        traffic.end();
        last.close();
    }

    @Test
    void anAgentThatIsKilledLeavesEverythingToTheNext() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        try (ManagedProcess agent = lab.node.process(java.toString(), "--enable-native-access=ALL-UNNAMED", "-cp", classes,
                ChildAgent.class.getName(), lab.pins().toString()).start()) {
            agent.awaitOutput(Duration.ofSeconds(30), "in place");
            Traffic traffic = new Traffic(lab);

            agent.kill();
            traffic.more();
            try (EbpfDatapath next = start(lab.config())) {
                traffic.more();
                traffic.end();
                assertThat(next.entries().toCompletableFuture().join()).extracting(DatapathTables.Entry::id).containsExactlyInAnyOrder(1L,
                        2L);
            }
        }
    }

    @Test
    void detachLeavesNothing() throws IOException {
        try (EbpfDatapath datapath = start(lab.config(Acceleration.GENERIC, TrafficControl.AUTO, OnStop.KEEP))) {
            assertThat(controls()).isEqualTo(4);
            assertThat(pins()).anyMatch(pin -> pin.contains("links/xdp-generic"))
                    .anyMatch(pin -> pin.contains("dispatch/1-tc-snat")).anyMatch(pin -> pin.contains("maps/rs_service"));
            assertThat(lab.ask(NodeLab.VIP)).isNotEmpty();

            List<String> removed = datapath.detach().toCompletableFuture().join();

            assertThat(removed).anyMatch(line -> line.contains("rs_flow"));
            assertThat(lab.pins()).doesNotExist();
            assertThat(lab.node.run("ip", "link", "show", "up")).doesNotContain("xdp");
            assertThat(lab.node.run("tc", "qdisc", "show", "dev", "up")).doesNotContain("clsact");
            assertThat(datapath.status().problems()).singleElement().asString().contains("detached");
            assertThatThrownBy(() -> lab.ask(NodeLab.VIP)).isInstanceOf(IOException.class);

            datapath.replace(NodeLab.WEB);
            datapath.update(NodeLab.WEB, List.of());
            assertThat(datapath.detach().toCompletableFuture().join()).as("what came behind the order").isEmpty();
            assertThat(datapath.status().problems()).singleElement().asString().contains("detached");
        }
    }

    @Test
    void socketsOfACgroupReachFrontendsFromTheNodeItself() {
        try (Cgroup cgroup = Cgroup.create("sockets")) {
            EbpfConfig plain = lab.config();
            EbpfConfig config = new EbpfConfig(plain.devices(), plain.podDevices(), plain.acceleration(), plain.trafficControl(),
                    new SocketLb(true, true, true, true, true, true, cgroup.path()), plain.pinDirectory(), plain.maps(), plain.timeouts(),
                    plain.nat(), 1000, true, true, OnStop.KEEP);
            String connect = "exec 3<>/dev/tcp/" + NodeLab.VIP + "/80 && read -r -t 5 line <&3 && echo \"asked by $line\"";
            List<String> client = cgroup.inside(List.of("ip", "netns", "exec", lab.node.name(), "bash", "-c", connect));
            try (EbpfDatapath datapath = start(config)) {
                assertThat(datapath.status().summary()).endsWith("and sockets");
                assertThat(pins()).anyMatch(pin -> pin.contains("links/cgroup-connect6"));
                assertThat(run(client)).contains("asked by 10.0.0.1");
            }
            assertThat(run(client)).as("without an agent").contains("asked by 10.0.0.1");

            start(plain).close();
            assertThat(pins()).as("switched off").noneMatch(pin -> pin.contains("links/cgroup"));
            assertThat(run(client)).doesNotContain("asked by");
        }
    }

    private static String run(List<String> command) {
        try (ManagedProcess process = ManagedProcess.of(command).start()) {
            process.awaitExit(SOON);
            return process.output();
        }
    }

    @Test
    void oldKernelsGetFiltersInsteadOfLinks() throws IOException {
        EbpfConfig config = lab.config(Acceleration.DISABLED, TrafficControl.CLSACT, OnStop.KEEP);
        start(config).close();
        assertThat(lab.ask(NodeLab.VIP)).as("without an agent").isNotEmpty();
        assertThat(pins()).noneMatch(pin -> pin.contains("links/tc-"));
        assertThat(lab.node.run("tc", "filter", "show", "dev", "up", "ingress")).containsOnlyOnce("direct-action");

        try (EbpfDatapath datapath = start(config)) {
            assertThat(datapath.status().summary()).contains("be up");
            assertThat(lab.ask(NodeLab.VIP6)).isNotEmpty();
            assertThat(lab.node.run("tc", "filter", "show", "dev", "up", "ingress")).containsOnlyOnce("direct-action");
        }
        try (EbpfDatapath datapath = start(lab.config())) {
            assertThat(datapath.status().summary()).contains("be up");
            if (TCX) {
                assertThat(lab.node.run("tc", "filter", "show", "dev", "up", "ingress")).as("links instead")
                        .doesNotContain("direct-action");
            }
            assertThat(controls()).isEqualTo(4);
            assertThat(lab.ask(NodeLab.VIP)).isNotEmpty();
        }
        try (EbpfDatapath datapath = start(config)) {
            assertThat(pins()).noneMatch(pin -> pin.contains("links/tc-"));
            assertThat(datapath.detach().toCompletableFuture().join()).contains("filter of device up (ingress)");
        }
        assertThat(lab.pins()).doesNotExist();
        assertThat(lab.node.run("tc", "qdisc", "show", "dev", "be")).doesNotContain("clsact");
    }

    @Test
    void whatTheAgentLeavesIsTheOperatorsChoice() throws IOException {
        start(lab.config(Acceleration.DISABLED, TrafficControl.AUTO, OnStop.KEEP)).close();
        assertThat(lab.ask(NodeLab.VIP)).isNotEmpty();

        start(lab.config(Acceleration.DISABLED, TrafficControl.AUTO, OnStop.DETACH)).close();
        assertThat(lab.pins()).doesNotExist();
    }

    @Test
    void devicesThatAppearAreFollowed() throws IOException {
        try (EbpfDatapath datapath = start(lab.config())) {
            lab.node.stub("late").address("late", "192.0.2.1/24").run("ip", "route", "add", "default", "via", "192.0.2.2");
            eventually(SOON, () -> assertThat(datapath.status().summary()).contains("be late up"));

            lab.node.run("ip", "link", "delete", "late");
            eventually(SOON, () -> assertThat(datapath.status().summary()).doesNotContain("late"));
            eventually(SOON, () -> assertThat(controls()).isEqualTo(4));
        }
    }

    @Test
    void aDispatchModeIsExchangedUnderTrafficAndAWrongOneRefusedAlone() throws IOException {
        try (EbpfDatapath datapath = start(lab.config())) {
            SnatObject good = SnatObject.committed();
            SnatObject old = new SnatObject(0, good.object());
            SnatObject broken = new SnatObject(1, new byte[] {1, 2, 3});
            datapath.dispatchModes(Map.of("snat", good, "old", old, "broken", broken));

            eventually(SOON, () -> assertThat(datapath.status().problems()).hasSize(2));
            assertThat(datapath.status().problems())
                    .anyMatch(problem -> problem.contains("dispatch mode old") && problem.contains("version 0"))
                    .anyMatch(problem -> problem.contains("dispatch mode broken"));
            assertThat(lab.ask(NodeLab.VIP)).isNotEmpty();

            datapath.dispatchModes(Map.of()); // services still name it
            eventually(SOON, () -> assertThat(datapath.status().problems()).isEmpty());
            assertThat(lab.ask(NodeLab.VIP)).isNotEmpty();

            datapath.replace(List.of());
            eventually(SOON, () -> assertThat(pins().anyMatch(pin -> pin.contains("snat"))).isFalse());
        }
    }

    @Test
    void aMissingBpffsIsAProblemUntilItIsThere() {
        Path elsewhere = Path.of("/tmp/rs-no-bpffs");
        EbpfConfig config = lab.config();
        EbpfConfig wrong = new EbpfConfig(config.devices(), config.podDevices(), config.acceleration(), config.trafficControl(),
                config.socketLb(), elsewhere, config.maps(), config.timeouts(), config.nat(), 0, true, true, OnStop.KEEP);
        try (EbpfDatapath datapath = new EbpfDatapath(wrong, lab.context)) {
            datapath.replace(List.of());

            eventually(SOON, () -> assertThat(datapath.status().health()).isEqualTo(Health.FAILED));
            assertThat(datapath.status().problems()).singleElement().asString().contains(elsewhere.toString(),
                    "mount -t bpf bpf /sys/fs/bpf");
        }
    }

    /** How many traffic control programs of ours there are: by links, or by filters of the two uplinks where the kernel has no links for them. */
    private long controls() {
        if (TCX) {
            return pins().filter(pin -> pin.contains("links/tc-")).count();
        }
        return Stream.of("up", "be").flatMap(device -> Stream.of("ingress", "egress").map(
                direction -> lab.node.run("tc", "filter", "show", "dev", device, direction)))
                .filter(shown -> shown.contains("direct-action"))
                .count();
    }

    private Stream<String> pins() {
        try (Stream<Path> files = Files.walk(lab.pins())) {
            return files.map(Path::toString).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
