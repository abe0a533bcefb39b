package io.roadstead.plugin.kubernetes.write;

import static io.roadstead.plugin.kubernetes.write.SinkRig.announcement;
import static io.roadstead.plugin.kubernetes.write.SinkRig.key;
import static io.roadstead.plugin.kubernetes.write.SinkRig.status;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.plugin.kubernetes.call.CallsFixture;
import io.roadstead.testkit.kubernetes.ApiServer;

class StatusSinkTest {

    private static final String PATCH = "patch /api/v1/namespaces/default/services/web/status";
    private static final String GET = "get /api/v1/namespaces/default/services/web";

    private final SinkRig rig = new SinkRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private void seenService() {
        rig.service("web");
        rig.see("services", "default", "web");
    }

    @Test
    void anotherWritersChangeBetweenDecisionAndArrivalSurvives() {
        seenService();
        rig.api.beforeNext(() -> rig.server().objects().mergeStatus("services", "default", "web",
                "status: {conditions: [{type: example.net/Ready, status: 'True', reason: Yes, message: '', lastTransitionTime: '2025-01-01T00:00:00Z'}]}"));

        rig.write(status("web", "192.0.2.10"));

        assertThat(rig.sent()).containsExactly(PATCH, GET, PATCH);
        assertThat(rig.service().path("status").path("conditions")).extracting(condition -> condition.path("type").asText())
                .containsExactly("example.net/Ready", "cilium.io/IPAMRequestSatisfied");
    }

    @Test
    void aStormOfConflictsEndsWithBothWritersWords() {
        seenService();
        int[] storms = {30};
        Runnable[] storm = new Runnable[1];
        storm[0] = () -> {
            if (storms[0]-- > 0) {
                rig.server().objects().merge("services", "default", "web", "metadata: {labels: {storm: '" + storms[0] + "'}}");
                rig.api.beforeNext(storm[0]);
            }
        };
        rig.api.beforeNext(storm[0]);

        rig.write(status("web", "192.0.2.10"));
        long before = rig.sent().size();
        rig.time.advance(Duration.ofHours(1));

        assertThat(before).as("requests before any wait").isLessThanOrEqualTo(4);
        assertThat(rig.service().path("metadata").path("labels").path("storm").asText()).isEqualTo("0");
        assertThat(rig.service().path("status").path("loadBalancer").path("ingress").path(0).path("ip").asText()).isEqualTo("192.0.2.10");
    }

    @Test
    void aServerThatIsAwayIsAskedEverMoreSeldomAndGetsTheNewestWhenItIsBack() {
        seenService();
        var away = rig.server().faults().cut(Integer.MAX_VALUE, request -> true);
        rig.write(status("web", "192.0.2.10"));
        rig.time.advance(Duration.ofMinutes(1));
        assertThat(rig.sent()).hasSizeBetween(7, 11);
        rig.time.advance(Duration.ofMinutes(30));
        assertThat(rig.sent()).hasSizeBetween(13, 22);
        rig.write(status("web", "192.0.2.11"));
        away.close();
        rig.api.clear();

        rig.see("services", "default", "web");
        rig.time.runReady();

        assertThat(rig.sent()).as("at once when the reader has heard of it").containsExactly(PATCH);
        assertThat(rig.service().path("status").path("loadBalancer").path("ingress").path(0).path("ip").asText()).isEqualTo("192.0.2.11");
    }

    @Test
    void whoIsAskedToComeLaterComesLater() {
        seenService();
        try (var fault = rig.server().faults().answer(429, 1, request -> true)) {
            rig.write(status("web", "192.0.2.10"));
            rig.time.advance(Duration.ofMillis(999));
            assertThat(fault.hits()).isEqualTo(1);
            assertThat(rig.sent()).hasSize(1);
        }
        rig.time.advance(Duration.ofMillis(300));

        assertThat(rig.sent()).containsExactly(PATCH, PATCH);
    }

    @Test
    void aLostLeadBetweenDecisionAndSendingStopsTheWrite() {
        seenService();
        rig.sink.write(List.of(status("web", "192.0.2.10")));
        rig.fence.term = 0;

        rig.time.advance(Duration.ofMinutes(1));

        assertThat(rig.sent()).isEmpty();
    }

