package io.roadstead.plugin.manifests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.roadstead.api.source.SourceProblem;
import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.RecordingSink;

/** A directory of manifests and agents that read it, with time in the test's hand. */
final class Fixture {
    static final Duration SETTLE = Duration.ofMillis(200);

    final Path directory;
    final Path state;
    final TestDecoder decoder = new TestDecoder();
    final List<FakePluginContext> contexts = new ArrayList<>();

    Fixture(Path base) {
        directory = base.resolve("manifests");
        state = base.resolve("state");
        make(directory);
        make(state);
    }

    ManifestsConfig config() {
        return new ManifestsConfig(directory, state, List.of("*.yaml", "*.yml", "*.json"), SETTLE, 1 << 20);
    }

    ManifestsSource source() {
        FakePluginContext context = new FakePluginContext("source-manifests", directory.resolveSibling("unused"));
        contexts.add(context);
        return new ManifestsSource(config(), context, decoder);
    }

    RecordingSink start(ManifestsSource source) {
        RecordingSink sink = new RecordingSink();
        source.start(sink);
        events();
        settle();
        return sink;
    }

    /** An event of these files, or of all when there are none, reaches all agents; no time passes. */
    void events(String... files) {
        for (int round = 0; round < 4; round++) { // one agent's writing is an event for the others
            contexts.forEach(context -> {
                context.directoryChanged(directory, files);
                context.directoryChanged(state);
                context.directoryChanged(state.resolve("status"));
                context.scheduler().runReady();
            });
        }
    }

    void pass(Duration time) {
        contexts.forEach(context -> context.scheduler().advance(time));
    }

    void settle() {
        pass(SETTLE);
    }

    void write(String file, String text) {
        try {
            Files.writeString(directory.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        events(file);
    }

    void replace(String file, String text) {
        try {
            Path temporary = Files.writeString(directory.resolve("." + file + ".tmp"), text);
            Files.move(temporary, directory.resolve(file), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        events("." + file + ".tmp", file);
    }

    void delete(String file) {
        try {
            Files.delete(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        events(file);
    }

    static Path make(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String node(String name) {
        return node(name, "1");
    }

    static String node(String name, String zone) {
        return "apiVersion: v1\nkind: Node\nmetadata:\n  name: " + name + "\n  labels:\n    zone: \"" + zone + "\"\n";
    }

    static String service(String name) {
        return "apiVersion: v1\nkind: Service\nmetadata:\n  name: " + name + "\nspec:\n  type: LoadBalancer\n";
    }

    static String documents(String... documents) {
        return String.join("---\n", documents);
    }

    /** {@code b.yaml:3 spec.bad: problem}, with {@code (kept)} where an earlier content is in force. */
    static List<String> texts(RecordingSink sink) {
        return sink.problems().stream().map(Fixture::text).toList();
    }

    private static String text(SourceProblem problem) {
        return problem.origin() + (problem.field().isEmpty() ? "" : " " + problem.field()) + ": " + problem.problem()
                + (problem.kept() ? " (kept)" : "");
    }
}
