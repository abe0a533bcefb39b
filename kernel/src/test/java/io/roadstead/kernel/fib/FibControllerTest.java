package io.roadstead.kernel.fib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.roadstead.api.metrics.Metric;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerListener;
import io.roadstead.api.peer.RibEntry;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.view.InstalledRouteView;
import io.roadstead.kernel.fib.FibSettings.Direct;
import io.roadstead.kernel.route.FakeProtocol;
import io.roadstead.kernel.route.KernelRoutes.Route;
import io.roadstead.kernel.route.RouteLab;

/** Node k8s-w1 of the seed lab, 192.168.10.101, Pod CIDR 172.20.1.0/24, whose default route leads elsewhere. */
class FibControllerTest {

    private final RouteLab lab = new RouteLab();
    private final ClusterSink mesh = lab.cluster.sink("mesh");
    private final List<Route> table = new ArrayList<>(List.of(way("0.0.0.0/0", "10.0.2.2"), way("10.0.2.0/24", null),
            way("192.168.10.0/24", null), way("192.168.20.0/24", "192.168.10.200"), way("fd00:10::/64", null)));
    private final RecordingInstaller installer = new RecordingInstaller();

    private List<Route> table(AddressFamily family) {
        return table.stream().filter(route -> route.destination().family() == family).toList();
    }

    private FibController start(Direct direct, String... learned) {
        FibController fib = new FibController(lab.loop, lab.cluster, lab.controller,
                this::table,
                new FibSettings(direct, Stream.of(learned).map(IpPrefix::parse).toList()));
        fib.start();
        fib.installerAdded("fake", installer);
        mesh.synced();
        lab.apply(RouteLab.node("true"), RouteLab.ADVERTISE_PODS, RouteLab.PEER_CONFIG, RouteLab.CLUSTER_CONFIG);
        lab.sync();
        fib.meshSettled();
        lab.loop.runReady();
        return fib;
    }

    @Test
    void podCidrsOfRemoteNodesGoThroughTheNodesOnTheSameLink() {
        FibController fib = start(Direct.MESH);
        put(remote("east", "n1", List.of("192.168.10.77", "fd00:10::77"), "10.1.0.0/24", "fd01::/64"));
        put(node("k8s-w0", "192.168.10.100", "172.20.2.0/24"));

        assertThat(installer.texts()).containsExactly("10.1.0.0/24 via 192.168.10.77", "fd01::/64 via fd00:10::77");
        assertThat(fib.routes()).extracting(InstalledRouteView::origin, InstalledRouteView::subject, InstalledRouteView::refused)
                .containsOnly(tuple("direct", "east/n1", ""));
        assertThat(fib.problems()).isEmpty();

        put(remote("east", "n1", List.of("192.168.10.78"), "10.1.0.0/24"));
        assertThat(installer.texts()).containsExactly("10.1.0.0/24 via 192.168.10.78");

        mesh.apply(new ResourceBatch(List.of(), List.of(RemoteNode.key("east", "n1"))));
        lab.loop.runReady();
        assertThat(installer.texts()).isEmpty();
    }

    @Test
    void nodesOfTheOwnClusterGetRoutesOnlyWhenAllAreWantedAndNeverTheLocalOne() {
        FibController fib = start(Direct.ALL);
        put(node("k8s-ctr", "192.168.10.100", "172.20.0.0/24"));
        assertThat(installer.texts()).containsExactly("172.20.0.0/24 via 192.168.10.100");
        lab.apply(new CiliumNode(ObjectMeta.of("", "k8s-ctr"), List.of(IpPrefix.parse("172.20.7.0/24"))));
        assertThat(installer.texts()).containsExactly("172.20.7.0/24 via 192.168.10.100");

        fib.reconfigure(new FibSettings(Direct.NONE, List.of()));
        lab.loop.runReady();
        assertThat(installer.texts()).isEmpty();
    }

    @Test
    void aNodeThatIsOnNoLinkIsShownWithTheRemedyUntilALinkComes() {
        FibController fib = start(Direct.MESH);
        put(remote("east", "n1", List.of("192.168.30.77"), "10.1.0.0/24"));

        assertThat(installer.texts()).isEmpty();
        assertThat(fib.problems())
                .containsExactly("route 10.1.0.0/24 (east/n1) is not installed: 192.168.30.77 is on no link of this node, and no "
                        + "peer tells of a way; advertise Pod CIDRs by BGP and list them under roadstead.routes.learned");

        table.add(way("192.168.30.0/24", null));
        lab.loop.advance(Duration.ofSeconds(5));
        assertThat(installer.texts()).containsExactly("10.1.0.0/24 via 192.168.30.77");
        assertThat(fib.problems()).isEmpty();
    }

