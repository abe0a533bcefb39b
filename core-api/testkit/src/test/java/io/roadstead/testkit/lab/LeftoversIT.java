package io.roadstead.testkit.lab;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What remains of a test run that ends before its tests do. */
class LeftoversIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @BeforeAll
    static void needsNamespaces() {
        Labs.require();
    }

    @Test
    void aRunThatIsToldToEndTakesItsNamespacesAndProcessesAlong() throws IOException {
        try (var run = abandonedRun("one")) {
            var left = left(run, "one");

            run.terminate();
            run.awaitExit(SOON);

            assertThat(left.namespace).doesNotExist();
            assertThat(left.log).doesNotExist();
            eventually(SOON, () -> assertThat(Running.pid(left.pid)).isFalse());
        }
    }

    @Test
    void theNextRunRemovesWhatAKilledOneLeft() throws IOException {
        try (var killed = abandonedRun("one")) {
            var left = left(killed, "one");
            assertThat(left.namespace).exists(); // not after the kill: a run beside this one may sweep as well
            ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
            killed.awaitExit(SOON);

            try (var next = abandonedRun("next")) {
                left(next, "next");

                assertThat(left.namespace).doesNotExist();
                assertThat(left.log).doesNotExist();
                eventually(SOON, () -> assertThat(Running.pid(left.pid)).isFalse());
            }
        }
    }

    private ManagedProcess abandonedRun(String report) {
        return ManagedProcess.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), Abandoned.class.getName(), directory.resolve(report).toString()).start();
    }

    private Left left(ManagedProcess run, String report) throws IOException {
        var file = directory.resolve(report);
        run.await(SOON, "reports what it opened", () -> Files.exists(file));
        var lines = Files.readAllLines(file);
        return new Left(Path.of("/run/netns", lines.get(0)), Long.parseLong(lines.get(1)), Path.of(lines.get(2)));
    }

    private record Left(Path namespace, long pid, Path log) {
    }

    /** A test run that opens a namespace with a process in it, reports them to a file, and then hangs. */
    static final class Abandoned {

        private Abandoned() {
        }

        public static void main(String... arguments) throws Exception {
            var namespace = Namespace.create("abandoned");
            var process = namespace.process("sleep", "600").start();
            var report = Path.of(arguments[0]);
            var unfinished = report.resolveSibling(report.getFileName() + ".tmp");
            Files.write(unfinished, List.of(namespace.name(), Long.toString(process.pid()), process.log().toString()));
            Files.move(unfinished, report);
            new CountDownLatch(1).await();
        }
    }
}
