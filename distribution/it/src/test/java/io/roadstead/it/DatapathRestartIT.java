package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.jar.Manifest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** What happens to the agent does not happen to the traffic. */
@Timeout(180)
final class DatapathRestartIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int PER_SECOND = 2_000;
    /** Of undisturbed load, before and after everything that is done. */
    private static final int SOME_REQUESTS = 2 * PER_SECOND;

    @TempDir
    private Path directory;
    private PackagedTree tree;
    private DatapathLab lab;

    @BeforeEach
    void up() {
        Labs.require(Tool.MOUNT);
        tree = PackagedTree.asBuilt().copyTo(directory);
        lab = DatapathLab.create(tree, directory);
        lab.startAgent();
    }

    @AfterEach
    void down() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void noRequestFailsWhenTheAgentIsKilledRestartedAndUpgraded(TestReporter reporter) throws IOException {
        try (var load = HttpLoad.start(lab.client(), DatapathLab.FRONTEND, PER_SECOND)) {
            awaitMore(load);

            lab.agent().kill();
            awaitMore(load); // without an agent
            lab.startAgent();
            awaitMore(load);

            lab.agent().terminate();
            lab.agent().awaitExit(SOON);
            awaitMore(load);
            lab.startAgent();
            awaitMore(load);

            // the agent runs on, and changes the plugin under it
            upgrade("datapath-ebpf");
            lab.awaitVersion("datapath-ebpf", "0.1.1");
            upgrade("dispatch-snat");
            lab.awaitVersion("dispatch-snat", "0.1.1");
            lab.awaitDatapath();
            awaitMore(load);

            load.stop();
            reporter.publishEntry("load", load.toString());
            assertThat(load.failures()).isEmpty();
            assertThat(load.failed()).isZero();
            assertThat(lab.answered()).allSatisfy(answered -> assertThat(answered).isPositive());
        }
    }

    private static void awaitMore(HttpLoad load) {
        var before = load.succeeded();
        eventually(SOON, () -> {
            assertThat(load.failures()).isEmpty();
            assertThat(load.succeeded()).isGreaterThan(before + SOME_REQUESTS);
        });
    }

    /** The same plugin as version 0.1.1, as an operator installs it. */
    private void upgrade(String plugin) throws IOException {
        var jar = tree.plugins().resolve(plugin + "-0.1.0.jar");
        var next = Files.copy(jar, directory.resolve(plugin + "-0.1.1.jar"));
        try (var files = FileSystems.newFileSystem(next, Map.of("create", "false"))) {
            var path = files.getPath("META-INF/MANIFEST.MF");
            Manifest manifest;
            try (var in = Files.newInputStream(path)) {
                manifest = new Manifest(in);
            }
            manifest.getMainAttributes().putValue("Plugin-Version", "0.1.1");
            try (var out = Files.newOutputStream(path)) {
                manifest.write(out);
            }
        }
        tree.roadstead("plugin", "install", next.toString()).successfulOutput();
    }
}
