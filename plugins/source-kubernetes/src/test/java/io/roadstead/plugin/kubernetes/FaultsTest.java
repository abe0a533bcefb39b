package io.roadstead.plugin.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.testkit.kubernetes.ApiRequest;
import io.roadstead.testkit.kubernetes.ApiServer;
import io.roadstead.testkit.kubernetes.Faults;

/** What goes wrong between an agent and its API server. */
final class FaultsTest {
    private static final Duration STEP = Duration.ofMillis(500);

    private final ApiServer server = ApiServer.start();

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void aServerThatIsAwayAtTheStartIsWaitedFor() {
        server.objects().apply(Objects.service("web"));
        server.faults().refuseConnections();
        try (Rig rig = rig()) {
            rig.source.start(rig.sink);
            rig.passUntil(STEP,
                    () -> assertThat(rig.problems()).singleElement().asString().startsWith("API server: does not answer since "));
            assertThat(rig.sink.isSynced()).isFalse();
            assertThat(rig.source.status().summary()).startsWith("API server away since ");
            assertThat(rig.source.status().health()).isEqualTo(Health.DEGRADED);

            rig.until(server.faults()::acceptConnections); // another's connection may have the port for a moment
            rig.passUntil(STEP, () -> assertThat(rig.sink.isSynced()).isTrue());

            assertThat(rig.sink.names()).containsExactly("web");
            rig.passUntil(STEP, () -> assertThat(rig.problems()).isEmpty());
            assertThat(rig.source.status().health()).isEqualTo(Health.OK);
        }
    }

    @Test
    void aServerThatGoesAwayTakesNothingWithItAndWhatChangedMeanwhileIsToldOnce() {
        server.objects().apply(Objects.service("web"));
        server.objects().apply(Objects.service("gone"));
        try (Rig rig = rig().synced()) {
            rig.watching(5);
            var before = rig.sink.objects();

            server.faults().refuseConnections();
            server.faults().cutConnections();
            rig.passUntil(STEP, () -> assertThat(rig.problems()).singleElement().asString().startsWith("API server: does not answer since ")
                    .endsWith("(kept)"));
            assertThat(rig.sink.objects()).isEqualTo(before);
            server.objects().delete("services", "default", "gone");
            server.objects().apply(Objects.service("new"));
            rig.pass(Duration.ofMinutes(3));
            assertThat(rig.sink.objects()).isEqualTo(before);
            rig.sink.takeBatches();

            rig.until(server.faults()::acceptConnections); // another's connection may have the port for a moment
            rig.passUntil(STEP, () -> assertThat(server.openWatches()).isPositive());
            rig.until(() -> assertThat(rig.source.status().summary()).doesNotContain("away"));
            rig.pass(Duration.ofSeconds(1));
            rig.watching(5); // all others hurry as soon as one is answered
            rig.passUntil(STEP, () -> assertThat(rig.problems()).isEmpty());
            rig.until(() -> assertThat(rig.sink.names()).containsExactly("new", "web"));

            assertThat(rig.sink.takeBatches().stream().mapToInt(batch -> batch.upserts().size() + batch.deletes().size()).sum())
                    .isEqualTo(2);
            assertThat(rig.figure("lists_total", Service.KIND)).isEqualTo(1); // watched on from where it was
            rig.equalsAFreshList();
        }
    }

    @Test
    void whatWasDeletedWhileHistoryWasLostIsToldAsDeleted() {
        server.objects().apply(Objects.service("web"));
        server.objects().apply(Objects.service("gone"));
        try (Rig rig = rig().synced()) {
            rig.watching(5);
            server.faults().refuseConnections();
            server.faults().cutConnections();
            server.objects().delete("services", "default", "gone");
            server.objects().apply(Objects.service("new"));
            server.expireHistory();

            rig.until(server.faults()::acceptConnections); // another's connection may have the port for a moment
            rig.passUntil(STEP, () -> assertThat(rig.sink.names()).containsExactly("new", "web"));

            assertThat(rig.figure("lists_total", Service.KIND)).isEqualTo(2);
            rig.equalsAFreshList();
        }
    }

    @Test
    void aWatchThatIsCutGoesOnWhereItWas() {
        server.objects().apply(Objects.service("web"));
        try (Rig rig = rig().synced()) {
            rig.watching(5);

            server.faults().cutWatches();
            server.objects().apply(Objects.service("new"));
            rig.passUntil(STEP, () -> assertThat(rig.sink.names()).containsExactly("new", "web"));

            assertThat(rig.figure("lists_total")).isEqualTo(5);
            assertThat(rig.figure("watch_failures_total")).isEqualTo(5);
            assertThat(rig.problems()).isEmpty();
            rig.equalsAFreshList();
        }
    }

