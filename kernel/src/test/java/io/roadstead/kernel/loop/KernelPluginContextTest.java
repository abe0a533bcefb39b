package io.roadstead.kernel.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.metrics.Metrics;
import io.roadstead.api.time.Loop;
import io.roadstead.kernel.metrics.MetricsRegistry;

class KernelPluginContextTest {

    @TempDir
    private Path directory;
    private final MetricsRegistry metrics = new MetricsRegistry();
    private final DirectoryWatch watch = new DirectoryWatch();
    private final List<String> closed = new ArrayList<>();
    private KernelPluginContext context;

    @BeforeEach
    void make() {
        context = new KernelPluginContext("demo", "1.2.3", getClass().getClassLoader(),
                new ContextServices("node-1", InstantSource.system(), new Random(1), metrics, watch, directory));
    }

    @AfterEach
    void end() {
        context.close();
        watch.close();
    }

    @Test
    void loopsAreNamedAfterThePluginMadeOnceAndEndedAtTheClose() {
        Loop loop = context.loop("work");
        Thread thread = loop.submit(Thread::currentThread).join();

        assertThat(context.loop("work")).isSameAs(loop);
        assertThat(thread.getName()).isEqualTo("demo/work");
        context.close();
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void everythingLeftOpenIsClosedLastFirstAlsoWhenOneFails() {
        context.closeOnUnload(() -> closed.add("a"));
        Registration early = context.closeOnUnload(() -> closed.add("b"));
        context.closeOnUnload(() -> {
            throw new IOException("planted; the log shows it");
        });
        context.closeOnUnload(() -> closed.add("c"));
        early.close();

        context.close();

        assertThat(closed).containsExactly("b", "c", "a");
    }

    @Test
    void watchesMetricsAndTimersAreTakenBack() {
        context.metrics().register(List::of);
        Metrics.Timer timer = context.metrics().timer("roadstead_demo_seconds", "Demo.");
        timer.record(Duration.ofMillis(3));
        context.watch(directory, Duration.ZERO, context.loop("work"), () -> {
        });
        assertThat(metrics.collect()).extracting("name").containsExactly("roadstead_demo_seconds");

        context.close();

        assertThat(metrics.collect()).isEmpty();
        assertThat(watch.registered()).isZero();
    }

    @Test
    void theStateDirectoryIsThePluginsOwnAndTheUsersOnly() throws IOException {
        Path state = context.stateDirectory();

        assertThat(state).isEqualTo(directory.resolve("plugins/demo"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state))).isEqualTo("rwx------");
    }
}
