package io.roadstead.plugin.kubernetes;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ClusterSource;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.source.StatusWriter;
import io.roadstead.kernel.resource.KubernetesDecoder;
import io.roadstead.testkit.ClusterSourceContract;
import io.roadstead.testkit.kubernetes.ApiServer;
import io.roadstead.testkit.lab.LabContext;

/** In real time, since leading is a matter of it. */
final class KubernetesSourceContractTest extends ClusterSourceContract {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Set<String> FOLLOWED = Set.of("Node", "Service", "EndpointSlice", "Secret", "Pod");

    private final ApiServer server = ApiServer.start();
    private final List<Watched> sources = new ArrayList<>();

    @AfterEach
    void end() {
        sources.forEach(source -> {
            source.close();
            source.context.close();
        });
        server.close();
    }

    @Override
    protected ClusterSource<?> newSource() {
        Watched source = new Watched();
        sources.add(source);
        return source;
    }

    @Override
    protected String ownNode() {
        return "node-1"; // LabContext's
    }

    @Override
    protected void putNode(String name, Map<String, String> labels) {
        server.objects().apply("{apiVersion: v1, kind: Node, metadata: {name: " + name + ", labels: {" + labels.entrySet().stream()
                .map(label -> label.getKey() + ": '" + label.getValue() + "'").collect(Collectors.joining(", ")) + "}}}");
    }

    @Override
    protected void putService(String name) {
        server.objects().apply(Objects.service(name));
    }

    @Override
    protected void deleteNode(String name) {
        server.objects().delete("nodes", "", name);
    }

    @Override
    protected void rest() {
        sources.forEach(Watched::written);
        sources.forEach(Watched::watched);
        List<Boolean> leading = sources.stream().flatMap(source -> source.leading.values().stream()).toList();
        if (!leading.isEmpty()) {
            eventually(PATIENCE,
                    () -> assertThat(sources.stream().flatMap(source -> source.leading.values().stream()).filter(leads -> leads))
                            .hasSize(1));
        }
    }

    /** A source, and what the test has asked of it. */
    private final class Watched implements ClusterSource<KubernetesConfig>, StatusWriter, LeaderElection {
        private final LabContext context = new LabContext("source-kubernetes", Thread.ofPlatform().daemon().factory());
        private final KubernetesSource source;
        private final Map<Object, Boolean> leading = new ConcurrentHashMap<>();
        private final List<StatusUpdate> updates = new ArrayList<>();
        private final CountDownLatch synced = new CountDownLatch(1);
        private final Set<String> followed = new HashSet<>(FOLLOWED);
        private CompletionStage<Void> needed = CompletableFuture.completedFuture(null);
        private boolean started;
        private boolean closed;

        private Watched() {
            // All contexts begin with the same dice: agents are told apart by a number thrown with them.
            sources.forEach(other -> context.random().nextLong());
            source = new KubernetesSource(Configs.quicklyLeading(server.url().toString()), context, new KubernetesDecoder());
        }

        private void written() {
            updates.forEach(update -> eventually(PATIENCE, () -> assertThat(
                    server.objects().get("services", update.key().namespace(), update.key().name()).path("status").path("conditions"))
                    .isNotEmpty()));
            updates.clear();
        }

        private void watched() {
            if (started && !closed) {
                eventually(PATIENCE, () -> {
                    assertThat(synced.getCount()).as("synced").isZero();
                    assertThat(needed.toCompletableFuture()).isDone();
                });
                Map<String, Double> before = new HashMap<>();
                followed.forEach(kind -> before.put(kind, figure("bookmarks_total", kind)));
                eventually(PATIENCE, () -> {
                    server.sendBookmarks(); // the watch may not have begun
                    assertThat(before).allSatisfy((kind, count) -> assertThat(figure("bookmarks_total", kind)).isGreaterThan(count));
                });
            }
        }

        private double figure(String name, String kind) {
            return context.metrics().value("roadstead_kubernetes_" + name, "kind", kind);
        }

        @Override
        public void start(ClusterSink sink) {
            started = true;
            source.start(new ClusterSink() {
                @Override
                public void apply(ResourceBatch batch) {
                    sink.apply(batch);
                }

                @Override
                public void synced() {
                    sink.synced();
                    synced.countDown();
                }

                @Override
                public void problems(List<SourceProblem> all) {
                    sink.problems(all);
                }
            });
        }

        @Override
        public CompletionStage<Void> need(Needs needs) {
            if (needs.pods() == Needs.Scope.NONE) {
                followed.remove("Pod");
            } else {
                followed.add("Pod");
            }
            needed = source.need(needs);
            return needed;
        }

        @Override
        public void write(List<StatusUpdate> all) {
            updates.addAll(all);
            source.write(all);
        }

        @Override
        public Registration contend(String role, Consumer<Boolean> leads) {
            Object token = new Object();
            leading.put(token, false);
            Registration registration = source.contend(role, now -> {
                leads.accept(now);
                leading.computeIfPresent(token, (key, was) -> now);
            });
            return () -> {
                registration.close();
                leading.remove(token);
            };
        }

        @Override
        public boolean reconfigure(KubernetesConfig config) {
            return source.reconfigure(config);
        }

        @Override
        public InstanceStatus status() {
            return source.status();
        }

        @Override
        public void close() {
            source.close();
            leading.clear();
            closed = true;
        }
    }
}