    @Test
    void aRouteThatSomebodyElseMadeIsEnough() {
        FibController fib = start(Direct.MESH);
        table.add(way("10.1.0.0/16", "192.168.10.200"));
        put(remote("east", "n1", List.of("192.168.30.77"), "10.1.0.0/24"));

        assertThat(installer.texts()).isEmpty();
        assertThat(fib.problems()).isEmpty();
        assertThat(fib.routes()).singleElement().extracting(InstalledRouteView::refused).asString().contains("another route covers it");
    }

    @Test
    void aPodCidrThatOverlapsThisNodesOrIsAnothersIsRefused() {
        FibController fib = start(Direct.MESH);
        put(remote("east", "n1", List.of("192.168.10.77"), "172.20.0.0/16"));
        put(remote("east", "n2", List.of("192.168.10.78"), "10.1.0.0/24"));
        put(remote("south", "n1", List.of("192.168.10.79"), "10.1.0.0/24"));

        assertThat(installer.texts()).containsExactly("10.1.0.0/24 via 192.168.10.78");
        assertThat(fib.problems()).anyMatch(problem -> problem.contains("it overlaps with this node's Pod CIDR 172.20.1.0/24"));
    }

    @Test
    void aLearnedRouteThatCoversAPodCidrIsEnough() {
        FibController fib = start(Direct.MESH, "10.1.0.0/16");
        put(remote("east", "n1", List.of("192.168.30.77"), "10.1.7.0/24"));

        learn(path("10.1.0.0/16", "192.168.10.200", true));

        assertThat(installer.texts()).containsExactly("10.1.0.0/16 via 192.168.10.200");
        assertThat(fib.problems()).isEmpty();
    }

    @Test
    void learnedRoutesWithinTheImportPolicyAreInstalledThroughNeighbours() {
        start(Direct.MESH, "172.20.0.0/16", "10.0.0.0/8");

        learn(path("172.20.0.0/24", "192.168.10.100", true), path("172.20.2.0/24", "192.168.20.100", true),
                path("172.20.2.0/24", "192.168.10.100", false), path("10.9.0.0/16", "192.168.10.4", true),
                multipath("10.9.0.0/16", "192.168.10.5"), path("203.0.113.0/24", "192.168.10.4", true));

        assertThat(installer.texts()).containsExactly("10.9.0.0/16 via 192.168.10.4,192.168.10.5", "172.20.0.0/24 via 192.168.10.100",
                "172.20.2.0/24 via 192.168.10.200");
        learn();
        assertThat(installer.texts()).isEmpty();
    }

    @Test
    void whatWouldTakeThisNodesOwnTrafficIsNeverLearned() {
        FibController fib = start(Direct.NONE, "172.20.0.0/16", "192.168.0.0/16", "0.0.0.0/0");

        learn(path("172.20.1.0/24", "192.168.10.200", true), path("172.20.1.128/25", "192.168.10.200", true),
                path("172.20.0.0/16", "192.168.10.200", true), path("192.168.10.0/24", "192.168.10.200", true),
                path("172.20.9.0/24", "192.168.10.101", true), path("0.0.0.0/0", "192.168.10.200", true));

        assertThat(installer.texts()).containsExactly("0.0.0.0/0 via 192.168.10.200");
        assertThat(fib.problems()).isEmpty();
    }

    @Test
    void theDefaultRouteIsLearnedOnlyWhenListed() {
        start(Direct.NONE, "0.0.0.0/1", "128.0.0.0/1");

        learn(path("0.0.0.0/0", "192.168.10.200", true), path("198.51.100.0/24", "192.168.10.200", true));

        assertThat(installer.texts()).containsExactly("198.51.100.0/24 via 192.168.10.200");
    }

    @Test
    void aNextHopThatOnlyTheDefaultRouteLeadsToIsAProblem() {
        FibController fib = start(Direct.NONE, "10.0.0.0/8");

        learn(path("10.9.0.0/16", "203.0.113.1", true));

        assertThat(installer.texts()).isEmpty();
        assertThat(fib.problems())
                .containsExactly("route 10.9.0.0/16 (instance-65001/tor-switch) is not installed: nothing but a default route "
                        + "leads to its next hop 203.0.113.1; add a route to it");
    }

