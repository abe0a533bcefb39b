package io.roadstead.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ManagedProcessTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void capturesBothStreamsUntilTheAwaitedTextIsThere() {
        try (var process = shell("echo out; echo err >&2; exec sleep 60").start()) {
            process.awaitOutput(SOON, "out").awaitOutput(SOON, "err");

            assertThat(process.isAlive()).isTrue();
        }
    }

    @Test
    void aProcessThatEndsBeforeTheConditionFailsAtOnceWithItsOutput() {
        try (var process = shell("echo cannot bind; exit 3").start()) {
            assertThatThrownBy(() -> process.awaitOutput(Duration.ofMinutes(10), "ready")).isInstanceOf(LabException.class)
                    .hasMessageContaining("ended with 3").hasMessageContaining("cannot bind");
        }
    }

    @Test
    void aWaitIsBoundedAndItsFailureShowsTheOutput() {
        try (var process = shell("echo starting; exec sleep 60").start()) {
            process.awaitOutput(SOON, "starting");

            assertThatThrownBy(() -> process.awaitOutput(Duration.ofMillis(20), "ready")).isInstanceOf(AssertionError.class)
                    .hasMessageContaining("starting");
        }
    }

    @Test
    void closingAsksTheProcessToEndAndRemovesItsPrivateLog() {
        var process = shell("trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done").start();
        process.awaitOutput(SOON, "ready");

        process.close();

        assertThat(process.isAlive()).isFalse();
        assertThat(process.awaitExit(Duration.ZERO)).isZero();
        assertThat(process.log()).doesNotExist();
    }

    @Test
    void killingTakesTheChildrenAlong() {
        try (var process = shell("sleep 60 & echo child $!; wait").start()) {
            process.awaitOutput(SOON, "child");
            var child = Long.parseLong(process.output().strip().substring("child ".length()));

            process.kill();

            Eventually.eventually(SOON, () -> assertThat(Running.pid(child)).isFalse());
        }
    }

    @Test
    void aNamedLogOutlivesTheProcess(@TempDir Path directory) {
        var log = directory.resolve("agent.log");

        try (var process = shell("echo $GREETING; pwd").environment("GREETING", "ahoy").directory(directory).log(log).start()) {
            assertThat(process.awaitExit(SOON)).isZero();
        }

        assertThat(log).hasContent("ahoy\n" + directory);
    }

    private static ManagedProcess.Builder shell(String script) {
        return ManagedProcess.of("sh", "-c", script);
    }
}
