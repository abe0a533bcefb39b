package io.roadstead.kernel.boot;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    @TempDir
    Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aWrongCommandLineIsAnsweredWithTheUsage() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(run("fly", "--config", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(run("agent", "--config")).isEqualTo(ExitCode.USAGE);
        assertThat(run("agent", "--config", "x", "--set", "novalue")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--config is missing", "unknown verb 'fly'", "--config needs a value",
                "unknown option '--set novalue'", "usage: agent --config FILE");
    }

    @Test
    void aWrongConfigurationIsPrintedInFull() throws IOException {
        Path file = Files.writeString(home.resolve("roadstead.conf"), "roadstead.node.nmae = a\nroadstead.cluster.id = b\n");

        assertThat(run("agent", "--config", file.toString())).isEqualTo(ExitCode.CONFIG);

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("roadstead: configuration: 2 errors:",
                file + ":1: roadstead.node.nmae: unknown key; did you mean 'name'?", file + ":2: roadstead.cluster.id: found the text 'b'");
    }

    @Test
    void aMissingFileIsAConfigurationError() {
        assertThat(run("agent", "--config", home.resolve("none.conf").toString())).isEqualTo(ExitCode.CONFIG);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("none.conf", "there is no such file");
    }

    @Test
    void checkSaysWhetherTheConfigurationCanBeUsed() throws IOException {
        FakePlugins.home(home);
        Path file = Files.writeString(home.resolve("roadstead.conf"), "roadstead.source.type = none");
        assertThat(run("check", "--config", file.toString())).isEqualTo(ExitCode.OK);
        assertThat(run("check", "--config", file.toString(), "--set", "roadstead.cluster.id=-1")).isEqualTo(ExitCode.CONFIG);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("The configuration can be used.",
                "error: override: roadstead.cluster.id: id -1 is not in 0 to 511", "The configuration cannot be used.");
    }

    @Test
    void aProcessEndsOnSigtermWithCodeZero() throws IOException, InterruptedException {
        FakePlugins.home(home);
        Path file = Files.writeString(home.resolve("roadstead.conf"),
                "roadstead { node.name = n7, source.type = none, logging.format = json }");
        Path log = home.resolve("log");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "agent", "--config", file.toString())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            eventually(Duration.ofSeconds(30), () -> assertThat(Files.readString(log)).contains("agent started node=n7"));

            process.destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(log)).contains("agent stopped node=n7");
            assertThat(process.exitValue()).isZero();
            assertThat(Files.readAllLines(log)).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        } finally {
            process.destroyForcibly();
        }
    }

    private ExitCode run(String... args) {
        return new Main(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), logging -> {
        }).run(List.of(args));
    }
}
