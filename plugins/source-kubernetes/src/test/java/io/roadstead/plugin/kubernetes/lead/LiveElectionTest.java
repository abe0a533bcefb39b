package io.roadstead.plugin.kubernetes.lead;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.roadstead.plugin.kubernetes.call.CallsFixture;
import io.roadstead.plugin.kubernetes.call.ClientCalls;
import io.roadstead.testkit.kubernetes.ApiServer;
import io.roadstead.testkit.lab.LabContext;

/** Two elections in time that nobody moves, on threads of their own. */
class LiveElectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final LeaderConfig CONFIG =
            new LeaderConfig(true, "kube-system", "roadstead", Duration.ofSeconds(4), Duration.ofSeconds(3),
                    Duration.ofSeconds(1));

    private final ApiServer server = ApiServer.start();
    private final KubernetesClient client = CallsFixture.client(server, "");
    private final ClientCalls calls = new ClientCalls(() -> client, CallsFixture.nobody());
    private final LabContext context = new LabContext("source-kubernetes", task -> {
        Thread thread = new Thread(task, "election");
        thread.setDaemon(true);
        return thread;
    });

    @AfterEach
    void close() {
        context.close();
        client.close();
        server.close();
    }

    @Test
    void aHangingServerCostsTheLeadInTimeAndAStopGivesItBackAtOnce() {
        AtomicBoolean leads = new AtomicBoolean();
        try (LeaseElection first = new LeaseElection(calls, context, CONFIG, () -> CompletableFuture.completedStage(null))) {
            first.contend("addresses", leads::set);
            eventually(PATIENCE, () -> assertThat(leads).isTrue());
            long before = System.nanoTime();
            try (var hold = server.faults().hold(request -> true)) {
                eventually(PATIENCE, () -> assertThat(leads).isFalse());
                assertThat(hold.hits()).as("requests that hang").isPositive();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - before)).as("by the end of the last renewal, not of the requests")
                    .isGreaterThan(CONFIG.renewDeadline().minus(CONFIG.retryPeriod()).minusMillis(100));
            eventually(PATIENCE, () -> assertThat(leads).as("again, when the server is back").isTrue());
            assertThat(first.term()).isEqualTo(2);
        }
        assertThat(leads).as("told before it is given back").isFalse();
        assertThat(server.objects().get("leases.coordination.k8s.io", "kube-system", "roadstead").path("spec").has("holderIdentity"))
                .as("given back when close returns").isFalse();

        try (LeaseElection second = new LeaseElection(calls, context, CONFIG, () -> CompletableFuture.completedStage(null))) {
            AtomicBoolean other = new AtomicBoolean();
            second.contend("addresses", other::set);
            eventually(PATIENCE, () -> assertThat(other).isTrue());
            assertThat(second.identity()).startsWith("node-1_").isNotEqualTo("node-1_");
        }
    }
}