    @Test
    void aLostLeadBetweenAReadAndTheWriteStopsTheWrite() {
        rig.service("web");
        rig.api.beforeNext(() -> rig.fence.term = 0);

        rig.write(status("web", "192.0.2.10"));
        rig.fence.term = 2;
        rig.time.advance(Duration.ofMinutes(1));

        assertThat(rig.sent()).containsExactly(GET);
    }

    @Test
    void whatAFormerTermDecidedIsNotWrittenInTheNext() {
        seenService();
        rig.sink.write(List.of(announcement("web", "of the first term")));
        rig.fence.term = 2;
        rig.sink.write(List.of(status("web", "192.0.2.10")));
        rig.time.runReady();

        assertThat(rig.service().path("status").path("conditions")).extracting(condition -> condition.path("type").asText())
                .containsExactly("cilium.io/IPAMRequestSatisfied");
    }

    @Test
    void aLeaseThatMayHaveRunOutHoldsWritesBackAndDropsNone() {
        seenService();
        rig.fence.valid = false;
        rig.write(status("web", "192.0.2.10"));
        rig.time.advance(Duration.ofSeconds(5));
        assertThat(rig.sent()).isEmpty();

        rig.fence.valid = true;
        rig.time.advance(Duration.ofSeconds(1));

        assertThat(rig.sent()).containsExactly(PATCH);
    }

    @Test
    void objectsThatAreGoneAreForgotten() {
        rig.write(status("web", "192.0.2.10"));
        rig.service("web");
        rig.see("services", "default", "web");
        rig.server().objects().delete("services", "default", "web");
        rig.write(status("web", "192.0.2.10"));
        rig.time.advance(Duration.ofHours(1));

        assertThat(rig.sent()).containsExactly(GET, PATCH, GET);
        assertThat(rig.sink.problems()).isEmpty();
    }

    @Test
    void burstsAreShortenedAndAddressesGoFirst() {
        List<StatusUpdate> updates = new ArrayList<>();
        IntStream.range(0, 100).forEach(i -> {
            rig.service("s" + i);
            rig.see("services", "default", "s" + i);
            updates.add(announcement("s" + i, "from no node"));
        });
        rig.service("web");
        rig.see("services", "default", "web");
        rig.sink.write(updates);
        rig.sink.write(List.of(status("web", "192.0.2.10")));

        rig.time.runReady();
        assertThat(rig.sent()).hasSize(50);
        rig.time.advance(Duration.ofSeconds(1));
        assertThat(rig.sent()).hasSize(60);
        rig.time.advance(Duration.ofSeconds(10));
        assertThat(rig.sent()).hasSize(101);
        assertThat(rig.sent().indexOf(PATCH)).as("behind those that had been sent when it came").isLessThan(5);
    }

    @Test
    void aQuietMinuteHasNoRequest() {
        seenService();
        rig.write(status("web", "192.0.2.10"));
        rig.see("services", "default", "web");
        rig.api.clear();

        rig.time.advance(Duration.ofMinutes(1));

        assertThat(rig.sent()).isEmpty();
        assertThat(rig.time.timers()).isZero();
    }

    @Test
    void aWatchThatLiesBehindOurOwnWriteIsNotBelieved() {
        rig.service("web");
        JsonNode before = rig.service();
        rig.write(status("web", "192.0.2.10"));
        rig.sink.seen(SinkRig.document(before));
        rig.api.clear();

        rig.write(status("web", "192.0.2.10"));

        assertThat(rig.sent()).isEmpty();
    }

