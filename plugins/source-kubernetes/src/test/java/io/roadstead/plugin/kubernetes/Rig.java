package io.roadstead.plugin.kubernetes;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.roadstead.api.metrics.Metric;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.kernel.resource.KubernetesDecoder;
import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.RecordingSink;
import io.roadstead.testkit.kubernetes.ApiServer;
import io.roadstead.testkit.lab.Eventually.ThrowingAssertion;

/** A source at an API server, over real connections. Its time is in the test's hand, and everything but the network's selector runs on the test's thread. */
final class Rig implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final FakePluginContext context = new FakePluginContext("source-kubernetes", "node-1", Path.of("/nonexistent"));
    final RecordingSink sink = new RecordingSink();
    final KubernetesSource source;
    private final ApiServer server;

    Rig(ApiServer server) {
        this(server, Configs.of(server.url().toString()));
    }

    Rig(ApiServer server, KubernetesConfig config) {
        this.server = server;
        this.source = new KubernetesSource(config, context, new KubernetesDecoder());
    }

    /** Starts it and waits until it has read everything. */
    Rig synced() {
        source.start(sink);
        until(() -> assertThat(sink.isSynced()).as("synced; %s %s", source.status(), sink.problems()).isTrue());
        return this;
    }

    /** Works on what comes until that holds; no time passes. */
    void until(ThrowingAssertion assertion) {
        eventually(PATIENCE, () -> {
            context.scheduler().runReady();
            assertion.check();
        });
    }

    /** Lets time pass, in steps in which answers arrive, until that holds. */
    void passUntil(Duration step, ThrowingAssertion assertion) {
        eventually(PATIENCE, () -> {
            context.scheduler().runReady();
            try {
                assertion.check();
            } catch (AssertionError notYet) {
                context.scheduler().advance(step);
                throw notYet;
            }
        });
    }

    void pass(Duration time) {
        context.scheduler().advance(time);
    }

    /** Waits until every watch has told what there is now. */
    void watched(String... kinds) {
        Map<String, Double> before = new TreeMap<>();
        List.of(kinds).forEach(kind -> before.put(kind, bookmarks(kind)));
        server.sendBookmarks();
        until(() -> before.forEach((kind, count) -> assertThat(bookmarks(kind)).as("bookmarks of %s", kind).isGreaterThan(count)));
    }

    /** Waits until so many watches last. */
    void watching(int watches) {
        until(() -> assertThat(server.openWatches()).isGreaterThanOrEqualTo(watches));
    }

    private double bookmarks(String kind) {
        return figure("bookmarks_total", kind);
    }

    double figure(String name, String kind) {
        return context.metrics().value("roadstead_kubernetes_" + name, "kind", kind);
    }

    double figure(String name) {
        return context.metrics().collect().stream().filter(metric -> metric.name().equals("roadstead_kubernetes_" + name))
                .flatMap(metric -> metric.samples().stream()).mapToDouble(Metric.Sample::value).sum();
    }

    /** What a source that starts now is told. */
    Map<ResourceKey, Resource> fresh() {
        try (Rig other = new Rig(server)) {
            return other.synced().sink.objects();
        }
    }

    /** Waits until what was told amounts to what a source that starts now is told. */
    void equalsAFreshList() {
        Map<ResourceKey, Resource> expected = fresh();
        passUntil(Duration.ofMillis(200), () -> assertThat(sink.objects()).isEqualTo(expected));
    }

    /** {@code Service default/web spec.ports: problem}. */
    List<String> problems() {
        return sink.problems().stream()
                .map(problem -> problem.origin() + (problem.field().isEmpty() ? "" : " " + problem.field()) + ": " + problem.problem()
                        + (problem.kept() ? " (kept)" : ""))
                .toList();
    }

    @Override
    public void close() {
        source.close();
        context.scheduler().runReady();
        context.unload();
    }
}
