package io.roadstead.kernel.status;

import static io.roadstead.kernel.route.RouteLab.CLUSTER_CONFIG;
import static io.roadstead.kernel.route.RouteLab.PEER_CONFIG;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteReason;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.kernel.route.BgpSettings;
import io.roadstead.kernel.route.FakeSession;
import io.roadstead.kernel.route.Restraint;
import io.roadstead.kernel.route.RouteLab;

class BgpStatusReporterTest {

    private static final BgpSettings SETTINGS = new BgpSettings(null, "kube-system");

    private final RouteLab lab = RouteLab.synced();
    private final List<StatusUpdate> written = new ArrayList<>();
    private final List<Consumer<Boolean>> candidates = new ArrayList<>();
    private final BgpStatusReporter reporter =
            new BgpStatusReporter(lab.loop, new Random(1), lab.cluster, lab.controller, "k8s-w1", SETTINGS, true);

    BgpStatusReporterTest() {
        reporter.start();
    }

    @Test
    void theNodesStatusHasWhatStepB8Wants() {
        serve();

        assertThat(nodeStatuses()).singleElement().satisfies(status -> {
            assertThat(status.key()).hasToString("CiliumBGPNodeConfig k8s-w1");
            assertThat(status.instances()).containsExactly(new StatusUpdate.InstanceStatus("instance-65001", new AsNumber(65001),
                    List.of(new StatusUpdate.PeerStatus("tor-switch", IpAddress.parse("192.168.10.200"), new AsNumber(65000),
                            SessionState.ESTABLISHED, FakeSession.ESTABLISHED, Duration.ofSeconds(9), Duration.ofSeconds(3),
                            Map.of(AfiSafi.IPV4_UNICAST, new StatusUpdate.RouteCount(4, 1))))));
            assertThat(status.conditions()).extracting(Condition::status).containsExactly(Condition.Status.FALSE);
        });
    }

    @Test
    void itIsWrittenOnlyOnChangeAndAtMostEveryFiveSeconds() {
        serve();
        written.clear();

        flap(SessionState.ACTIVE);
        flap(SessionState.CONNECT);
        assertThat(written).isEmpty();
        lab.loop.advance(Duration.ofSeconds(4));
        assertThat(written).isEmpty();
        lab.loop.advance(Duration.ofSeconds(2));
        assertThat(nodeStatuses()).singleElement()
                .satisfies(status -> assertThat(status.instances().getFirst().peers().getFirst().state()).isEqualTo(SessionState.CONNECT));

        written.clear();
        flap(SessionState.CONNECT);
        lab.loop.advance(Duration.ofMinutes(1));
        assertThat(written).isEmpty();
    }

    @Test
    void aMaintenanceIsAConditionThatGoesWithIt() {
        serve();
        written.clear();

        restrain(new Restraint(new Reason(RouteReason.NODE_DRAINED, "cordon"), false, Set.of()));
        restrain(new Restraint(new Reason(RouteReason.NODE_DRAINED, "cordon"), true, Set.of()));
        restrain(Restraint.NONE);

        assertThat(nodeStatuses())
                .extracting(status -> status.conditions().stream().filter(each -> each.type().equals("roadstead.io/Draining"))
                        .map(each -> each.status() + " " + each.reason() + " " + each.message()).toList())
                .containsExactly(List.of("TRUE ShuttingDown cordon"), List.of("TRUE Drained cordon"), List.of());
    }

    private void restrain(Restraint restraint) {
        lab.controller.restrain(restraint);
        lab.loop.advance(Duration.ofMinutes(1));
    }

    @Test
    void switchedOffItIsClearedOnceAndSwitchedOnItIsBack() {
        serve();
        lab.loop.advance(Duration.ofMinutes(1));
        written.clear();

        reporter.reconfigure(SETTINGS, false);
        lab.loop.advance(Duration.ofMinutes(1));
        flap(SessionState.ACTIVE);
        lab.loop.advance(Duration.ofMinutes(1));
        assertThat(nodeStatuses()).singleElement().satisfies(status -> {
            assertThat(status.instances()).isEmpty();
            assertThat(status.conditions()).isEmpty();
        });

        reporter.reconfigure(SETTINGS, true);
        lab.loop.advance(Duration.ofMinutes(1));
        assertThat(nodeStatuses().getLast().instances()).hasSize(1);
    }

    @Test
    void onlyTheLeaderWritesConditionsAndOnlyChangedOnes() {
        Registration serving = serve();
        assertThat(trueConditions()).isEmpty();
        assertThat(written).noneMatch(StatusUpdate.Conditions.class::isInstance);

        lead(true);
        assertThat(written.stream().filter(StatusUpdate.Conditions.class::isInstance)).hasSize(2);
        assertThat(trueConditions()).isEmpty();

        written.clear();
        lab.delete("CiliumBGPPeerConfig", "", "cilium-peer");
        assertThat(trueConditions())
                .containsExactly("CiliumBGPClusterConfig cilium-bgp MissingPeerConfigs missing CiliumBGPPeerConfig: cilium-peer");
        lab.apply(PEER_CONFIG.replace("ebgpMultihop = 2", "authSecretRef = bgp-auth"));
        assertThat(trueConditions()).contains("CiliumBGPPeerConfig cilium-peer MissingAuthSecret "
                + "Secret kube-system/bgp-auth does not exist or has no key 'password'");

        written.clear();
        lab.apply(CLUSTER_CONFIG.replace("name = cilium-bgp", "name = second"), CLUSTER_CONFIG.replace("name = cilium-bgp", "name = third")
                .replace("enable-bgp", "nobody"));
        assertThat(trueConditions()).containsExactly(
                "CiliumBGPClusterConfig second ConflictingClusterConfigs nodes that this selects are owned by: cilium-bgp",
                "CiliumBGPClusterConfig third NoMatchingNode no node matches nobody=true");

        written.clear();
        lead(false);
        lab.delete("CiliumBGPClusterConfig", "", "second");
        lab.apply(RouteLab.node("false"));
        assertThat(trueConditions()).isEmpty();
        serving.close();
    }

    private Registration serve() {
        Registration serving = reporter.serve(written::addAll, (role, leads) -> {
            assertThat(role).isEqualTo(BgpStatusReporter.ROLE);
            candidates.add(leads);
            return () -> candidates.remove(leads);
        });
        lab.loop.runReady();
        return serving;
    }

    private void lead(boolean leads) {
        candidates.forEach(candidate -> candidate.accept(leads));
        lab.loop.runReady();
    }

    private void flap(SessionState state) {
        lab.tor().state = state;
        Objects.requireNonNull(lab.protocol.listener).statusChanged(lab.tor().status());
        lab.loop.runReady();
    }

    private List<StatusUpdate.BgpNodeStatus> nodeStatuses() {
        return written.stream().filter(StatusUpdate.BgpNodeStatus.class::isInstance).map(StatusUpdate.BgpNodeStatus.class::cast).toList();
    }

    private List<String> trueConditions() {
        return written.stream().filter(StatusUpdate.Conditions.class::isInstance).map(StatusUpdate.Conditions.class::cast)
                .flatMap(update -> update.conditions().stream().filter(condition -> condition.status() == Condition.Status.TRUE)
                        .map(condition -> update.key() + " " + condition.reason() + " " + condition.message()))
                .toList();
    }
}