    @Test
    void aDirectRouteGoesBeforeALearnedOneWhichIsUsedWhereTheNodeIsOnNoLink() {
        FibController fib = start(Direct.MESH, "10.1.0.0/16");
        put(remote("east", "n1", List.of("192.168.10.77"), "10.1.0.0/24"));
        put(remote("east", "n2", List.of("192.168.30.77"), "10.1.1.0/24"));
        put(remote("east", "n3", List.of("192.168.30.78"), "10.1.2.0/24"));

        learn(path("10.1.0.0/24", "192.168.10.200", true), path("10.1.1.0/24", "192.168.10.200", true));

        assertThat(installer.texts()).containsExactly("10.1.0.0/24 via 192.168.10.77", "10.1.1.0/24 via 192.168.10.200");
        assertThat(fib.routes()).extracting(InstalledRouteView::origin).containsExactly("direct", "bgp", "direct");
        assertThat(fib.problems()).singleElement().asString().contains("10.1.2.0/24");
    }

    @Test
    void aLearnedRouteIsUsedWhereTheSystemRefusesTheDirectOneAndStaysSo() {
        FibController fib = start(Direct.MESH, "10.1.0.0/16");
        put(remote("east", "n1", List.of("192.168.10.77"), "10.1.0.0/24"));
        learn(path("10.1.0.0/24", "192.168.10.200", true));

        refuse("10.1.0.0/24", "no way");
        assertThat(installer.texts()).containsExactly("10.1.0.0/24 via 192.168.10.200");
        installer.refuse(Map.of());
        lab.loop.advance(Duration.ofSeconds(30));
        assertThat(installer.texts()).containsExactly("10.1.0.0/24 via 192.168.10.200");

        table.add(way("192.168.40.0/24", null)); // the links are others: it may work by now
        lab.loop.advance(Duration.ofSeconds(5));
        assertThat(installer.texts()).containsExactly("10.1.0.0/24 via 192.168.10.77");
        assertThat(fib.problems()).isEmpty();
    }

    @Test
    void refusalsAreShownAndCounted() {
        FibController fib = start(Direct.MESH);
        for (int i = 0; i < 5; i++) {
            put(remote("east", "n" + i, List.of("192.168.10.7" + i), "10.1." + i + ".0/24"));
        }
        installer.refuse(Map.of(IpPrefix.parse("10.1.0.0/24"), "one", IpPrefix.parse("10.1.1.0/24"), "two", IpPrefix.parse("10.1.2.0/24"),
                "three", IpPrefix.parse("10.1.3.0/24"), "four"));
        lab.loop.runReady();

        assertThat(fib.problems()).containsExactly("route 10.1.0.0/24 (east/n0) is not installed: one",
                "route 10.1.1.0/24 (east/n1) is not installed: two", "route 10.1.2.0/24 (east/n2) is not installed: three",
                "1 more routes are not installed");
        assertThat(fib.collect().stream().filter(metric -> metric.name().equals("roadstead_routes_refused")).findFirst().orElseThrow()
                .samples()).extracting(Metric.Sample::value).containsExactly(4.0);
        assertThat(fib.collect().stream().filter(metric -> metric.name().equals("roadstead_routes_installed")).findFirst().orElseThrow()
                .samples()).extracting(Metric.Sample::value).containsExactly(0.0, 1.0);
    }

    @Test
    void whatAnEarlierRunLeftStaysUntilEverythingIsKnown() {
        lab.apply(RouteLab.node("true"), RouteLab.ADVERTISE_PODS, RouteLab.PEER_CONFIG, RouteLab.CLUSTER_CONFIG);
        FibController fib = new FibController(lab.loop, lab.cluster, lab.controller, this::table,
                new FibSettings(Direct.MESH, List.of(IpPrefix.parse("10.0.0.0/8"))));
        fib.start();
        fib.installerAdded("fake", installer);
        lab.loop.runReady();
        assertThat(installer.complete).isFalse();

        lab.protocol.firstState = SessionState.CONNECT;
        mesh.synced();
        lab.sync();
        fib.meshSettled();
        told();
        assertThat(installer.complete).isFalse();

        lab.tor().state = SessionState.ESTABLISHED;
        lab.protocol.rib.add(path("10.9.0.0/16", "192.168.10.4", true));
        CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
        lab.protocol.ribReady = ready;
        told();
        assertThat(installer.complete).as("what was told has not been read yet").isFalse();

        ready.complete(null);
        lab.loop.runReady();
        assertThat(installer.complete).isTrue();
        assertThat(installer.texts()).containsExactly("10.9.0.0/16 via 192.168.10.4");
    }

    @Test
    void aPeerThatNeverAnswersIsNotWaitedForForEver() {
        lab.protocol.firstState = SessionState.CONNECT;
        FibController fib = start(Direct.MESH, "10.0.0.0/8");
        fib.installerRemoved(installer);
        RecordingInstaller next = new RecordingInstaller();
        fib.installerAdded("fake", next);
        assertThat(next.complete).isFalse();

        lab.loop.advance(Duration.ofSeconds(60));

        assertThat(next.complete).isTrue();
    }