    @Test
    void aWatchWhoseTimeIsOverIsNoFailure() {
        try (Rig rig = rig().synced()) {
            rig.watching(5);
            rig.pass(Duration.ofSeconds(10));
            server.requests().clear();

            server.faults().endWatches();
            server.objects().apply(Objects.service("new"));
            rig.passUntil(STEP, () -> assertThat(rig.sink.names()).containsExactly("new"));

            assertThat(rig.figure("watch_failures_total")).isZero();
            assertThat(server.requests().matching(FaultsTest::isWatch)).allSatisfy(request -> {
                assertThat(Integer.parseInt(request.query().get("timeoutSeconds"))).isBetween(300, 599);
                assertThat(request.query()).containsEntry("allowWatchBookmarks", "true");
            });
        }
    }

    @Test
    void aBookmarkMovesTheVersionThatIsWatchedFrom() {
        try (Rig rig = rig().synced()) {
            rig.watching(5);
            server.objects().apply(Objects.node("elsewhere"));
            rig.watched("Service");
            server.requests().clear();

            server.faults().cutWatches();
            rig.passUntil(STEP,
                    () -> assertThat(server.requests().matching(request -> isWatch(request) && request.path().endsWith("/services")))
                            .singleElement().satisfies(request -> assertThat(request.query()).containsEntry("resourceVersion",
                                    String.valueOf(server.version()))));
        }
    }

    @Test
    void aPageThatComesTooLateHasTheListMadeAnewAndWhole() {
        for (int i = 0; i < 25; i++) {
            server.objects().apply(Objects.service("web-" + i));
        }
        Faults.Fault expired = server.faults().answer(410, 1,
                request -> "20".equals(request.query().get("limit")) && request.query().containsKey("continue"));
        try (Rig rig = new Rig(server, Configs.of(server.url().toString(), 20))) {
            rig.source.start(rig.sink);
            rig.passUntil(STEP, () -> assertThat(rig.sink.isSynced()).isTrue());

            assertThat(expired.hits()).isEqualTo(1);
            assertThat(rig.sink.objectsWhenSynced()).isEqualTo(25);
            assertThat(server.requests().matching(
                    request -> request.path().endsWith("/services") && !isWatch(request) && !request.query().containsKey("limit")))
                    .hasSize(1);
        }
    }

    @Test
    void watchesThatSayNothingAreMadeAnew() {
        server.objects().apply(Objects.service("web"));
        try (Rig rig = rig().synced()) {
            rig.watching(5);
            rig.watched("Node", "Service", "EndpointSlice", "Secret", "Pod");
            server.faults().freezeWatches();
            server.objects().apply(Objects.service("new"));

            rig.pass(Configs.SILENCE);
            assertThat(rig.sink.names()).containsExactly("web");
            rig.passUntil(STEP, () -> assertThat(rig.sink.names()).containsExactly("new", "web"));

            assertThat(rig.figure("client_renewals_total")).isZero(); // they were answered
            assertThat(rig.figure("lists_total", Service.KIND)).isEqualTo(1);
            rig.passUntil(STEP, () -> assertThat(rig.problems()).isEmpty());
            rig.equalsAFreshList();
        }
    }

    @Test
    void aConnectionThatIsDeadIsGivenUpWithItsClientSoonAfterItsWatchesWereSilent() {
        try (Rig rig = rig().synced()) {
            rig.watching(5);
            rig.watched("Node", "Service", "EndpointSlice", "Secret", "Pod");
            server.faults().freezeWatches();
            Faults.Fault dead = server.faults().hold(FaultsTest::isWatch);
            rig.pass(Configs.SILENCE);
            rig.passUntil(STEP, () -> assertThat(dead.hits()).isPositive());
            assertThat(rig.figure("client_renewals_total")).isZero();

            rig.pass(Configs.REQUEST_TIMEOUT.dividedBy(2));

            assertThat(rig.figure("client_renewals_total")).isEqualTo(1);
            dead.close();
            server.objects().apply(Objects.service("new"));
            rig.passUntil(STEP, () -> assertThat(rig.sink.names()).containsExactly("new"));
            assertThat(rig.figure("lists_total")).isEqualTo(5);
        }
    }

