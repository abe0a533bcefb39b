package io.roadstead.plugin.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pod.Pod;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.Needs.Scope;
import io.roadstead.testkit.kubernetes.ApiServer;

/** What is read of a server that does nothing wrong. */
final class ReadingTest {
    private static final String PEER_CONFIGS = "ciliumbgppeerconfigs.cilium.io";

    private final ApiServer server = ApiServer.start();

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void whatExistsIsToldBeforeSyncedAndThenWhatChanges() {
        server.objects().apply(Objects.node("a"));
        server.objects().apply(Objects.service("web"));
        try (Rig rig = new Rig(server).synced()) {
            assertThat(rig.sink.objectsWhenSynced()).isEqualTo(2);
            assertThat(rig.source.status().health()).isEqualTo(Health.OK);
            rig.watching(5);

            server.objects().apply(Objects.service("other"));
            server.objects().delete("nodes", "", "a");
            rig.watched("Node", "Service");

            assertThat(rig.sink.names()).containsExactly("other", "web");
            assertThat(rig.figure("lists_total", Service.KIND)).isEqualTo(1);
            rig.equalsAFreshList();
        }
    }

    @Test
    void aChangeThatIsNotReadIsNotTold() {
        server.objects().apply(Objects.node("a"));
        try (Rig rig = new Rig(server).synced()) {
            rig.watching(5);
            rig.sink.takeBatches();

            server.objects().mergeStatus("nodes", "", "a",
                    "status: {conditions: [{type: Ready, status: 'True', lastHeartbeatTime: '2026-01-31T12:00:00Z'}]}");
            server.objects().merge("nodes", "", "a", "metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}'}}");
            rig.watched("Node");

            assertThat(rig.figure("events_total", Node.KIND)).isEqualTo(2);
            assertThat(rig.sink.takeBatches()).isEmpty();
        }
    }

    @Test
    void whatChangesTogetherIsOneBatch() {
        try (Rig rig = new Rig(server).synced()) {
            rig.watching(5);
            rig.sink.takeBatches();

            for (int i = 0; i < 50; i++) {
                server.objects().apply(Objects.service("web", 1 + i));
            }
            rig.watched("Service");

            assertThat(rig.sink.takeBatches()).hasSizeLessThan(50);
            assertThat(rig.sink.objects().values()).singleElement()
                    .isInstanceOfSatisfying(Service.class, service -> assertThat(service.spec().ports().getFirst().port()).isEqualTo(50));
        }
    }

    @Test
    void thousandsOfObjectsComeInPages() {
        for (int i = 0; i < 5000; i++) {
            server.objects().apply(Objects.service("web-" + i).replace("LoadBalancer", "ClusterIP"));
        }

        try (Rig rig = new Rig(server).synced()) {
            assertThat(rig.sink.objectsWhenSynced()).isEqualTo(5000);
            assertThat(
                    server.requests().count(request -> request.path().equals("/api/v1/services") && !request.query().containsKey("watch")))
                    .isEqualTo(10);
            rig.equalsAFreshList();
        }
    }

    @Test
    void onlyThePasswordsOfTheBgpSecretsAreRead() {
        server.objects().apply(Objects.secret("bgp", "pass"));
        server.objects().apply(Objects.secret("bgp", "pass").replace("kube-system", "default"));

        try (Rig rig = new Rig(server).synced()) {
            assertThat(rig.sink.objects()).containsOnlyKeys(new ResourceKey(SecretObject.KIND, "kube-system", "bgp"));
            assertThat(rig.sink.objects().values()).singleElement()
                    .isInstanceOfSatisfying(SecretObject.class,
                            secret -> assertThat(secret.data()).containsOnly(Map.entry("password", Secret.of("pass"))));
        }
    }

    @Test
    void whatIsNeededDecidesWhichNodesAndPodsAreRead() {
        server.objects().apply(Objects.node("node-1"));
        server.objects().apply(Objects.node("node-2"));
        server.objects().apply(Objects.pod("own", "node-1"));
        server.objects().apply(Objects.pod("other", "node-2"));
        try (Rig rig = new Rig(server)) {
            rig.source.need(Needs.OWN_NODE);
            rig.synced();
            assertThat(rig.sink.names()).containsExactly("node-1");

            rig.source.need(new Needs(Scope.ALL, Scope.OWN_NODE, false));
            rig.until(() -> assertThat(rig.sink.names()).containsExactly("node-1", "node-2", "own"));
            rig.source.need(Needs.EVERYTHING);
            rig.until(() -> assertThat(rig.sink.names()).containsExactly("node-1", "node-2", "other", "own"));
            rig.source.need(Needs.OWN_NODE);
            rig.until(() -> assertThat(rig.sink.names()).containsExactly("node-1"));

            assertThat(rig.sink.objects().keySet()).noneMatch(key -> key.kind().equals(Pod.KIND));
            rig.watching(4);
            server.objects().apply(Objects.node("node-2", "9"));
            server.objects().apply(Objects.node("node-1", "9"));
            rig.watched("Node");
            assertThat(rig.sink.objects().values()).singleElement()
                    .satisfies(node -> assertThat(node.meta().labels()).containsEntry("zone", "9"));
        }
    }

