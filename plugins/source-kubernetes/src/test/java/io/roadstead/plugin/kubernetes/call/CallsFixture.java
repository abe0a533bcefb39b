package io.roadstead.plugin.kubernetes.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

import io.roadstead.testkit.kubernetes.ApiServer;

/**
 * An API server and a client of it whose answers have come when a call returns: with a manual scheduler, what happens is decided by the test alone. The requests are
 * real ones all the same.
 */
public final class CallsFixture implements ApiCalls, AutoCloseable {
    private static final Path DEFINITIONS = Path.of("../../distribution/kubernetes/crds");

    private final ApiServer server;
    private final KubernetesClient client;
    private final ClientCalls calls;
    private final List<ApiRequest> sent = new ArrayList<>();
    private Runnable beforeNext = () -> {
    };

    public CallsFixture() {
        this(ApiServer.start(), "");
    }

    /** @param token of the user; empty for nobody */
    public CallsFixture(ApiServer server, String token) {
        this.server = server;
        client = client(server, token);
        calls = new ClientCalls(() -> client, nobody());
    }

    /** Makes nothing of it when a connection is silent or refused. */
    public static ClientCalls.Line nobody() {
        return new ClientCalls.Line() {
            @Override
            public void heard() {
                // nobody asks
            }

            @Override
            public long signs() {
                return 0;
            }

            @Override
            public void silent(KubernetesClient client) {
                // it stays
            }

            @Override
            public void refused(KubernetesClient client) {
                // it stays
            }
        };
    }

    public static KubernetesClient client(ApiServer server, String token) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(token.isEmpty() ? server.kubeconfig() : server.kubeconfig(token)))
                .build();
    }

    public ApiServer server() {
        return server;
    }

    /** With the definitions that the distribution brings. */
    public CallsFixture withDefinitions() {
        try (Stream<Path> files = Files.list(DEFINITIONS)) {
            for (Path file : files.filter(name -> name.toString().contains("/cilium")).sorted().toList()) {
                server.objects().apply(Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Has something happen between the decision about the next request and its arrival. */
    public void beforeNext(Runnable what) {
        beforeNext = what;
    }

    /** What was sent since the start or {@link #clear}. */
    public List<ApiRequest> sent() {
        return List.copyOf(sent);
    }

    public void clear() {
        sent.clear();
    }

    @Override
    public CompletableFuture<ApiReply> send(ApiRequest request, Duration timeout) {
        Runnable before = beforeNext;
        beforeNext = () -> {
        };
        before.run();
        sent.add(request);
        return CompletableFuture.completedFuture(calls.send(request, timeout).join());
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