    @Test
    void aRequestThatIsNotAnsweredIsGivenUpWithItsClient() {
        server.objects().apply(Objects.service("web"));
        Faults.Fault held = server.faults().hold(request -> request.path().endsWith("/services"));
        try (Rig rig = rig()) {
            rig.source.start(rig.sink);
            rig.until(() -> assertThat(held.hits()).isEqualTo(1));
            rig.pass(Configs.REQUEST_TIMEOUT);
            assertThat(rig.figure("client_renewals_total")).isZero();
            rig.passUntil(STEP, () -> assertThat(rig.figure("client_renewals_total")).isPositive());
            rig.passUntil(STEP, () -> assertThat(rig.problems()).containsExactly("Service: no answer in time")); // and not the server's
            assertThat(rig.sink.isSynced()).isFalse();

            held.close();
            rig.passUntil(STEP, () -> assertThat(rig.sink.isSynced()).isTrue());
            rig.passUntil(STEP, () -> assertThat(rig.problems()).isEmpty());
            assertThat(rig.sink.names()).containsExactly("web");
        }
    }

    @Test
    void aServerWithTooMuchToDoIsLeftAloneForAsLongAsItAsks() {
        Faults.Fault busy = server.faults().answer(429, request -> request.path().endsWith("/services"));
        try (Rig rig = rig()) {
            rig.source.start(rig.sink);
            rig.until(() -> assertThat(busy.hits()).isEqualTo(1));
            rig.until(() -> assertThat(rig.sink.problems()).isEmpty());
            rig.pass(Duration.ofMillis(900)); // a pause of ours would be over

            assertThat(busy.hits()).isEqualTo(1);
            rig.passUntil(STEP, () -> assertThat(rig.problems())
                    .anySatisfy(problem -> assertThat(problem).startsWith("Service: the API server answers 429")));
            busy.close();
            rig.passUntil(STEP, () -> assertThat(rig.sink.isSynced()).isTrue());
        }
    }

    @Test
    void aKindThatMayNotBeReadIsNamedWithItsRuleAndTheOthersGoOn() {
        server.objects().apply(Objects.service("web"));
        server.objects().apply(Objects.secret("bgp", "pass"));
        Faults.Fault forbidden = server.faults().answer(403, request -> request.path().endsWith("/secrets"));
        try (Rig rig = rig()) {
            rig.source.start(rig.sink);
            rig.passUntil(STEP, () -> assertThat(rig.sink.isSynced()).isTrue());

            assertThat(rig.sink.names()).containsExactly("web");
            assertThat(rig.sink.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.origin()).isEqualTo(SecretObject.KIND);
                assertThat(problem.problem()).isEqualTo("the agent may not read secrets in namespace kube-system");
                assertThat(problem.remedy()).isEqualTo("add to the agent's Role in namespace kube-system the rule "
                        + "{apiGroups: [\"\"], resources: [\"secrets\"], verbs: [\"list\", \"watch\"]}");
            });