    @Test
    void missingRightsAreNamedOnceAndAskedForSeldom() {
        try (ApiServer strict = ApiServer.builder().token("t", "system:serviceaccount:kube-system:roadstead").rbac().start();
                SinkRig poor = new SinkRig(new CallsFixture(strict, "t"))) {
            for (String name : List.of("web", "api", "db")) {
                poor.service(name);
                poor.see("services", "default", name);
                poor.write(status(name, "192.0.2.10"));
            }
            poor.time.advance(Duration.ofHours(1));

            assertThat(poor.sent()).hasSizeBetween(12, 22);
            assertThat(poor.sink.problems()).hasSize(1).first().extracting(SourceProblem::problem).asString()
                    .startsWith("may not patch services/status in namespace default: ");
            strict.objects().apply("""
                    {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: [
                      {apiGroups: [''], resources: [services/status], verbs: [patch]}]}
                    """);
            strict.objects().apply("""
                    {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: r},
                     roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r},
                     subjects: [{kind: ServiceAccount, namespace: kube-system, name: roadstead}]}
                    """);
            poor.time.advance(Duration.ofMinutes(6));
            assertThat(poor.sink.problems()).isEmpty();
            assertThat(poor.service().path("status").path("loadBalancer").path("ingress").path(0).path("ip").asText())
                    .isEqualTo("192.0.2.10");
        }
    }

    @Test
    void aRefusedStatusIsNamedWithItsFieldAndHoldsUpNobodyElse() {
        seenService();
        rig.service("other");
        rig.see("services", "default", "other");
        rig.write(announcement("web", "x"));
        rig.api.clear();
        StatusUpdate bad = new StatusUpdate.ServiceAnnouncement(key("web"),
                new Condition(StatusUpdate.ServiceAnnouncement.TYPE, Condition.Status.TRUE, "r", "y"));
        try (var fault = rig.server().faults().answer(422, request -> request.name().equals("web"))) {
            rig.write(bad, status("other", "192.0.2.12"));
            rig.time.advance(Duration.ofMinutes(3));
            assertThat(rig.sent()).containsExactlyInAnyOrder(PATCH, "patch /api/v1/namespaces/default/services/other/status");
            assertThat(rig.sink.problems()).hasSize(1).first().extracting(SourceProblem::origin).isEqualTo("Service default/web");
            assertThat(fault.hits()).isEqualTo(1);
        }
        rig.write(announcement("web", "z"));

        assertThat(rig.sink.problems()).isEmpty();
    }

