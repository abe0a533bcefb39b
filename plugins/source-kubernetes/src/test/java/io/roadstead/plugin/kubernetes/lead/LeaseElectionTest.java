package io.roadstead.plugin.kubernetes.lead;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.plugin.kubernetes.call.ApiCalls;
import io.roadstead.plugin.kubernetes.call.ApiReply;
import io.roadstead.plugin.kubernetes.call.CallsFixture;
import io.roadstead.testkit.ManualScheduler;
import io.roadstead.testkit.kubernetes.ApiServer;

class LeaseElectionTest {

    private static final LeaderConfig CONFIG =
            new LeaderConfig(true, "kube-system", "roadstead", Duration.ofSeconds(15), Duration.ofSeconds(10),
                    Duration.ofSeconds(2));

    private final ManualScheduler time = new ManualScheduler();
    private final CallsFixture api = new CallsFixture();
    private final Random random = new Random(7);

    @AfterEach
    void close() {
        api.close();
    }

    /** One agent: its election, its view of the network, and what it was told. */
    private final class Agent {
        private final LeaseElection election;
        private final List<Boolean> told = new ArrayList<>();
        private final Registration role;
        private boolean connected = true;
        private CompletableFuture<Void> caughtUp = CompletableFuture.completedFuture(null);

        private Agent(String identity, LeaderConfig config) {
            ApiCalls calls = (request, timeout) -> connected ? api.send(request, timeout)
                    : CompletableFuture.completedFuture(ApiReply.unanswered("no route to host"));
            election = new LeaseElection(calls, time, time.clock(),
                    () -> Duration.between(Instant.EPOCH, time.clock().instant()).toNanos(), random,
                    config, identity, () -> caughtUp);
            role = election.contend("addresses", told::add);
            time.runReady();
        }

        private Agent(String identity) {
            this(identity, CONFIG);
        }
    }

    @Test
    void theFirstMakesTheLeaseAndLeads() {
        Agent first = new Agent("node-1_a");

        assertThat(first.told).containsExactly(true);
        assertThat(first.election.valid()).isTrue();
        assertThat(first.election.term()).isEqualTo(1);
        JsonNode spec = lease().path("spec");
        assertThat(spec.path("holderIdentity").asText()).isEqualTo("node-1_a");
        assertThat(spec.path("leaseDurationSeconds").asInt()).isEqualTo(15);
        assertThat(spec.path("leaseTransitions").asInt()).isZero();
        assertThat(spec.path("renewTime").asText()).isEqualTo("2026-01-01T00:00:00.000000Z").isEqualTo(spec.path("acquireTime").asText());
    }

    @Test
    void whoIsElectedLeadsWhenItKnowsWhatWasWrittenBefore() {
        Agent first = new Agent("node-1_a");
        Agent second = new Agent("node-2_b");
        second.caughtUp = new CompletableFuture<>();
        first.election.close();
        time.advance(CONFIG.retryPeriod());
        assertThat(lease().path("spec").path("holderIdentity").asText()).isEqualTo("node-2_b");
        assertThat(second.told).isEmpty();

        second.caughtUp.complete(null);
        time.runReady();

        assertThat(second.told).containsExactly(true);
    }

    @Test
    void whoLosesTheLeadBeforeItKnowsEnoughIsNeverTold() {
        Agent first = new Agent("node-1_a");
        Agent second = new Agent("node-2_b");
        second.caughtUp = new CompletableFuture<>();
        first.election.close();
        time.advance(CONFIG.retryPeriod());
        second.connected = false;
        time.advance(CONFIG.renewDeadline());
        assertThat(second.election.term()).isZero();

        second.caughtUp.complete(null);
        time.runReady();

        assertThat(second.told).isEmpty();
    }

    @Test
    void aRenewalThatHangsIsFollowedByAnotherInTimeAlthoughAnswersTakeTheirs() {
        boolean[] hangs = {false};
        ApiCalls calls = (request, timeout) -> {
            CompletableFuture<ApiReply> answer = new CompletableFuture<>();
            if (!hangs[0]) {
                ApiReply reply = api.send(request, timeout).join();
                time.schedule(Duration.ofMillis(700), () -> answer.complete(reply));
            }
            hangs[0] = false;
            return answer;
        };
        List<Boolean> told = new ArrayList<>();
        LeaseElection election = new LeaseElection(calls, time, time.clock(),
                () -> Duration.between(Instant.EPOCH, time.clock().instant()).toNanos(), random, CONFIG, "node-1_a",
                () -> CompletableFuture.completedStage(null));
        election.contend("addresses", told::add);
        time.advance(Duration.ofSeconds(3));

        hangs[0] = true;
        time.advance(Duration.ofSeconds(30));

        assertThat(hangs[0]).isFalse();
        assertThat(told).containsExactly(true);
    }