            forbidden.close();
            rig.passUntil(Duration.ofSeconds(5), () -> assertThat(rig.sink.names()).containsExactly("bgp", "web"));
            rig.passUntil(STEP, () -> assertThat(rig.problems()).isEmpty());
        }
    }

    @Test
    void aClusterWhoseServicesMayNotBeReadIsNotTakenForOneWithoutAny() {
        server.objects().apply(Objects.service("web"));
        Faults.Fault forbidden = server.faults().answer(403, request -> request.path().endsWith("/services"));
        try (Rig rig = new Rig(server)) {
            rig.source.start(rig.sink);
            rig.passUntil(STEP, () -> assertThat(forbidden.hits()).isGreaterThan(5)); // more often than counts for what can be left out

            assertThat(rig.problems()).containsExactly("Service: the agent may not read services");
            assertThat(rig.sink.isSynced()).isFalse();
            forbidden.close();
            rig.passUntil(Duration.ofSeconds(5), () -> assertThat(rig.sink.isSynced()).isTrue());
            assertThat(rig.sink.objectsWhenSynced()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatBeginsToRunMayRefuseForAMoment() {
        server.objects().apply(Objects.service("web"));
        server.faults().answer(403, 1, request -> request.path().endsWith("/services"));
        try (Rig rig = rig()) {
            rig.source.start(rig.sink);
            rig.passUntil(STEP, () -> assertThat(rig.sink.isSynced()).isTrue());

            assertThat(rig.sink.objectsWhenSynced()).isEqualTo(1);
        }
    }

    @Test
    void oneAnswerThatLacksAKindTakesNothingAway() {
        server.objects().apply(Objects.definition("CiliumBGPPeerConfig", "ciliumbgppeerconfigs", "v2"));
        server.objects().apply(Objects.peerConfig("tor", "v2", "{}"));
        try (Rig rig = new Rig(server).synced()) {
            rig.watching(6);
            rig.sink.takeBatches();
            Faults.Fault lacking = server.faults().answer(404, 1, request -> request.path().equals("/apis/cilium.io/v2"));

            rig.passUntil(Duration.ofSeconds(1), () -> assertThat(lacking.hits()).isEqualTo(1));
            rig.passUntil(Duration.ofSeconds(1),
                    () -> assertThat(server.requests().matching(request -> request.path().equals("/apis/cilium.io/v2")))
                            .hasSizeGreaterThan(2));

            assertThat(rig.sink.takeBatches()).isEmpty();
            assertThat(rig.sink.names()).containsExactly("tor");
        }
    }

    @Test
    void answersThatLackAKindTakeNothingAwayWhileItsObjectsAreTold() {
        server.objects().apply(Objects.definition("CiliumBGPPeerConfig", "ciliumbgppeerconfigs", "v2"));
        server.objects().apply(Objects.peerConfig("tor", "v2", "{}"));
        try (Rig rig = new Rig(server).synced()) {
            rig.watching(6);
            Faults.Fault lacking = server.faults().answer(404, request -> request.path().equals("/apis/cilium.io/v2"));
            rig.passUntil(Duration.ofSeconds(1), () -> assertThat(lacking.hits()).isGreaterThan(3));
            assertThat(rig.sink.names()).containsExactly("tor");

            server.faults().answer(404, request -> request.path().endsWith("/ciliumbgppeerconfigs"));
            server.faults().cutWatches();

            rig.passUntil(STEP, () -> assertThat(rig.sink.names()).isEmpty());
        }
    }

    @Test
    void whoBeginsToLeadKnowsWhatWasWrittenBeforeAlthoughItsWatchesLieBehind() {
        server.objects().apply(Objects.service("web"));
        try (Rig rig = rig().synced()) {
            rig.watching(5);
            server.faults().freezeWatches();
            server.objects().apply(Objects.service("last"));
            List<Set<String>> known = new ArrayList<>();

            rig.source.contend("addresses", leads -> known.add(Set.copyOf(rig.sink.names())));
            rig.passUntil(Duration.ofMillis(100), () -> assertThat(known).isNotEmpty());

            assertThat(known).containsExactly(Set.of("last", "web"));
        }
    }

    @Test
    void aLeaderWhoseConnectionIsDeadMakesAnotherBeforeItsLeaseRunsOut() {
        try (Rig rig = rig().synced()) {
            List<Boolean> told = leading(rig);
            server.faults().freezeWatches();
            Faults.Fault dead = server.faults().hold(FaultsTest::isOfLease);
            rig.passUntil(Duration.ofMillis(100), () -> assertThat(dead.hits()).isEqualTo(1));

            rig.passUntil(Duration.ofMillis(100), () -> assertThat(rig.figure("client_renewals_total")).isEqualTo(1));
            dead.close();
            String before = renewed();
            rig.pass(Duration.ofSeconds(2));
            rig.until(() -> assertThat(renewed()).isNotEqualTo(before));

            assertThat(told).containsExactly(true);
            server.objects().apply(Objects.service("new"));
            rig.passUntil(STEP, () -> assertThat(rig.sink.names()).containsExactly("new"));
        }
    }

    private String renewed() {
        return server.objects().get("leases.coordination.k8s.io", "kube-system", "roadstead").path("spec").path("renewTime").asText();
    }

    @Test
    void anAnswerThatIsOnlySlowCostsNoConnection() {
        try (Rig rig = rig().synced()) {
            leading(rig);
            Faults.Fault slow = server.faults().hold(FaultsTest::isOfLease);
            for (int i = 1; i <= 3; i++) {
                int requests = i;
                rig.passUntil(Duration.ofMillis(100), () -> assertThat(slow.hits()).isGreaterThanOrEqualTo(requests));
                rig.watched("Service");
            }

            assertThat(rig.figure("client_renewals_total")).isZero();
            slow.close();
        }
    }

    private List<Boolean> leading(Rig rig) {
        List<Boolean> told = new ArrayList<>();
        rig.source.contend("addresses", told::add);
        rig.passUntil(Duration.ofMillis(100), () -> assertThat(told).containsExactly(true));
        rig.watching(5);
        rig.watched("Service");
        return told;
    }

    private static boolean isOfLease(ApiRequest request) {
        return request.path().endsWith("/leases/roadstead");
    }

    /** Which asks for nothing by itself in a test's time: hours pass here while an answer is on its way. */
    private Rig rig() {
        return new Rig(server, Configs.rarelyDiscovering(server.url().toString()));
    }

    private static boolean isWatch(ApiRequest request) {
        return request.query().containsKey("watch");
    }
}
