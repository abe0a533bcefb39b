package io.roadstead.testkit.kubernetes;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What goes wrong at a test's word, and what the log says of it. */
class FaultsTest {

    private static final String NODES = "/api/v1/nodes";
    private static final Duration SOON = Duration.ofSeconds(10);

    private final ApiServer server = ApiServer.start();
    private final Client client = new Client(server);

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void answersMatchingRequestsAsItIsTold() {
        try (var busy = server.faults().answer(429, 2, request -> request.resource().equals("nodes"))) {
            var refused = client.get(NODES);

            assertThat(refused.status() + " " + refused.reason()).isEqualTo("429 TooManyRequests");
            assertThat(refused.retryAfter()).isEqualTo("1");
            assertThat(client.get("/api/v1/services").status()).isEqualTo(200);
            assertThat(client.get(NODES).status()).isEqualTo(429);
            assertThat(client.get(NODES).status()).isEqualTo(200);
            assertThat(busy.hits()).isEqualTo(2);
        }
        try (var broken = server.faults().answer(500, ApiRequest::isWrite)) {
            assertThat(client.post(NODES, "{metadata: {name: n}}").status()).isEqualTo(500);
            assertThat(broken.hits()).isEqualTo(1);
        }
        assertThat(client.post(NODES, "{metadata: {name: n}}").status()).isEqualTo(201);
    }

    @Test
    void holdsDelaysAndCutsRequests() {
        var hold = server.faults().hold(request -> request.resource().equals("nodes"));
        var held = CompletableFuture.supplyAsync(() -> client.get(NODES));
        eventually(SOON, () -> assertThat(hold.hits()).isEqualTo(1));
        assertThat(held).isNotDone();
        hold.close();
        assertThat(held.join().status()).isEqualTo(200);

        try (var delay = server.faults().delay(Duration.ofMillis(50), request -> true)) {
            long start = System.nanoTime();
            client.get(NODES);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
            assertThat(delay.hits()).isEqualTo(1);
        }
        // the JDK's client asks once more by itself when the connection had been used before
        try (var cut = server.faults().cut(Integer.MAX_VALUE, request -> true)) {
            assertThatThrownBy(() -> client.get(NODES)).isInstanceOf(UncheckedIOException.class);
            assertThat(cut.hits()).isPositive();
        }
        assertThat(client.get(NODES).status()).isEqualTo(200);
    }

    /** Repeated, since a port that is closed while a thread accepts there may stay open for a moment. */
    @RepeatedTest(50)
    void refusesConnectionsAndTakesThemAgainAtTheSamePort() {
        client.get(NODES);

        server.faults().refuseConnections();
        server.faults().cutConnections();
        assertThatThrownBy(() -> client.get(NODES)).isInstanceOf(UncheckedIOException.class);
        server.faults().acceptConnections();

        assertThat(client.get(NODES).status()).isEqualTo(200);
    }

    @Test
    void logsWhatWasAskedAndAnswered() {
        client.post(NODES, "{metadata: {name: n}}");
        client.patch(NODES + "/n/status", Client.STRATEGIC, "{status: {phase: x}}");
        client.get(NODES + "?limit=5");

        assertThat(server.requests().all()).extracting(logged -> logged.status() + " " + logged.request()).containsExactly(
                "201 create /api/v1/nodes (application/json)",
                "200 patch /api/v1/nodes/n/status (application/strategic-merge-patch+json)", "200 list /api/v1/nodes?limit=5");
        assertThat(server.requests().writes()).extracting(ApiRequest::qualifiedResource).containsExactly("nodes", "nodes/status");
        assertThat(server.requests().count(request -> request.verb().equals("list"))).isEqualTo(1);
        server.requests().clear();
        assertThat(server.requests().all()).isEmpty();
    }
}