    @Test
    void kindsThatAreNotServedAreNamedAndReadWhenTheyAppearAndGoWhenTheyGo() {
        try (Rig rig = new Rig(server).synced()) {
            assertThat(rig.source.status().summary()).contains("not served: CiliumNode, ").contains("CiliumBGPPeerConfig");
            assertThat(rig.problems()).isEmpty();

            server.objects().apply(Objects.definition("CiliumBGPPeerConfig", "ciliumbgppeerconfigs", "v2"));
            server.objects().apply(Objects.peerConfig("tor", "v2", "{}"));
            rig.passUntil(Duration.ofSeconds(1), () -> assertThat(rig.sink.names()).containsExactly("tor"));
            assertThat(rig.source.status().summary()).doesNotContain("CiliumBGPPeerConfig");

            server.objects().delete("customresourcedefinitions.apiextensions.k8s.io", "", PEER_CONFIGS);
            rig.passUntil(Duration.ofSeconds(1), () -> assertThat(rig.sink.names()).isEmpty());
            rig.passUntil(Duration.ofSeconds(1), () -> assertThat(rig.source.status().summary()).contains("CiliumBGPPeerConfig"));
        }
    }

    @Test
    void theOlderVersionIsReadUntilTheNewerIsServed() {
        server.objects().apply(Objects.definition("CiliumBGPPeerConfig", "ciliumbgppeerconfigs", "v2alpha1"));
        server.objects().apply(Objects.peerConfig("tor", "v2alpha1", "{}"));
        try (Rig rig = new Rig(server).synced()) {
            assertThat(rig.sink.names()).containsExactly("tor");
            rig.sink.takeBatches();

            server.objects().apply(Objects.definition("CiliumBGPPeerConfig", "ciliumbgppeerconfigs", "v2", "v2alpha1"));
            rig.passUntil(Duration.ofSeconds(1),
                    () -> assertThat(
                            server.requests().matching(request -> request.path().equals("/apis/cilium.io/v2/ciliumbgppeerconfigs")))
                            .isNotEmpty());
            rig.passUntil(Duration.ofSeconds(1), () -> assertThat(rig.figure("lists_total", "CiliumBGPPeerConfig")).isEqualTo(2));

            assertThat(rig.sink.names()).containsExactly("tor");
            assertThat(rig.sink.takeBatches()).isEmpty();
        }
    }

    @Test
    void whatIsRefusedKeepsItsLastGoodContentAndIsNamed() {
        server.objects().apply(Objects.definition("CiliumBGPPeerConfig", "ciliumbgppeerconfigs", "v2"));
        server.objects().apply(Objects.peerConfig("tor", "v2", "{ebgpMultihop: 3}"));
        server.objects().apply(Objects.peerConfig("never", "v2", "{ebgpMultihop: text}"));
        try (Rig rig = new Rig(server).synced()) {
            var good = rig.sink.objects();
            assertThat(good.keySet()).extracting(ResourceKey::name).containsExactly("tor");
            rig.watching(6);

            server.objects().apply(Objects.peerConfig("tor", "v2", "{ebgpMultihops: 4}"));
            rig.watched("CiliumBGPPeerConfig");

            assertThat(rig.sink.objects()).isEqualTo(good);
            assertThat(rig.problems()).hasSize(2)
                    .anySatisfy(problem -> assertThat(problem).startsWith("CiliumBGPPeerConfig tor spec.").endsWith("(kept)"))
                    .anySatisfy(problem -> assertThat(problem).startsWith("CiliumBGPPeerConfig never spec.ebgpMultihop")
                            .doesNotContain("kept"));
            assertThat(rig.source.status().health()).isEqualTo(Health.DEGRADED);

            server.objects().apply(Objects.peerConfig("tor", "v2", "{ebgpMultihop: 5}"));
            server.objects().delete(PEER_CONFIGS, "", "never");
            rig.watched("CiliumBGPPeerConfig");
            assertThat(rig.problems()).isEmpty();
            rig.equalsAFreshList();
        }
    }

    @Test
    void policiesOfTheFirstControlPlaneAreCounted() {
        server.objects().apply(Objects.definition("CiliumBGPPeeringPolicy", "ciliumbgppeeringpolicies", "v2alpha1"));
        server.objects().apply("{apiVersion: cilium.io/v2alpha1, kind: CiliumBGPPeeringPolicy, metadata: {name: old}, spec: {}}");

        try (Rig rig = new Rig(server).synced()) {
            assertThat(rig.sink.ignored()).containsExactly(Map.entry("CiliumBGPPeeringPolicy", 1));

            rig.watching(6);
            server.objects().delete("ciliumbgppeeringpolicies.cilium.io", "", "old");
            rig.watched("CiliumBGPPeeringPolicy");
            assertThat(rig.sink.ignored()).isEmpty();
        }
    }

    @Test
    void aQuietClusterIsAskedForNothing() {
        try (Rig rig = new Rig(server).synced()) {
            rig.watching(5);
            server.requests().clear();

            for (int i = 0; i < 6; i++) { // with the signs of life of a server
                rig.pass(Duration.ofSeconds(10));
                rig.watched("Node", "Service", "EndpointSlice", "Secret", "Pod");
            }

            assertThat(server.requests().matching(request -> !request.path().startsWith("/apis/cilium.io/"))).isEmpty();
            assertThat(server.requests().matching(request -> request.path().startsWith("/apis/cilium.io/"))).hasSizeLessThanOrEqualTo(4);
        }
    }
}