    @Test
    void learnedRoutesOutliveTheUpgradeOfThePeerProtocol() {
        start(Direct.NONE, "10.0.0.0/8");
        learn(path("10.8.0.0/16", "192.168.10.4", true), path("10.9.0.0/16", "192.168.10.4", true));

        lab.controller.protocolRemoved(lab.protocol);
        lab.protocol.rib.clear();
        told();
        assertThat(installer.routes).hasSize(2);

        FakeProtocol next = new FakeProtocol();
        next.firstState = SessionState.CONNECT;
        lab.controller.protocolAdded(next);
        lab.loop.runReady();
        next.rib.add(path("10.8.0.0/16", "192.168.10.5", true));
        listener(next).bestPathsChanged("instance-65001", AfiSafi.IPV4_UNICAST, List.of());
        lab.loop.runReady();
        assertThat(installer.texts()).containsExactly("10.8.0.0/16 via 192.168.10.5", "10.9.0.0/16 via 192.168.10.4");

        lab.loop.advance(Duration.ofSeconds(60));
        assertThat(installer.texts()).containsExactly("10.8.0.0/16 via 192.168.10.5");
    }

    @Test
    void theAgentsOwnEndChangesNoRoute() {
        FibController fib = start(Direct.MESH, "10.0.0.0/8");
        learn(path("10.9.0.0/16", "192.168.10.4", true));
        int before = installer.replacements;

        fib.stop();
        learn();

        assertThat(installer.texts()).containsExactly("10.9.0.0/16 via 192.168.10.4");
        assertThat(installer.replacements).isEqualTo(before);
    }

    @Test
    void changesOfOneTurnAreOneReplacement() {
        start(Direct.MESH);
        int before = installer.replacements;

        for (int i = 0; i < 10; i++) {
            mesh.apply(new ResourceBatch(List.of(remote("east", "n" + i, List.of("192.168.10.7" + i), "10.1." + i + ".0/24")), List.of()));
        }
        lab.loop.runReady();

        assertThat(installer.routes).hasSize(10);
        assertThat(installer.replacements).isEqualTo(before + 1);
    }

    private void put(Resource resource) {
        mesh.apply(new ResourceBatch(List.of(resource), List.of()));
        lab.loop.runReady();
    }

    private static RemoteNode remote(String cluster, String name, List<String> addresses, String... cidrs) {
        return new RemoteNode(ObjectMeta.of("", name), cluster, 2, addresses.stream().map(IpAddress::parse).toList(),
                Stream.of(cidrs).map(IpPrefix::parse).toList());
    }

    private static Node node(String name, String address, String cidr) {
        return new Node(ObjectMeta.of("", name), List.of(new Node.Address(Node.AddressType.INTERNAL_IP, IpAddress.parse(address))),
                List.of(IpPrefix.parse(cidr)), false, List.of());
    }

    private static Route way(String destination, @Nullable String gateway) {
        return new Route(IpPrefix.parse(destination), gateway == null ? null : IpAddress.parse(gateway), "eth1", 0);
    }

    private void learn(RibEntry... entries) {
        lab.protocol.rib.clear();
        lab.protocol.rib.addAll(List.of(entries));
        listener(lab.protocol).bestPathsChanged("instance-65001", AfiSafi.IPV4_UNICAST, List.of());
        lab.loop.runReady();
    }

    private static PeerListener listener(FakeProtocol protocol) {
        return Objects.requireNonNull(protocol.listener);
    }

    private void told() {
        listener(lab.protocol).statusChanged(lab.protocol.opened.getLast().status());
        lab.loop.runReady();
    }

    private void refuse(String prefix, String reason) {
        installer.refuse(Map.of(IpPrefix.parse(prefix), reason));
        lab.loop.runReady();
    }

    private static RibEntry path(String prefix, String nextHop, boolean best) {
        return entry(prefix, nextHop, best, best);
    }

    private static RibEntry multipath(String prefix, String nextHop) {
        return entry(prefix, nextHop, false, true);
    }

    private static RibEntry entry(String prefix, String nextHop, boolean best, boolean multipath) {
        PathAttributes attributes = new PathAttributes(Origin.IGP, AsPath.EMPTY, IpAddress.parse(nextHop), null, null, null, false, null,
                List.of(), List.of(), List.of(), null, List.of(), List.of());
        return new RibEntry(IpPrefix.parse(prefix), new PeerId("instance-65001", "tor-switch"), attributes, Instant.EPOCH, best, multipath,
                "");
    }
}