    @Test
    void aMinuteOfLeadingIsThirtyRenewalsAndNothingElse() {
        Agent first = new Agent("node-1_a");
        api.clear();

        time.advance(Duration.ofMinutes(1));

        assertThat(api.sent()).hasSize(30).allSatisfy(request -> assertThat(request.method().verb()).isEqualTo("update"));
        assertThat(first.told).containsExactly(true);
        assertThat(lease().path("spec").path("acquireTime").asText()).isEqualTo("2026-01-01T00:00:00.000000Z");
        assertThat(lease().path("spec").path("renewTime").asText()).isEqualTo("2026-01-01T00:01:00.000000Z");
    }

    @Test
    void allRolesGoWithTheOneLease() {
        Agent first = new Agent("node-1_a");
        List<Boolean> other = new ArrayList<>();

        Registration second = first.election.contend("conditions", other::add);
        time.runReady();
        second.close();

        assertThat(other).containsExactly(true, false);
        assertThat(first.told).containsExactly(true);
        assertThat(lease().path("spec").path("holderIdentity").asText()).isEqualTo("node-1_a");
    }

    @Test
    void anotherTakesOverWhenTheLeaderIsSilentForItsLease() {
        Agent first = new Agent("node-1_a");
        Agent second = new Agent("node-2_b");
        time.advance(Duration.ofMinutes(5));
        assertThat(second.told).isEmpty();

        first.connected = false;
        time.advance(Duration.ofSeconds(10));
        assertThat(first.told).as("the first stopped by itself").containsExactly(true, false);
        assertThat(second.told).isEmpty();
        time.advance(Duration.ofSeconds(7));

        assertThat(second.told).as("within lease duration and retry period").containsExactly(true);
        assertThat(lease().path("spec").path("leaseTransitions").asInt()).isEqualTo(1);
        first.connected = true;
        time.advance(Duration.ofMinutes(1));
        assertThat(first.told).containsExactly(true, false);
    }

    @Test
    void aPlannedStopHandsOverAtTheNextLook() {
        Agent first = new Agent("node-1_a");
        Agent second = new Agent("node-2_b");
        time.advance(Duration.ofSeconds(30));

        first.election.close();
        time.runReady();
        assertThat(first.told).containsExactly(true, false);
        assertThat(first.election.valid()).isFalse();
        assertThat(lease().path("spec").has("holderIdentity")).isFalse();
        time.advance(CONFIG.retryPeriod());

        assertThat(second.told).containsExactly(true);
    }

    @Test
    void whoNeverContendsNeverAsks() {
        Agent agent =
                new Agent("node-1_a", new LeaderConfig(false, "kube-system", "roadstead", CONFIG.leaseDuration(), CONFIG.renewDeadline(),
                        CONFIG.retryPeriod()));

        time.advance(Duration.ofMinutes(1));
        agent.role.close();
        agent.election.close();
        time.runReady();

        assertThat(agent.told).isEmpty();
        assertThat(api.sent()).isEmpty();
        assertThat(agent.election.possible()).isFalse();
    }

    @Test
    void aLabelOnTheLeaseCostsNobodyTheLead() {
        Agent first = new Agent("node-1_a");
        time.advance(Duration.ofSeconds(3));

        api.server().objects().merge("leases.coordination.k8s.io", "kube-system", "roadstead", "metadata: {labels: {team: net}}");
        time.advance(Duration.ofSeconds(10));

        assertThat(first.told).containsExactly(true);
        assertThat(lease().path("metadata").path("labels").path("team").asText()).isEqualTo("net");
        assertThat(lease().path("spec").path("renewTime").asText()).isEqualTo("2026-01-01T00:00:12.000000Z");
    }

    @Test
    void whoeverIsReplacedFromOutsideStopsAtItsNextRenewal() {
        Agent first = new Agent("node-1_a");
        time.advance(Duration.ofSeconds(1));

        api.server().objects().merge("leases.coordination.k8s.io", "kube-system", "roadstead", "spec: {holderIdentity: somebody}");
        time.advance(Duration.ofSeconds(2));

        assertThat(first.told).containsExactly(true, false);
        assertThat(first.election.holder()).isEqualTo("somebody");
    }

