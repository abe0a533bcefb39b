package io.roadstead.deployment;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.roadstead.testkit.kubernetes.ApiServer;

/** An API server that has our definitions, asked as kubectl does: with strict field validation. */
final class TestCluster implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ApiServer server;
    private final HttpClient http = HttpClient.newHttpClient();

    TestCluster() {
        server = ApiServer.start();
        Kustomization.of(Project.kubernetes().resolve("crds")).objects().forEach(server.objects()::apply);
    }

    ApiServer server() {
        return server;
    }

    /** What the server says to a new object, and then to its status if it has one: empty when it takes both. */
    String create(ObjectNode object) {
        var resource = "/apis/" + object.path("apiVersion").asText() + "/" + object.path("kind").asText().toLowerCase(Locale.ROOT) + "s";
        var problem = send("POST", resource, object);
        if (!problem.isEmpty() || !object.has("status")) {
            return problem;
        }
        var name = resource + "/" + object.path("metadata").path("name").asText();
        var stored = (ObjectNode) get(name);
        stored.set("status", object.path("status"));
        problem = send("PUT", name + "/status", stored);
        var kept = get(name).path("status").toString(); // as text: readers differ in the type of number
        return !problem.isEmpty() || kept.equals(object.path("status").toString()) ? problem : "the status was pruned to " + kept;
    }

    JsonNode get(String path) {
        try {
            return MAPPER.readTree(answer(HttpRequest.newBuilder(server.url().resolve(path)).build()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String send(String method, String path, JsonNode body) {
        var answer = answer(HttpRequest.newBuilder(server.url().resolve(path + "?fieldValidation=Strict"))
                .header("Content-Type", "application/json").method(method, HttpRequest.BodyPublishers.ofString(body.toString())).build());
        try {
            return answer.statusCode() < 300 ? "" : MAPPER.readTree(answer.body()).path("message").asText("refused without a message");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> answer(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        server.close();
    }
}
