package io.roadstead.kernel.status;

import static io.roadstead.kernel.route.RouteLab.CLUSTER_CONFIG;
import static io.roadstead.kernel.route.RouteLab.PEER_CONFIG;
import static io.roadstead.kernel.route.RouteLab.service;
import static io.roadstead.kernel.route.RouteLab.slice;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.kernel.loop.SteadyTime;
import io.roadstead.kernel.maintenance.MaintenanceSettings;
import io.roadstead.kernel.maintenance.MaintenanceSettings.PodCidr;
import io.roadstead.kernel.route.RouteLab;

class AnnouncementReporterTest {

    private static final MaintenanceSettings MAINTENANCE =
            new MaintenanceSettings(Set.of("roadstead.io/drain"), List.of(), false, Duration.ofSeconds(30), Set.of(), PodCidr.UNTIL_EMPTY);

    private final RouteLab lab = new RouteLab();
    private final AnnouncementReporter reporter =
            new AnnouncementReporter(lab.loop, new SteadyTime(() -> Duration.between(Instant.EPOCH, lab.loop.clock().instant()).toNanos()),
                    lab.cluster, lab.controller, MAINTENANCE);
    private final List<StatusUpdate.ServiceAnnouncement> written = new ArrayList<>();
    private final List<Consumer<Boolean>> candidates = new ArrayList<>();
    private boolean stores = true;

    AnnouncementReporterTest() {
        reporter.start();
        lab.apply(RouteLab.ADVERTISE_SERVICES, PEER_CONFIG, CLUSTER_CONFIG);
    }

    @Test
    void aServiceSaysFromWhereItIsAnnouncedToWhomAndWhyNotFromElsewhere() {
        nodes(3);
        lab.apply(node("other", Map.of("enable-bgp", "false")), node("n4", Map.of("enable-bgp", "true", "draining", "")),
                session("n4", SessionState.ESTABLISHED, true));
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Cluster"));
        lead();
        pass(5);

        assertThat(last("webpod")).isEqualTo(new Condition("roadstead.io/Announced", Condition.Status.TRUE, "Announced",
                "172.16.1.1/32 from 3 of 5 nodes to instance-65001/tor-switch; 3 of 3 sessions established; not from 1 node: draining (n4); "
                        + "not from 1 node: no BGP cluster configuration selects this node: CiliumBGPClusterConfig cilium-bgp wants "
                        + "enable-bgp=true (other)"));
        assertThat(written).hasSize(1);
    }

    @Test
    void policyLocalIsAnnouncedFromTheNodesWithEndpoints() {
        nodes(4);
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Local"), slice("webpod", "n1", "n3"));
        lead();
        pass(5);

        assertThat(last("webpod").message()).isEqualTo("172.16.1.1/32 from 2 of 4 nodes to instance-65001/tor-switch; 2 of 2 sessions "
                + "established; not from 2 nodes: traffic policy Local, and this node has no ready endpoint (such as n2)");

        lab.apply(session("n3", SessionState.ACTIVE, false));
        pass(60);
        assertThat(last("webpod").message()).contains("1 of 2 sessions established");

        lab.apply(slice("webpod"));
        pass(60);
        assertThat(last("webpod").status()).isEqualTo(Condition.Status.FALSE);
        assertThat(last("webpod").reason()).isEqualTo("NoLocalReadyEndpoint");
    }

    @Test
    void whatIsNotAnnouncedSaysWhy() {
        nodes(2);
        lab.apply(service("other", "other", "172.16.1.2", "Cluster"), service("waits", "webpod", "", "Cluster"),
                service("foreign", "other", "172.16.1.3", "Cluster") + "spec.loadBalancerClass = example.com/other\n",
                "apiVersion = v1, kind = Service, metadata.name = inside, spec { clusterIP = 10.96.0.9, ports = [{ port = 80 }] }");
        lead();
        pass(5);

        assertThat(last("other").reason()).isEqualTo("SelectorMismatch");
        assertThat(last("other").message())
                .startsWith("not from 2 nodes: the advertisement's selector does not match the labels: app in (webpod)");
        assertThat(last("waits").reason()).isEqualTo("NoAddress");
        assertThat(written).extracting(update -> update.key().name()).containsExactlyInAnyOrder("other", "waits");

        lab.delete("CiliumBGPClusterConfig", "", "cilium-bgp");
        pass(60);
        assertThat(written.subList(2, 4)).allSatisfy(update -> assertThat(update.condition()).isNull());
    }

