package io.roadstead.plugin.datapath.ebpf.view;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.datapath.ebpf.map.Abi;
import io.roadstead.plugin.datapath.ebpf.map.AffinityEntry;
import io.roadstead.plugin.datapath.ebpf.map.AffinityKey;
import io.roadstead.plugin.datapath.ebpf.map.Event;
import io.roadstead.plugin.datapath.ebpf.map.FlowEntry;
import io.roadstead.plugin.datapath.ebpf.map.NatEntry;
import io.roadstead.plugin.datapath.ebpf.map.Tuple;
import io.roadstead.testkit.lab.Labs;

class DatapathViewsTest {

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final String VIP = "203.0.113.10";
    private static final IpAddress NONE = IpAddress.ipv6(0, 0);

    private ViewLab lab;

    @BeforeEach
    void open() {
        Labs.require();
        lab = new ViewLab();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    // ---- tables

    @Test
    void entriesShowSlotsAsThePacketsFindThem() {
        lab.frontends(ViewLab.web(VIP, 80, 2, Duration.ofSeconds(30), SourceRanges.EVERYBODY,
                ViewLab.backend("10.0.1.5", true, BackendState.ACTIVE), ViewLab.backend("10.0.2.5", false, BackendState.ACTIVE),
                ViewLab.backend("10.0.3.5", false, BackendState.TERMINATING)), ViewLab.web("2001:db8::10", 443));

        List<DatapathTables.Entry> entries = ViewLab.now(lab.views.entries());

        assertThat(entries).extracting(entry -> entry.frontend().toString()).containsExactly(VIP + ":80/TCP", "[2001:db8::10]:443/TCP");
        DatapathTables.Entry web = entries.getFirst();
        assertThat(web.id()).isEqualTo(lab.id(VIP + ":80/TCP"));
        assertThat(web.flags()).containsExactly("LoadBalancer", "sessionAffinity");
        assertThat(web.dispatch()).isEqualTo("snat");
        assertThat(web.tableSize()).isEqualTo(31);
        assertThat(web.backends())
                .extracting(slot -> slot.address() + " " + slot.state() + " " + slot.selectable() + " " + slot.tableShare())
                .containsExactly("10.0.1.5 ACTIVE true 16", "10.0.2.5 ACTIVE true 15", "10.0.3.5 TERMINATING false 0");
        assertThat(entries.getLast().backends()).isEmpty();
    }

    @Test
    void tablesTellWhatTheyHoldAndCost() {
        lab.frontends(ViewLab.web(VIP, 80, ViewLab.backend("10.0.1.5", false, BackendState.ACTIVE)));

        List<DatapathTables.Table> tables = ViewLab.now(lab.views.tables());

        assertThat(tables).extracting(DatapathTables.Table::name).contains(Abi.SERVICE, Abi.FLOW, Abi.LUT).isSorted();
        assertThat(tables).filteredOn(table -> table.name().equals(Abi.SERVICE)).singleElement().satisfies(table -> {
            assertThat(table.kind()).isEqualTo("hash");
            // The frontend, and its address.
            assertThat(table.used()).isEqualTo(2);
            assertThat(table.limit()).isEqualTo(4096);
            assertThat(table.bytes()).isPositive();
        });
        assertThat(tables).filteredOn(table -> table.name().equals(Abi.LUT)).extracting(DatapathTables.Table::used).containsExactly(-1L);
        assertThat(lab.views.facts()).containsEntry("Mode", "SNAT");
    }

    @Test
    void everyReasonOfTheProgramsHasAName() throws IOException {
        String header = Files.readString(Path.of("src/main/c/include/roadstead/abi.h"));
        String docs = Files.readString(Path.of("../../docs/datapath.md"));
        var reasons = Pattern.compile("RS_(OK|DROP)_(\\w+) = (\\d+),").matcher(header);
        int count = 0;
        while (reasons.find()) {
            if (!reasons.group(2).equals("FIRST")) {
                count++;
                assertThat(Reason.of(Integer.parseInt(reasons.group(3)))).as(reasons.group()).isPresent().get()
                        .satisfies(reason -> {
                            assertThat(reason.isDrop()).isEqualTo(reasons.group(1).equals("DROP"));
                            assertThat(docs)
                                    .contains("| `" + reason.text() + "` | `RS_" + reasons.group(1) + "_" + reasons.group(2) + "` | "
                                            + reason.number() + " |");
                        });
            }
        }
        assertThat(Reason.values()).hasSize(count);
        assertThat(Reason.text(99)).isEqualTo("reason-99");
        assertThat(Reason.isDrop(99)).isTrue();
    }

    // ---- flows

    @Test
    void flowsAreShownWithTheirStateAndTime() {
        lab.frontends(ViewLab.web(VIP, 80, ViewLab.backend("10.0.1.5", false, BackendState.ACTIVE)));
        int id = lab.id(VIP + ":80/TCP");
        lab.flow(ViewLab.tuple("198.51.100.1", 5, VIP, 80, TCP), flow(id, Abi.FLOW_SYN, 20));
        lab.flow(ViewLab.tuple("198.51.100.1", 6, VIP, 80, TCP), flow(id, Abi.FLOW_TRANSLATED | Abi.FLOW_CLIENT_FIN, 20));
        lab.flow(ViewLab.tuple("198.51.100.1", 7, VIP, 80, TCP), flow(id, Abi.FLOW_CLIENT_FIN, 20));
        lab.flow(ViewLab.tuple("2001:db8::9", 8, "2001:db8::10", 53, UDP), flow(77, 0, 20));

        var connections = ViewLab.now(lab.views.connections(10));

        assertThat(connections).extracting(connection -> connection.flow().sourcePort() + " " + connection.state() + " "
                + connection.expires().toSeconds() + " " + connection.service() + " " + connection.backend() + " " + connection.dispatch())
                .containsExactly("5 syn 40 default/web 10.0.1.5 snat", "6 established 7980 default/web 10.0.1.5 snat",
                        "7 closing 0 default/web 10.0.1.5 snat", "8 any 40  10.0.1.5 snat");
        assertThat(connections.getFirst().idle()).isEqualTo(Duration.ofSeconds(20));
        assertThat(ViewLab.now(lab.views.connections(2))).hasSize(2);
        assertThat(ViewLab.now(lab.views.connections(0))).isEmpty();
    }

    @Test
    void translationsAreShownBothWays() {
        lab.nat(ViewLab.tuple("10.0.1.5", 8080, "192.0.2.1", 1024, TCP), nat(0, 3));

        var translations = ViewLab.now(lab.views.translations(10));

        assertThat(translations).singleElement().satisfies(translation -> {
            assertThat(translation.reply()).isEqualTo(ViewLab.tcp("10.0.1.5", 8080, "192.0.2.1", 1024));
            assertThat(translation.translated()).isEqualTo(ViewLab.tcp(VIP, 80, "198.51.100.1", 5));
            assertThat(translation.idle()).isEqualTo(Duration.ofSeconds(3));
        });
    }

    @Test
    void flowsThatFellSilentAreForgottenAndToldOf() {
        lab.frontends(ViewLab.web(VIP, 80, ViewLab.backend("10.0.1.5", false, BackendState.ACTIVE)));
        int id = lab.id(VIP + ":80/TCP");
        List<FlowEvents.FlowEvent> events = new ArrayList<>();
        lab.views.subscribe(events::add);
        lab.views.start();
        lab.context.scheduler().runReady();
        Tuple syn = ViewLab.tuple("198.51.100.1", 5, VIP, 80, TCP);
        Tuple open = ViewLab.tuple("198.51.100.1", 6, VIP, 80, TCP);
        Tuple closed = ViewLab.tuple("198.51.100.1", 7, VIP, 80, TCP);
        lab.flow(syn, flow(id, Abi.FLOW_SYN, 50));
        lab.flow(open, flow(id, 0, 50));
        lab.flow(closed, flow(id, Abi.FLOW_RST, 5));

        lab.context.scheduler().advance(Duration.ofSeconds(10));
        assertThat(lab.hasFlow(syn)).isTrue();
        assertThat(lab.hasFlow(closed)).isTrue();
        lab.seconds(20);
        lab.context.scheduler().advance(Duration.ofMinutes(2));

        assertThat(lab.hasFlow(syn)).isFalse();
        assertThat(lab.hasFlow(closed)).isFalse();
        assertThat(lab.hasFlow(open)).isTrue();
        // Of the closed one the program told itself.
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(FlowEvents.Kind.CLOSE);
            assertThat(event.flow().sourcePort()).isEqualTo(5);
            assertThat(event.backend()).isEqualTo(IpAddress.parse("10.0.1.5"));
        });
    }

    @Test
    void aFlowIsForgottenWithItsBackendBeforeAnotherGetsItsNumber() {
        lab.frontends(ViewLab.web(VIP, 80, ViewLab.backend("10.0.1.5", false, BackendState.ACTIVE)));
        int id = lab.id(VIP + ":80/TCP");
        lab.views.start();
        lab.context.scheduler().runReady();
        Tuple open = ViewLab.tuple("198.51.100.1", 6, VIP, 80, TCP);
        lab.flow(open, flow(id, 0, 1));

        lab.context.scheduler().advance(Duration.ofSeconds(10));
        assertThat(lab.hasFlow(open)).isTrue();
        lab.frontends(ViewLab.web(VIP, 80, ViewLab.backend("10.0.1.6", false, BackendState.ACTIVE)));
        lab.context.scheduler().advance(Duration.ofMinutes(2));

        assertThat(lab.hasFlow(open)).isFalse();
    }

    @Test
    void howOftenFlowsAreLookedAfterFollowsHowManyEnd() {
        lab.views.start();
        lab.context.scheduler().runReady();

        // Nothing to do: less and less often, to a minute.
        assertThat(lab.context.scheduler().nextTimer()).contains(Duration.ofSeconds(10));
        lab.context.scheduler().advance(Duration.ofSeconds(10));
        assertThat(lab.context.scheduler().nextTimer()).contains(Duration.ofSeconds(15));
        lab.context.scheduler().advance(Duration.ofMinutes(10));
        assertThat(lab.context.scheduler().nextTimer().orElseThrow()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(60));

        // All of many end at every look: more and more often, to five seconds.
        for (int round = 0; round < 6; round++) {
            for (int port = 1; port <= 100; port++) {
                lab.flow(ViewLab.tuple("198.51.100.1", port, VIP, 80, UDP), flow(1, 0, 61));
            }
            lab.context.scheduler().advance(lab.context.scheduler().nextTimer().orElseThrow());
        }
        assertThat(lab.context.scheduler().nextTimer()).contains(Duration.ofSeconds(5));
    }

    @Test
    void aFlowAndItsTranslationKeepEachOther() {
        lab.frontends(ViewLab.web(VIP, 80, ViewLab.backend("10.0.1.5", false, BackendState.ACTIVE)));
        int id = lab.id(VIP + ":80/TCP");
        lab.views.start();
        lab.context.scheduler().runReady();
        int translated = Abi.FLOW_TRANSLATED | Abi.FLOW_SOURCE_NAT;
        // Only replies of late, only requests of late, neither.
        Tuple first = ViewLab.tuple("198.51.100.1", 5, VIP, 80, UDP);
        Tuple second = ViewLab.tuple("198.51.100.1", 6, VIP, 80, UDP);
        Tuple third = ViewLab.tuple("198.51.100.1", 7, VIP, 80, UDP);
        Tuple firstReply = ViewLab.tuple("10.0.1.5", 8080, "192.0.2.1", 1025, UDP);
        Tuple secondReply = ViewLab.tuple("10.0.1.5", 8080, "192.0.2.1", 1026, UDP);
        Tuple thirdReply = ViewLab.tuple("10.0.1.5", 8080, "192.0.2.1", 1027, UDP);
        lab.flow(first, flow(id, translated, 100, 1025));
        lab.nat(firstReply, nat(5, translated, 1));
        lab.flow(second, flow(id, translated, 1, 1026));
        lab.nat(secondReply, nat(6, translated, 100));
        lab.flow(third, flow(id, translated, 100, 1027));
        lab.nat(thirdReply, nat(7, translated, 100));

        lab.context.scheduler().advance(Duration.ofSeconds(10));

        assertThat(List.of(lab.hasFlow(first), lab.hasNat(firstReply), lab.hasFlow(second), lab.hasNat(secondReply)))
                .containsOnly(true);
        assertThat(lab.hasFlow(third)).isFalse();
        assertThat(lab.hasNat(thirdReply)).isFalse();
    }

    @Test
    void affinityIsForgottenAfterItsTimeOrWithItsService() {
        lab.frontends(ViewLab.web(VIP, 80, 1, Duration.ofSeconds(30), SourceRanges.EVERYBODY,
                ViewLab.backend("10.0.1.5", false, BackendState.ACTIVE)));
        int id = lab.id(VIP + ":80/TCP");
        lab.views.start();
        lab.context.scheduler().runReady();
        affinity("198.51.100.1", id, 29);
        affinity("198.51.100.2", id, 31);
        affinity("198.51.100.3", id + 1, 1);

        lab.context.scheduler().advance(Duration.ofSeconds(10));

        List<String> clients = new ArrayList<>();
        lab.map(Abi.AFFINITY).forEach((key, value) -> clients.add(AffinityKey.read(key).client().toString()));
        assertThat(clients).containsExactly("198.51.100.1");
    }

    // ---- events

    @Test
    void eventsComeWhileSomeoneListens() {
        lab.frontends(ViewLab.web(VIP, 80, ViewLab.backend("10.0.1.5", false, BackendState.ACTIVE)));
        int id = lab.id(VIP + ":80/TCP");
        Tuple tuple = ViewLab.tuple("198.51.100.1", 5, VIP, 80, TCP);
        lab.tell(new Event(lab.nanos(), tuple, IpAddress.parse("10.0.1.5"), 8080, 1, 0, id, 1, 3, 1, 2));
        List<FlowEvents.FlowEvent> events = new ArrayList<>();

        var registration = lab.views.subscribe(events::add);
        lab.context.scheduler().runReady();
        assertThat(lab.eventsWanted).containsExactly(true);
        // What was there before is no news.
        assertThat(events).isEmpty();
        lab.tell(new Event(lab.nanos() - 5_000_000, tuple, IpAddress.parse("10.0.1.5"), 8080, 1, 0, id, 1, 3, 1, 2));
        // Dropped before a backend was chosen: its place still holds the one of the packet before.
        lab.tell(new Event(lab.nanos(), tuple, IpAddress.parse("10.0.1.5"), 8080, 3, 65, 0, 0, 3, 1, 2));
        lab.tell(new Event(lab.nanos(), ViewLab.tuple("198.51.100.1", 0, VIP, 0, 1), NONE, 0, 3, 65, 0, 0, 3, 0, 2));
        lab.tell(new Event(lab.nanos(), tuple, NONE, 0, 9, 0, 0, 0, 3, 0, 2));
        var clock = lab.context.clock().instant();
        lab.context.scheduler().advance(Duration.ofMillis(20));

        assertThat(events).containsExactly(
                new FlowEvents.FlowEvent(events.getFirst().time(), FlowEvents.Kind.NEW, ViewLab.tcp("198.51.100.1", 5, VIP, 80),
                        "default/web",
                        IpAddress.parse("10.0.1.5"), 8080, "snat", ""),
                new FlowEvents.FlowEvent(events.getLast().time(), FlowEvents.Kind.DROP, ViewLab.tcp("198.51.100.1", 5, VIP, 80), "", null,
                        0, "",
                        "unknown-port"));
        assertThat(events.getFirst().time()).isBetween(clock.minusMillis(5), clock.plusMillis(20));

        registration.close();
        registration.close();
        lab.context.scheduler().runReady();
        assertThat(lab.eventsWanted).containsExactly(true, false);
        assertThat(lab.context.scheduler().timers()).isZero();
    }

    @Test
    void aSubscriberThatFailsIsLeftOut() {
        List<FlowEvents.FlowEvent> events = new ArrayList<>();
        lab.views.subscribe(event -> {
            throw new IllegalStateException("planned");
        });
        lab.views.subscribe(events::add);
        lab.context.scheduler().runReady();
        Tuple tuple = ViewLab.tuple("198.51.100.1", 5, VIP, 80, TCP);
        for (int i = 0; i < 3; i++) {
            lab.tell(new Event(lab.nanos(), tuple, NONE, 0, 3, 65, 0, 0, 3, 0, 2));
            lab.context.scheduler().advance(Duration.ofMillis(20));
        }

        assertThat(events).hasSize(3);
    }

    // ---- explanations

    @Test
    void aPacketIsExplainedWithoutATrace() {
        lab.frontends(ViewLab.web(VIP, 80, ViewLab.backend("10.0.1.5", true, BackendState.ACTIVE)));
        var before = lab.memories();

        var local = ViewLab.now(lab.views.explain(ViewLab.tcp("198.51.100.1", 5, VIP, 80)));

        assertThat(local.verdict()).isEqualTo("forwarded");
        assertThat(local.service()).isEqualTo("default/web");
        assertThat(local.frontend()).isEqualTo(VIP + ":80/TCP");
        assertThat(local.backend()).isEqualTo("10.0.1.5:8080");
        assertThat(local.reason()).isEmpty();
        assertThat(local.steps()).anyMatch(step -> step.matches("new flow, slot \\d+ of 31, to backend 10.0.1.5:8080, on this node"));
        assertThat(lab.memories()).isEqualTo(before);
    }

    @Test
    void dropsAreExplainedByName() {
        SourceRanges ranges = new SourceRanges(List.of(IpPrefix.parse("198.51.100.0/24")), false);
        var remote = ViewLab.backend("10.0.2.5", false, BackendState.ACTIVE);
        lab.frontends(ViewLab.web(VIP, 80, 1, null, ranges, remote), ViewLab.web(VIP, 81, 0, null, SourceRanges.EVERYBODY));

        assertThat(explain("198.51.100.1", VIP, 80)).isEqualTo("dropped no-dispatch default/web 10.0.2.5:8080 snat");
        assertThat(explain("198.51.101.1", VIP, 80)).isEqualTo("dropped source-range default/web");
        assertThat(explain("198.51.100.1", VIP, 81)).isEqualTo("dropped no-backend default/web");
        assertThat(explain("198.51.100.1", VIP, 82)).isEqualTo("dropped unknown-port");
        assertThat(explain("198.51.100.1", "203.0.113.11", 80)).isEqualTo("not a service");
        assertThat(explain("2001:db8::5", "2001:db8::6", 80)).isEqualTo("not a service");
    }

    @Test
    void aKnownFlowIsExplainedAsOne() {
        lab.frontends(ViewLab.web(VIP, 80, ViewLab.backend("10.0.1.5", true, BackendState.ACTIVE)));
        int id = lab.id(VIP + ":80/TCP");
        lab.flow(ViewLab.tuple("198.51.100.1", 5, VIP, 80, TCP), flow(id, 0, 0));

        var known = ViewLab.now(lab.views.explain(ViewLab.tcp("198.51.100.1", 5, VIP, 80)));

        assertThat(known.steps()).anyMatch(step -> step.startsWith("known flow of "));
        assertThat(known.backend()).isEqualTo("10.0.1.5:8080");
    }

    @Test
    void whatCannotBeAskedIsRefused() {
        var mixed = new Flow(Protocol.TCP, IpAddress.parse("192.0.2.1"), 1, IpAddress.parse("2001:db8::1"), 2);

        assertThatThrownBy(() -> ViewLab.now(lab.views.explain(mixed))).satisfiesAnyOf(
                thrown -> assertThat(thrown).isInstanceOf(RoadsteadException.class),
                thrown -> assertThat(thrown).hasCauseInstanceOf(RoadsteadException.class));
        var sctp = new Flow(Protocol.SCTP, IpAddress.parse("192.0.2.1"), 1, IpAddress.parse(VIP), 2);
        assertThat(ViewLab.now(lab.views.explain(sctp)).verdict()).isEqualTo("not a service");
    }

    // ---- figures

    @Test
    void figuresCountDropsPressureAndServices() {
        lab.frontends(ViewLab.web(VIP, 80, ViewLab.backend("10.0.1.5", false, BackendState.ACTIVE)));
        int id = lab.id(VIP + ":80/TCP");
        lab.flow(ViewLab.tuple("198.51.100.1", 5, VIP, 80, TCP), flow(id, 0, 1));
        counter(Abi.COUNTERS, 65, 3, 180);
        counter(Abi.COUNTERS, 63, 9, 0);
        counter(Abi.SERVICE_COUNTERS, id, 7, 700);
        lab.views.start();
        lab.context.scheduler().advance(Duration.ofSeconds(10));

        Map<String, String> figures = new TreeMap<>();
        for (Metric metric : lab.context.metrics().collect()) {
            metric.samples().forEach(sample -> figures.put(metric.name() + sample.labels(), Double.toString(sample.value())));
        }

        assertThat(figures).containsEntry("roadstead_drop_count_total{reason=unknown-port}", "3.0")
                .containsEntry("roadstead_drop_bytes_total{reason=unknown-port}", "180.0")
                .containsEntry("roadstead_flow_events_lost_total{}", "9.0")
                .containsEntry("roadstead_bpf_map_pressure{map_name=rs_flow}", Double.toString(1 / 4096.0))
                .containsEntry("roadstead_bpf_map_pressure{map_name=rs_service}", Double.toString(1 / 4096.0))
                .containsEntry("roadstead_service_packets_total{frontend=" + VIP + ":80/TCP, service=default/web}", "7.0");
        assertThat(ViewLab.now(lab.views.counters())).containsExactly(new DatapathTables.Counter("unknown-port", true, 3, 180));
    }

    // ---- helpers

    private String explain(String source, String destination, int port) {
        var explanation = ViewLab.now(lab.views.explain(ViewLab.tcp(source, 5, destination, port)));
        return String.join(" ", List.of(explanation.verdict(), explanation.reason(), explanation.service(), explanation.backend(),
                explanation.dispatch())).replaceAll(" +", " ").strip();
    }

    private FlowEntry flow(int service, int flags, int idle) {
        return flow(service, flags, idle, 0);
    }

    private FlowEntry flow(int service, int flags, int idle, int natPort) {
        int backend = lab.catalog.backend(1).isPresent() ? 1 : 0;
        return new FlowEntry(service, backend, flags, lab.now() - idle, lab.now() - idle, natPort, 1, 1, 1, 60,
                natPort == 0 ? NONE : IpAddress.parse("192.0.2.1"));
    }

    private NatEntry nat(int flags, int idle) {
        return nat(5, flags, idle);
    }

    private NatEntry nat(int clientPort, int flags, int idle) {
        return new NatEntry(IpAddress.parse(VIP), IpAddress.parse("198.51.100.1"), 80, clientPort, 0, flags, lab.now() - idle,
                lab.now() - idle);
    }

    private void affinity(String client, int service, int idle) {
        MemorySegment key = lab.memory(AffinityKey.SIZE);
        MemorySegment value = lab.memory(AffinityEntry.SIZE);
        new AffinityKey(IpAddress.parse(client), service).write(key);
        new AffinityEntry(1, lab.now() - idle).write(value);
        lab.put(Abi.AFFINITY, key, value);
    }

    /** On the last CPU, so that all are added up. */
    private void counter(String map, int index, long packets, long bytes) {
        MemorySegment key = lab.memory(4);
        key.set(JAVA_INT, 0, index);
        int size = lab.map(map).valueBytes();
        MemorySegment value = lab.memory(size);
        int last = size - (map.equals(Abi.COUNTERS) ? 16 : 32);
        value.set(JAVA_LONG, last, packets);
        value.set(JAVA_LONG, last + 8L, bytes);
        lab.put(map, key, value);
    }
}