    @Test
    void aWriteThatFailsAgainAndAgainIsNamedUntilItSucceeds() {
        seenService();
        var broken = rig.server().faults().answer(500, request -> request.verb().equals("patch"));
        rig.write(status("web", "192.0.2.10"));
        rig.time.advance(Duration.ofSeconds(1));
        assertThat(rig.sink.problems()).as("what may be a moment's matter").isEmpty();

        rig.time.advance(Duration.ofMinutes(1));
        assertThat(rig.sink.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.origin()).isEqualTo("Service default/web");
            assertThat(problem.problem()).isEqualTo("its status is refused: a fault of the test");
            assertThat(problem.remedy()).contains("webhook");
        });

        broken.close();
        rig.time.advance(Duration.ofMinutes(6));
        assertThat(rig.sink.problems()).isEmpty();
    }

    @Test
    void aServerThatTakesNoWritesForLongIsNamedUntilItDoes() {
        seenService();
        var busy = rig.server().faults().answer(429, request -> request.verb().equals("patch"));
        rig.write(status("web", "192.0.2.10"));
        rig.time.advance(Duration.ofMinutes(5));
        assertThat(rig.sink.problems()).singleElement().satisfies(
                problem -> assertThat(problem.problem())
                        .isEqualTo("no statuses are written, the API server answers 429: a fault of the test"));

        busy.close();
        rig.time.advance(Duration.ofMinutes(6));
        assertThat(rig.sink.problems()).isEmpty();
    }

    @Test
    void whatWasRefusedIsTriedAgainWhenTheObjectChangesAndDroppedWhenItIsPointless() {
        seenService();
        try (var fault = rig.server().faults().answer(422, 2, request -> request.isWrite() && request.name().equals("web"))) {
            rig.write(status("web", "192.0.2.10"));
            rig.see("services", "default", "web");
            rig.time.runReady();
            assertThat(fault.hits()).isEqualTo(2);
            assertThat(rig.sink.problems()).hasSize(1);
        }
        rig.server().objects().merge("services", "default", "web", "spec: {type: ClusterIP}");
        rig.see("services", "default", "web");
        rig.time.advance(Duration.ofHours(1));

        assertThat(rig.sent()).containsExactly(PATCH, PATCH);
        assertThat(rig.sink.problems()).isEmpty();
    }

    @Test
    void countersOfAPoolAreAsCiliumHasThem() {
        rig.apply(
                "{apiVersion: cilium.io/v2, kind: CiliumLoadBalancerIPPool, metadata: {name: blue}, spec: {blocks: [{cidr: 192.0.2.0/24}]}}");
        ResourceKey pool = new ResourceKey("CiliumLoadBalancerIPPool", "", "blue");
        List<Condition> conditions = List.of(new Condition("cilium.io/PoolConflict", Condition.Status.FALSE, "resolved", ""),
                new Condition("cilium.io/IPsTotal", Condition.Status.UNKNOWN, "noreason", "18446744073709551616"));

        rig.write(new StatusUpdate.Conditions(pool, conditions));

        JsonNode stored = rig.server().objects().get("ciliumloadbalancerippools.cilium.io", "", "blue").path("status").path("conditions");
        assertThat(stored).hasSize(2);
        assertThat(stored.path(1).path("message").asText()).isEqualTo("18446744073709551616");
        assertThat(stored.path(1).path("status").asText()).isEqualTo("Unknown");
        assertThat(stored.path(1).path("observedGeneration").asInt()).isEqualTo(1);
        rig.write(new StatusUpdate.Conditions(pool, List.of()));
        assertThat(rig.server().objects().get("ciliumloadbalancerippools.cilium.io", "", "blue").path("status").has("conditions"))
                .isFalse();
    }

    @Test
    void conditionsThatStayTrueOfAChangedObjectSayThatItWasLookedAt() {
        String pools = "ciliumloadbalancerippools.cilium.io";
        rig.apply(
                "{apiVersion: cilium.io/v2, kind: CiliumLoadBalancerIPPool, metadata: {name: blue}, spec: {blocks: [{cidr: 192.0.2.0/24}]}}");
        ResourceKey pool = new ResourceKey("CiliumLoadBalancerIPPool", "", "blue");
        rig.write(new StatusUpdate.Conditions(pool,
                List.of(new Condition("cilium.io/PoolConflict", Condition.Status.FALSE, "resolved", ""))));
        rig.server().objects().merge(pools, "", "blue", "spec: {disabled: true}");
        rig.see(pools, "", "blue");
        rig.api.clear();

        rig.time.advance(Duration.ofSeconds(9));
        assertThat(rig.sent()).as("the kernel may still change its mind").isEmpty();
        rig.time.advance(Duration.ofSeconds(1));

        assertThat(rig.sent()).hasSize(1);
        assertThat(
                rig.server().objects().get(pools, "", "blue").path("status").path("conditions").path(0).path("observedGeneration").asInt())
                .isEqualTo(2);
        rig.see(pools, "", "blue");
        rig.time.advance(Duration.ofMinutes(1));
        assertThat(rig.sent()).hasSize(1);
    }

    @Test
    void documentsOfAnyShapeAreTaken() {
        for (Object part : Arrays.asList(null, 1, "x", List.of(), List.of(1), Map.of(), Map.of("name", 1), Map.of("ingress", "x"))) {
            for (String field : List.of("metadata", "status", "spec", "kind", "apiVersion")) {
                Map<String, Object> document = new HashMap<>(Map.of("apiVersion", "v1", "kind", "Service", "metadata",
                        Map.of("name", "web", "namespace", "default", "resourceVersion", "0")));
                document.put(field, part);
                rig.sink.seen(document);
            }
        }
        rig.time.runReady();
        rig.service("web");

        rig.write(status("web", "192.0.2.10"));
        rig.time.advance(Duration.ofMinutes(10));

        assertThat(rig.service().path("status").path("loadBalancer").path("ingress").path(0).path("ip").asText()).isEqualTo("192.0.2.10");
    }

    @Test
    void nothingIsSentAfterTheEnd() {
        seenService();
        rig.sink.write(List.of(status("web", "192.0.2.10")));
        rig.sink.close();
        rig.sink.write(List.of(status("web", "192.0.2.10")));

        rig.time.advance(Duration.ofMinutes(10));

        assertThat(rig.sent()).hasSizeLessThan(2);
    }
}