    @Test
    void whetherSessionsAreThereDecidesAboutTheStatus() {
        nodes(2);
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Cluster"));
        lead();
        lab.apply(session("n1", SessionState.IDLE, false), session("n2", SessionState.CONNECT, false));
        pass(5);
        assertThat(last("webpod").status()).isEqualTo(Condition.Status.FALSE);
        assertThat(last("webpod").reason()).isEqualTo("NoSessionEstablished");

        lab.delete("CiliumBGPNodeConfig", "", "n1");
        lab.delete("CiliumBGPNodeConfig", "", "n2");
        pass(100);
        assertThat(last("webpod").status()).isEqualTo(Condition.Status.UNKNOWN);
        assertThat(last("webpod").reason()).isEqualTo("SessionsUnknown");

        lab.apply(session("n2", SessionState.ESTABLISHED, false));
        pass(100);
        assertThat(last("webpod").status()).isEqualTo(Condition.Status.TRUE);
        assertThat(last("webpod").message()).contains("1 of 2 sessions established, unknown of 1");
    }

    @Test
    void nothingIsWrittenWhileNothingChangesNorByALeaderThatFindsItWritten() {
        nodes(3);
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Cluster"));
        Registration serving = lead();
        pass(5);
        assertThat(written).hasSize(1);
        pass(3600);
        assertThat(written).hasSize(1);

        serving.close();
        lab.apply(service("second", "webpod", "172.16.1.2", "Cluster"));
        pass(3600);
        assertThat(written).hasSize(1);
        lead();
        pass(60);
        assertThat(written).extracting(update -> update.key().name()).containsExactly("webpod", "second");
    }

    @Test
    void whoDoesNotLeadWritesNothing() {
        nodes(1);
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Cluster"));
        contend();
        pass(60);
        assertThat(written).isEmpty();

        candidates.getFirst().accept(true);
        candidates.getFirst().accept(false);
        pass(60);
        assertThat(written).isEmpty();
    }

    @Test
    void aServiceIsWrittenSoonAtFirstAndEveryHalfMinuteAtMost() {
        nodes(2);
        lead();
        pass(60);
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Local"));
        pass(2);
        assertThat(written).hasSize(1);

        for (int i = 0; i < 30; i++) {
            lab.apply(i % 2 == 0 ? slice("webpod", "n1") : slice("webpod"));
            pass(1);
        }
        lab.apply(slice("webpod", "n1", "n2"));
        pass(60);
        assertThat(written.size()).isBetween(2, 4);
        assertThat(last("webpod").message()).contains("from all 2 nodes");
    }

    @Test
    void aSingleNodeOfManyIsNoMatterOfEachService() {
        nodes(1000);
        lab.apply(IntStream.range(0, 50).mapToObj(i -> decode(service("s" + i, "webpod", "172.16.1." + i, "Cluster")))
                .toArray(Resource[]::new));
        lead();
        pass(120);
        assertThat(written).hasSize(50);
        assertThat(last("s7").message())
                .isEqualTo("172.16.1.7/32 from about 1000 nodes to instance-65001/tor-switch; at least 95% of sessions established");

        lab.apply(session("n17", SessionState.ACTIVE, false), node("n1001", Map.of("enable-bgp", "true")));
        lab.delete("Node", "", "n3");
        lab.apply(node("n5", Map.of("enable-bgp", "true", "draining", "")), session("n5", SessionState.ESTABLISHED, true));
        pass(1800);
        assertThat(written).hasSize(50);

        IntStream.rangeClosed(1, 600).forEach(i -> lab.apply(session("n" + i, SessionState.ACTIVE, false)));
        pass(600);
        assertThat(written).hasSize(100);
        assertThat(last("s7").message()).contains("about 40% of sessions established");
    }

    @Test
    void writesAreSpreadSoThatWatchersAreNotFlooded() {
        nodes(1000);
        lab.apply(IntStream.range(0, 200).mapToObj(i -> decode(service("s" + i, "webpod", "172.16.1." + i, "Cluster")))
                .toArray(Resource[]::new));
        lead();
        pass(10);
        written.clear();
        pass(5);

        assertThat(written).as("1000 watchers and 10,000 changes a second").hasSizeBetween(45, 51);
    }

