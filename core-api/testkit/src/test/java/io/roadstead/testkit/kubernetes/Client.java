package io.roadstead.testkit.kubernetes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Talks to an API server with the JDK's client. */
final class Client implements AutoCloseable {

    static final String MERGE = "application/merge-patch+json";
    static final String JSON_PATCH = "application/json-patch+json";
    static final String STRATEGIC = "application/strategic-merge-patch+json";
    static final String APPLY = "application/apply-patch+yaml";

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI base;
    private final String token;

    Client(ApiServer server) {
        this(server, "");
    }

    Client(ApiServer server, String token) {
        this.base = server.url();
        this.token = token;
    }

    record Answer(int status, JsonNode body, String retryAfter) {
        String version() {
            return body.at("/metadata/resourceVersion").asText();
        }

        String reason() {
            return body.path("reason").asText();
        }

        String message() {
            return body.path("message").asText();
        }
    }

    Answer get(String path) {
        return send("GET", path, "", null);
    }

    Answer delete(String path) {
        return send("DELETE", path, "", null);
    }

    /** @param yaml which is sent as JSON */
    Answer post(String path, String yaml) {
        return send("POST", path, "application/json", yaml);
    }

    Answer put(String path, JsonNode body) {
        return send("PUT", path, "application/json", body.toString());
    }

    Answer patch(String path, String contentType, String yaml) {
        return send("PATCH", path, contentType, yaml);
    }

    Answer send(String method, String path, String contentType, @Nullable String yaml) {
        var request = request(path);
        if (yaml == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", contentType).method(method,
                    HttpRequest.BodyPublishers.ofString(Json.yaml(yaml).getFirst().toString()));
        }
        try {
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), Json.MAPPER.readTree(answer.body()),
                    answer.headers().firstValue("Retry-After").orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A watch that has begun. */
    Events watch(String path) {
        try {
            var answer = http.send(request(path).build(), HttpResponse.BodyHandlers.ofInputStream());
            return new Events(answer.statusCode(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(20));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }

    /** The events of one watch, as text: {@code ADDED web}, {@code BOOKMARK}, {@code ERROR 410}. */
    static final class Events implements AutoCloseable {

        private final int status;
        private final InputStream stream;
        private final BufferedReader lines;

        private Events(int status, InputStream stream) {
            this.status = status;
            this.stream = stream;
            this.lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        }

        int status() {
            return status;
        }

        /** Null at the end. */
        @Nullable
        JsonNode nextEvent() throws IOException {
            var line = lines.readLine();
            return line == null ? null : Json.MAPPER.readTree(line);
        }

        /** Waits for it; {@code end} when the watch has ended. */
        String next() throws IOException {
            var event = nextEvent();
            if (event == null) {
                return "end";
            }
            var object = event.path("object");
            var what = switch (event.path("type").asText()) {
                case "ERROR" -> object.path("code").asText();
                case "BOOKMARK" -> "";
                default -> object.at("/metadata/name").asText();
            };
            return (event.path("type").asText() + " " + what).strip();
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
