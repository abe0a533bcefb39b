package io.roadstead.plugin.kubernetes.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.plugin.kubernetes.call.CallsFixture;

class NodeStatusTest {

    private static final String CONFIGS = "ciliumbgpnodeconfigs.cilium.io";
    private static final String OBJECT = "/apis/cilium.io/v2/ciliumbgpnodeconfigs/k8s-w1";
    private static final ResourceKey KEY = new ResourceKey(BgpNodeConfig.KIND, "", SinkRig.NODE);
    private static final Condition FINE = new Condition("cilium.io/BGPReconcileError", Condition.Status.FALSE, "BGPReconcileError", "");
    private static final Instant SINCE = Instant.parse("2025-12-31T23:00:00.5Z");

    private final SinkRig rig = new SinkRig();

    @BeforeEach
    void node() {
        rig.apply("{apiVersion: v1, kind: Node, metadata: {name: k8s-w1}}");
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void theObjectIsMadeForTheNodeAndHoldsTheSessions() {
        rig.write(established(3));

        assertThat(rig.sent()).containsExactly("get " + OBJECT, "get /api/v1/nodes/k8s-w1",
                "create /apis/cilium.io/v2/ciliumbgpnodeconfigs",
                "patch " + OBJECT + "/status");
        JsonNode owner = object().path("metadata").path("ownerReferences").path(0);
        assertThat(owner.path("kind").asText()).isEqualTo("Node");
        assertThat(owner.path("uid").asText())
                .isEqualTo(rig.server().objects().get("nodes", "", "k8s-w1").path("metadata").path("uid").asText()).isNotEmpty();
        assertThat(object().path("spec").toString()).isEqualTo(
                "{\"bgpInstances\":[{\"name\":\"instance-65001\",\"localASN\":65001,\"peers\":[{\"name\":\"tor\",\"peerAddress\":\"192.0.2.1\",\"peerASN\":65000}]}]}");
        JsonNode peer = object().path("status").path("bgpInstances").path(0).path("peers").path(0);
        assertThat(peer.path("peeringState").asText()).isEqualTo("established");
        assertThat(peer.path("establishedTime").asText()).isEqualTo("2025-12-31T23:00:00Z");
        assertThat(peer.path("timers").path("appliedHoldTimeSeconds").asInt()).isEqualTo(9);
        assertThat(peer.path("routeCount").toString())
                .isEqualTo("[{\"afi\":\"ipv4\",\"safi\":\"unicast\",\"received\":1,\"advertised\":3}]");
        assertThat(object().path("status").path("conditions").path(0).path("type").asText()).isEqualTo("cilium.io/BGPReconcileError");
    }

    @Test
    void onlyTheStatusIsWrittenWhenTheSessionsChange() {
        rig.write(established(3));
        rig.api.clear();

        rig.write(established(4));
        rig.write(down());

        assertThat(rig.sent()).containsExactly("patch " + OBJECT + "/status", "patch " + OBJECT + "/status");
        JsonNode peer = object().path("status").path("bgpInstances").path(0).path("peers").path(0);
        assertThat(peer.path("peeringState").asText()).isEqualTo("active");
        assertThat(peer.has("establishedTime")).isFalse();
        assertThat(peer.has("timers")).isFalse();
        assertThat(object().path("spec").path("bgpInstances").path(0).path("peers").path(0).path("peerASN").asLong())
                .as("an AS that was learned stays").isEqualTo(65000);
    }

    @Test
    void numbersOfRoutesAreWrittenSeldomWhileTheyKeepChanging() {
        rig.write(established(0));
        rig.api.clear();

        for (int second = 0; second < 600; second += 5) {
            rig.write(established(1 + second));
            rig.time.advance(Duration.ofSeconds(5));
        }
        assertThat(rig.sent()).as("three at once, one a minute").hasSizeBetween(12, 13);
        rig.write(down());
        assertThat(peer().path("peeringState").asText()).as("at once").isEqualTo("active");
        rig.write(established(7));
        assertThat(peer().path("peeringState").asText()).as("at once").isEqualTo("established");
        rig.write(established(8));
        rig.time.advance(Duration.ofMinutes(1));
        assertThat(peer().path("routeCount").path(0).path("advertised").asInt()).as("the newest at last").isEqualTo(8);
    }

    @Test
    void aProblemIsNewsBesideNumbers() {
        for (int count = 0; count < 10; count++) {
            rig.write(established(count));
        }
        StatusUpdate.BgpNodeStatus status = (StatusUpdate.BgpNodeStatus) established(9);

        rig.write(new StatusUpdate.BgpNodeStatus(KEY, status.instances(),
                List.of(new Condition("cilium.io/BGPReconcileError", Condition.Status.TRUE, "BGPReconcileError", "no router ID"))));

        assertThat(object().path("status").path("conditions").path(0).path("message").asText()).isEqualTo("no router ID");
    }

    private JsonNode peer() {
        return object().path("status").path("bgpInstances").path(0).path("peers").path(0);
    }

    @Test
    void aRestartWritesNothing() {
        rig.write(established(3));
        rig.restart();
        rig.see(CONFIGS, "", "k8s-w1");
        rig.api.clear();

        rig.write(established(3));
        rig.time.advance(Duration.ofMinutes(10));

        assertThat(rig.sent()).isEmpty();
    }

    @Test
    void theSpecFollowsTheInstances() {
        rig.write(established(3));
        rig.api.clear();

        rig.write(status(new StatusUpdate.InstanceStatus("other", new AsNumber(65002), List.of(peer(SessionState.ACTIVE, 65000, 0)))));

        assertThat(rig.sent()).containsExactly("patch " + OBJECT, "patch " + OBJECT + "/status");
        assertThat(object().path("spec").path("bgpInstances").path(0).path("name").asText()).isEqualTo("other");
        assertThat(object().path("status").path("bgpInstances")).hasSize(1);
    }

    @Test
    void anObjectOfCiliumsOperatorKeepsItsSpec() {
        rig.apply("""
                {apiVersion: cilium.io/v2, kind: CiliumBGPNodeConfig, metadata: {name: k8s-w1}, spec: {bgpInstances: [
                  {name: instance-65001, localASN: 65001, localPort: 179, peers: [{name: tor, peerAddress: 192.0.2.1, peerConfigRef: {name: p}}]}]}}
                """);
        String spec = object().path("spec").toString();

        rig.write(established(3));

        assertThat(object().path("spec")).hasToString(spec);
        assertThat(object().path("status").path("bgpInstances")).hasSize(1);
        assertThat(rig.sent()).containsExactly("get " + OBJECT, "patch " + OBJECT + "/status");
    }

    @Test
    void switchedOffItIsClearedAndOtherwiseNotMade() {
        StatusUpdate none = new StatusUpdate.BgpNodeStatus(KEY, List.of(), List.of());
        rig.write(none);
        assertThat(rig.sent()).containsExactly("get " + OBJECT);
        assertThat(rig.server().objects().find(CONFIGS, "", "k8s-w1")).isEmpty();
        rig.write(established(3));

        rig.write(none);

        assertThat(object().path("status").isEmpty()).isTrue();
        assertThat(object().path("spec").path("bgpInstances")).hasSize(1);
    }

    @Test
    void aDeletedObjectIsMadeAnewUnlessTheNodeIsGone() {
        rig.write(established(3));
        rig.server().objects().delete(CONFIGS, "", "k8s-w1");
        rig.sink.gone(KEY);
        rig.time.advance(Duration.ofSeconds(10));
        assertThat(object().path("status").path("bgpInstances")).hasSize(1);

        rig.server().objects().delete(CONFIGS, "", "k8s-w1");
        rig.server().objects().delete("nodes", "", "k8s-w1");
        rig.sink.gone(KEY);
        rig.time.advance(Duration.ofMinutes(1));

        assertThat(rig.server().objects().find(CONFIGS, "", "k8s-w1")).isEmpty();
        assertThat(rig.sink.problems()).hasSize(1).first().extracting(SourceProblem::remedy).asString().contains("roadstead.node.name");
    }

    @Test
    void anObjectThatVanishesBetweenDecisionAndArrivalIsMadeAnew() {
        rig.write(established(3));
        rig.api.beforeNext(() -> rig.server().objects().delete(CONFIGS, "", "k8s-w1"));

        rig.write(established(4));

        assertThat(object().path("status").path("bgpInstances").path(0).path("peers").path(0).path("routeCount").path(0).path("advertised")
                .asInt())
                .isEqualTo(4);
    }

    @Test
    void anotherMakerOfTheObjectIsNoProblem() {
        rig.api.beforeNext(() -> rig.api.beforeNext(() -> rig.api.beforeNext(() -> rig.apply("""
                {apiVersion: cilium.io/v2, kind: CiliumBGPNodeConfig, metadata: {name: k8s-w1}, spec: {bgpInstances: [{name: theirs}]}}
                """))));

        rig.write(established(3));

        assertThat(object().path("spec").path("bgpInstances").path(0).path("name").asText()).isEqualTo("theirs");
        assertThat(object().path("status").path("bgpInstances").path(0).path("name").asText()).isEqualTo("instance-65001");
    }

    @Test
    void aServerWithoutTheKindIsNamed() {
        try (SinkRig bare = new SinkRig(new CallsFixture())) {
            bare.apply("{apiVersion: v1, kind: Node, metadata: {name: k8s-w1}}");

            bare.write(established(3));
            bare.time.advance(Duration.ofHours(1));

            assertThat(bare.sink.problems()).hasSize(1).first().extracting(SourceProblem::remedy)
                    .isEqualTo("apply the CustomResourceDefinition of CiliumBGPNodeConfig");
            assertThat(bare.sent()).hasSizeLessThan(60);
            bare.api.withDefinitions();
            bare.time.advance(Duration.ofMinutes(5));
            assertThat(bare.sink.problems()).isEmpty();
        }
    }

    @Test
    void everyNodeWritesWhetherItLeadsOrNot() {
        rig.fence.term = 0;

        rig.write(established(3));

        assertThat(object().path("status").path("bgpInstances")).hasSize(1);
    }

    private JsonNode object() {
        return rig.server().objects().get(CONFIGS, "", "k8s-w1");
    }

    private static StatusUpdate established(int advertised) {
        return status(new StatusUpdate.InstanceStatus("instance-65001", new AsNumber(65001),
                List.of(peer(SessionState.ESTABLISHED, 65000, advertised))));
    }

    private static StatusUpdate down() {
        return status(new StatusUpdate.InstanceStatus("instance-65001", new AsNumber(65001), List.of(peer(SessionState.ACTIVE, 0, 0))));
    }

    private static StatusUpdate.PeerStatus peer(SessionState state, long asn, int advertised) {
        boolean up = state == SessionState.ESTABLISHED;
        return new StatusUpdate.PeerStatus("tor", IpAddress.parse("192.0.2.1"), new AsNumber(asn), state, ifUp(up, SINCE),
                ifUp(up, Duration.ofSeconds(9)), ifUp(up, Duration.ofSeconds(3)),
                Map.of(AfiSafi.IPV4_UNICAST, new StatusUpdate.RouteCount(up ? 1 : 0, advertised)));
    }

    private static <T> @Nullable T ifUp(boolean up, T value) {
        return up ? value : null;
    }

    private static StatusUpdate status(StatusUpdate.InstanceStatus instance) {
        return new StatusUpdate.BgpNodeStatus(KEY, List.of(instance), List.of(FINE));
    }
}