    @Test
    void anAdvertiserIsAskedOncePerClassOfNodesAndNotForTheNodesOfOthersUnlessItSaysSo() {
        nodes(500);
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Cluster"));
        lab.services.excluding = "excluded";
        lead();
        pass(10);
        lab.services.decided.clear();
        lab.apply(service("webpod", "webpod", "172.16.1.9", "Cluster"));
        pass(60);
        assertThat(lab.services.decided).as("this node's own, and one for all").hasSizeLessThan(5);

        lab.apply(IntStream.rangeClosed(1, 100).mapToObj(i -> node("n" + i, Map.of("enable-bgp", "true", "excluded", "")))
                .toArray(Resource[]::new));
        pass(60);
        assertThat(last("webpod").message()).containsPattern("from about 4[01]\\d of about 5[01]0 nodes")
                .containsPattern(
                        "not from about (9\\d|100) nodes: the node is labelled to be excluded from external load balancers \\(such as n1\\)");

        lab.services.anyNode = false;
        lab.apply(service("webpod", "webpod", "172.16.1.10", "Cluster"));
        pass(60);
        assertThat(last("webpod").status()).isEqualTo(Condition.Status.UNKNOWN);
        assertThat(last("webpod").reason()).isEqualTo("DecidedOnNodes");
    }

    @Test
    void anAdvertiserThatFailsIsNamedAndHarmsNoOther() {
        nodes(2);
        lab.apply(service("webpod", "webpod", "172.16.1.1", "Cluster"), service("victim", "webpod", "172.16.1.2", "Cluster"));
        lab.services.failing.add(new ResourceKey(Service.KIND, "default", "victim"));
        lead();
        pass(5);

        assertThat(last("webpod").status()).isEqualTo(Condition.Status.TRUE);
        assertThat(last("victim").reason()).isEqualTo("AdvertiserFailed");
    }

    private void nodes(int count) {
        lab.apply(IntStream.rangeClosed(1, count)
                .mapToObj(i -> List.<Resource>of(node("n" + i, Map.of("enable-bgp", "true")),
                        session("n" + i, SessionState.ESTABLISHED, false)))
                .flatMap(List::stream).toArray(Resource[]::new));
        lab.sync();
    }

    private static Node node(String name, Map<String, String> labels) {
        return new Node(ObjectMeta.of("", name).withLabels(labels), List.of(), List.of(), false,
                labels.containsKey("draining") ? List.of(new Node.Taint("roadstead.io/drain", "", "NoSchedule")) : List.of());
    }

    private static BgpNodeConfig session(String node, SessionState state, boolean draining) {
        return new BgpNodeConfig(ObjectMeta.of("", node), List.of(new BgpNodeConfig.Session("instance-65001", "tor-switch", state)),
                draining);
    }

    private static Resource decode(String document) {
        return RouteLab.decode(document);
    }

    private Registration contend() {
        candidates.clear();
        Registration serving = reporter.serve(this::write, (role, leads) -> {
            assertThat(role).isEqualTo(AnnouncementReporter.ROLE);
            candidates.add(leads);
            return () -> leads.accept(false);
        });
        lab.loop.runReady();
        return serving;
    }

    private Registration lead() {
        Registration serving = contend();
        candidates.getFirst().accept(true);
        return serving;
    }

    /** As an API server does: what was written is in the object. */
    private void write(List<StatusUpdate> updates) {
        for (StatusUpdate update : updates) {
            StatusUpdate.ServiceAnnouncement announcement = (StatusUpdate.ServiceAnnouncement) update;
            written.add(announcement);
            if (stores) {
                Service before = lab.cluster.view().get(Service.class, update.key().namespace(), update.key().name()).orElseThrow();
                List<Condition> conditions = announcement.condition() == null ? List.of() : List.of(announcement.condition());
                lab.sink.apply(new io.roadstead.api.source.ResourceBatch(List.of(new Service(before.meta(), before.spec(),
                        new Service.Status(before.status().loadBalancerIngress(), conditions))), List.of()));
            }
        }
    }

    private void pass(int seconds) {
        lab.loop.advance(Duration.ofSeconds(seconds));
    }

    private Condition last(String service) {
        return Objects.requireNonNull(written.stream().filter(update -> update.key().name().equals(service)).reduce((one, other) -> other)
                .orElseThrow(() -> new AssertionError("nothing written of " + service + " but " + Arrays.toString(written.toArray())))
                .condition());
    }
}
