package io.roadstead.plugin.kubernetes.call;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.plugin.kubernetes.call.ApiRequest.Method;
import io.roadstead.testkit.kubernetes.ApiServer;

class ClientCallsTest {

    private static final ApiRequest GET = new ApiRequest(Method.GET, "/api/v1/namespaces/default", null);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ApiServer server = ApiServer.start();
    private final KubernetesClient client = CallsFixture.client(server, "");
    private final ClientCalls calls = new ClientCalls(() -> client, CallsFixture.nobody());

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void anObjectComesAsATree() {
        ApiReply reply = calls.send(GET, TIMEOUT).join();

        assertThat(reply.ok()).isTrue();
        assertThat(Trees.map(reply.body().get("metadata")).get("name")).isEqualTo("default");
        assertThat(reply.problem()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 409, 422, 429, 500, 503, 504})
    void whateverTheAnswerNothingIsSentTwice(int code) {
        try (var fault = server.faults().answer(code, request -> true)) {
            ApiReply reply = calls.send(GET, TIMEOUT).join();

            assertThat(reply.code()).isEqualTo(code);
            assertThat(reply.ok()).isFalse();
            assertThat(reply.problem()).isNotEmpty();
            assertThat(reply.retryAfter()).isEqualTo(code == 429 || code == 503 ? Duration.ofSeconds(1) : Duration.ZERO);
            assertThat(fault.hits()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatEndsIsNoAnswerAndNothingIsSentTwice() {
        ApiRequest create = new ApiRequest(Method.CREATE, "/api/v1/namespaces",
                Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", "one")));
        try (var fault = server.faults().cut(10, request -> true)) {
            ApiReply reply = calls.send(create, TIMEOUT).join();

            assertThat(reply.code()).isEqualTo(ApiReply.NO_ANSWER);
            assertThat(reply.serverAway()).isTrue();
            assertThat(fault.hits()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatIsNotThereIsNoAnswer() {
        server.close();

        // The last of its accepting thread may still take a connection.
        ApiReply reply = eventually(TIMEOUT, () -> calls.send(GET, TIMEOUT).join(), answer -> answer.code() == ApiReply.NO_ANSWER);

        assertThat(reply.problem()).isNotEmpty();
    }

    @Test
    void aClientThatIsClosedIsNoAnswer() {
        client.close();

        assertThat(calls.send(GET, TIMEOUT).join().code()).isEqualTo(ApiReply.NO_ANSWER);
    }

    @Test
    void nullsInAPatchArrive() {
        server.objects().apply("{apiVersion: v1, kind: Node, metadata: {name: n, labels: {a: b}}}");
        Map<String, Object> labels = new LinkedHashMap<>();
        labels.put("a", null);
        labels.put("c", "d");

        calls.send(new ApiRequest(Method.MERGE, "/api/v1/nodes/n", Map.of("metadata", Map.of("labels", labels))), TIMEOUT).join();

        assertThat(server.objects().get("nodes", "", "n").path("metadata").path("labels")).hasToString("{\"c\":\"d\"}");
        assertThat(server.requests().writes()).extracting(request -> request.contentType())
                .isEqualTo(List.of("application/merge-patch+json"));
    }
}
