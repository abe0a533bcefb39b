package io.roadstead.plugin.kubernetes.call;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * Sends with the client's connections, certificates and tokens, but below its operations: these repeat what failed, for up to a minute, and keep the answer's
 * headers to themselves. Has no timeouts of its own: those of the client run on a thread that would outlive the plugin. Who waits gives up.
 */
public final class ClientCalls implements ApiCalls {
    private static final int MOST_TEXT = 300;

    private final Supplier<KubernetesClient> clients;
    private final Line line;

    /** Knows whether a connection still leads anywhere. Safe for any thread. */
    public interface Line {
        /** Something came. */
        void heard();

        /** How often something came. */
        long signs();

        /** While a request by this client was waited for in vain, nothing else came either. */
        void silent(KubernetesClient client);

        /** The API server does not accept the credentials that this client was made with. */
        void refused(KubernetesClient client);
    }

    /** @param clients asked before each request, so that a client may be replaced */
    public ClientCalls(Supplier<KubernetesClient> clients, Line line) {
        this.clients = clients;
        this.line = line;
    }

    @Override
    public CompletableFuture<ApiReply> send(ApiRequest request, Duration timeout) {
        try {
            KubernetesClient client = clients.get();
            long before = line.signs();
            CompletableFuture<ApiReply> answer = once(client).sendAsync(http(client, request), String.class)
                    .handle((response, failure) -> response == null ? ApiReply.unanswered(reason(failure)) : reply(client, response));
            answer.whenComplete((reply, failure) -> {
                if (answer.isCancelled() && line.signs() == before) {
                    line.silent(client);
                }
            });
            return answer;
        } catch (RuntimeException e) { // no client can be made now, it is closed, or it does not even begin
            return CompletableFuture.completedFuture(ApiReply.unanswered(reason(e)));
        }
    }

    private static HttpClient once(KubernetesClient client) {
        RequestConfig config =
                new RequestConfigBuilder(client.getConfiguration().getRequestConfig()).withRequestRetryBackoffLimit(0).build();
        return client.getHttpClient().newBuilder().tag(config).build();
    }

    private static HttpRequest http(KubernetesClient client, ApiRequest request) {
        String root = client.getMasterUrl().toString();
        String uri = (root.endsWith("/") ? root.substring(0, root.length() - 1) : root) + request.path();
        HttpRequest.Builder builder = client.getHttpClient().newHttpRequestBuilder().uri(uri).header("Accept", "application/json");
        Map<String, ?> body = request.body();
        return body == null
                ? builder.build()
                : builder.method(request.method().http(), request.method().contentType(), client.getKubernetesSerialization().asJson(body))
                        .build();
    }

    private ApiReply reply(KubernetesClient client, HttpResponse<String> response) {
        line.heard();
        if (response.code() == ApiReply.UNAUTHORIZED) {
            line.refused(client);
        }
        Map<String, ?> body = tree(client, response);
        boolean ok = response.isSuccessful();
        if (ok && body.isEmpty()) {
            return ApiReply.unanswered("the answer is not a JSON object: " + shortened(response.body()));
        }
        return new ApiReply(response.code(), body, retryAfter(response, body), ok ? "" : problem(response, body));
    }

    /** What the body says; nothing when a proxy on the way answered with a page. */
    private static Map<String, ?> tree(KubernetesClient client, HttpResponse<String> response) {
        try {
            String text = response.bodyString();
            Object tree = text.isBlank() ? null : client.getKubernetesSerialization().unmarshal(text, Object.class);
            return tree instanceof Map<?, ?> map ? strings(map) : Map.of();
        } catch (IOException | RuntimeException ignored) { // no JSON
            return Map.of();
        }
    }

    @SuppressWarnings("unchecked") // JSON has no other keys
    private static Map<String, ?> strings(Map<?, ?> map) {
        return (Map<String, ?>) map;
    }

    /** The header's, or the one in the body's details; at least a second when the server has too much to do and names nothing. */
    private static Duration retryAfter(HttpResponse<String> response, Map<String, ?> body) {
        Duration named = seconds(response.header("Retry-After"));
        if (named.isZero() && body.get("details") instanceof Map<?, ?> details) {
            named = seconds(String.valueOf(details.get("retryAfterSeconds")));
        }
        return named.isZero() && response.code() == ApiReply.TOO_MANY_REQUESTS ? Duration.ofSeconds(1) : named;
    }

    private static Duration seconds(@Nullable String text) {
        // A date, which HTTP allows as well, no API server sends. More than an hour is nothing that one should wait for.
        return text != null && text.matches("[0-9]{1,4}") && Integer.parseInt(text) <= 3600 ? Duration.ofSeconds(Integer.parseInt(text))
                : Duration.ZERO;
    }

    private static String problem(HttpResponse<String> response, Map<String, ?> body) {
        return body.get("message") instanceof String message && !message.isEmpty()
                ? shortened(message)
                : "HTTP " + response.code() + " " + shortened(String.valueOf(response.body()));
    }

    private static String shortened(@Nullable String text) {
        String line = String.valueOf(text).replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > MOST_TEXT ? line.substring(0, MOST_TEXT) + "..." : line;
    }

    private static String reason(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause == null || cause instanceof CancellationException) {
            return "given up";
        }
        String message = cause.getMessage();
        // Others than these may quote what they stumbled over: a kubeconfig that is read again, with its tokens.
        boolean harmless = cause instanceof IOException || cause instanceof IllegalStateException;
        return !harmless || message == null || message.isBlank() ? cause.getClass().getSimpleName() : shortened(message);
    }
}
