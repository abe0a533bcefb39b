package io.roadstead.testkit.lab;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What remains of a test run that ends before its tests do. */
class LeftoversIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @BeforeAll
    static void needsNamespaces() {
        Labs.require();
    }

    @Test
    void aRunThatIsToldToEndTakesItsNamespacesAndProcessesAlong() {
        try (var run = abandonedRun()) {
            var left = Left.of(run);

            run.terminate();
            run.awaitExit(SOON);

            assertThat(left.namespace).doesNotExist();
            assertThat(left.log).doesNotExist();
            eventually(SOON, () -> assertThat(ProcessHandle.of(left.pid)).isEmpty());
        }
    }

    @Test
    void theNextRunRemovesWhatAKilledOneLeft() {
        try (var killed = abandonedRun()) {
            var left = Left.of(killed);
            ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
            killed.awaitExit(SOON);
            assertThat(left.namespace).exists();

            try (var next = abandonedRun()) {
                Left.of(next);

                assertThat(left.namespace).doesNotExist();
                assertThat(left.log).doesNotExist();
                eventually(SOON, () -> assertThat(ProcessHandle.of(left.pid)).isEmpty());
            }
        }
    }

    private static ManagedProcess abandonedRun() {
        return ManagedProcess.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), Abandoned.class.getName()).start();
    }

    private record Left(Path namespace, long pid, Path log) {

        private static Left of(ManagedProcess run) {
            run.awaitOutput(SOON, "\nleft ");
            var words = run.output().lines().filter(line -> line.startsWith("left ")).findFirst().orElseThrow().split(" ");
            return new Left(Path.of("/run/netns", words[1]), Long.parseLong(words[2]), Path.of(words[3]));
        }
    }

    /** A test run that opens a namespace with a process in it, and then hangs. */
    static final class Abandoned {

        private Abandoned() {
        }

        public static void main(String... arguments) throws InterruptedException {
            var namespace = Namespace.create("abandoned");
            var process = namespace.process("sleep", "600").start();
            System.out.println("\nleft " + namespace.name() + " " + process.pid() + " " + process.log());
            new CountDownLatch(1).await();
        }
    }
}