    @Test
    void aDeletedLeaseIsMadeAnewByItsHolderOnly() {
        Agent first = new Agent("node-1_a");
        Agent second = new Agent("node-2_b");
        time.advance(Duration.ofSeconds(9));

        api.server().objects().delete("leases.coordination.k8s.io", "kube-system", "roadstead");
        time.advance(Duration.ofMinutes(1));

        assertThat(first.told).containsExactly(true);
        assertThat(second.told).isEmpty();
        assertThat(lease().path("spec").path("holderIdentity").asText()).isEqualTo("node-1_a");
    }

    @Test
    void anAnswerThatIsLostCostsOneLookAndNotTheLead() {
        Agent first = new Agent("node-1_a");
        api.server().faults().answer(500, 1, request -> request.verb().equals("update"));

        time.advance(Duration.ofSeconds(30));

        assertThat(first.told).containsExactly(true);
    }

    @Test
    void anAwayServerIsNotAskedMoreOftenThanNeeded() {
        Agent first = new Agent("node-1_a");
        first.role.close();
        time.advance(Duration.ofMinutes(1));
        api.clear();

        var fault = api.server().faults().answer(503, request -> true);
        Agent second = new Agent("node-2_b");
        time.advance(Duration.ofMinutes(10));
        assertThat(api.sent()).as("requests in ten minutes").hasSizeBetween(40, 60);
        assertThat(second.told).isEmpty();

        fault.close();
        time.advance(CONFIG.leaseDuration());

        assertThat(second.told).containsExactly(true);
    }

    @Test
    void missingRightsAreNamed() {
        try (ApiServer strict = ApiServer.builder().token("t", "system:serviceaccount:kube-system:roadstead").rbac().start();
                CallsFixture calls = new CallsFixture(strict, "t")) {
            LeaseElection election = new LeaseElection(calls, time, time.clock(), () -> 0L, random, CONFIG, "node-1_a",
                    () -> CompletableFuture.completedStage(null));
            election.contend("addresses", leads -> {
            });
            time.runReady();

            assertThat(election.problems()).hasSize(1).first().satisfies(problem -> {
                assertThat(problem.origin()).isEqualTo("Lease kube-system/roadstead");
                assertThat(problem.problem()).contains("forbidden");
                assertThat(problem.remedy()).contains("get, create and update of leases");
            });
            strict.objects().apply("""
                    {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: [
                      {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update]}]}
                    """);
            strict.objects().apply("""
                    {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: r},
                     roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r},
                     subjects: [{kind: ServiceAccount, namespace: kube-system, name: roadstead}]}
                    """);
            time.advance(Duration.ofSeconds(15));
            assertThat(election.problems()).extracting(SourceProblem::problem).isEmpty();
            assertThat(election.term()).isEqualTo(1);
        }
    }

    @Test
    void manyContendersLookTheLessOften() {
        Agent first = new Agent("node-1_a");
        first.election.contenders(500);
        time.advance(Duration.ofSeconds(4));
        new Agent("node-2_b");
        api.clear();

        time.advance(Duration.ofSeconds(100));

        assertThat(lease().path("metadata").path("annotations")).hasToString("{\"roadstead.io/look-every-seconds\":\"5\"}");
        assertThat(api.sent().stream().filter(request -> request.method().verb().equals("get"))).hasSizeBetween(20, 27);
    }

    @Test
    void aLeaseOfGarbageIsTakenWhenItHasNotChangedForOurDuration() {
        var garbage = Map.of("metadata", Map.of("name", "roadstead", "namespace", "kube-system", "resourceVersion", "1"), "spec",
                Map.of("holderIdentity", "ghost", "renewTime", "yesterday", "leaseDurationSeconds", -3));
        List<String> verbs = new ArrayList<>();
        ApiCalls calls = (request, timeout) -> {
            verbs.add(request.method().verb());
            return CompletableFuture
                    .completedFuture(new ApiReply(200, request.body() == null ? garbage : request.body(), Duration.ZERO, ""));
        };
        LeaseElection election = new LeaseElection(calls, time, time.clock(),
                () -> Duration.between(Instant.EPOCH, time.clock().instant()).toNanos(), random, CONFIG, "node-1_a",
                () -> CompletableFuture.completedStage(null));
        election.contend("addresses", leads -> {
        });

        time.advance(Duration.ofMillis(14_999));
        assertThat(verbs).doesNotContain("update");
        time.advance(Duration.ofMillis(1));

        assertThat(verbs).contains("update");
        assertThat(election.term()).isEqualTo(1);
    }

    private JsonNode lease() {
        return api.server().objects().get("leases.coordination.k8s.io", "kube-system", "roadstead");
    }
}
