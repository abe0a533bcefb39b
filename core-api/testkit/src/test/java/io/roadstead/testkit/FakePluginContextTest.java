package io.roadstead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.lifecycle.Registration;

class FakePluginContextTest {

    @TempDir
    private Path directory;
    private final List<String> events = new ArrayList<>();

    @Test
    void aWatchCallsAtTheStartAndOncePerSettleTime() {
        FakePluginContext context = new FakePluginContext("p", directory.resolve("state"));
        Registration watch = context.watch(directory, Duration.ofMillis(100), context.loop("x"), () -> events.add("changed"));
        context.scheduler().runReady();

        context.directoryChanged(directory);
        context.directoryChanged(directory);
        context.scheduler().advance(Duration.ofMillis(100));
        watch.close();
        context.directoryChanged(directory);
        context.scheduler().advance(Duration.ofMillis(100));

        assertThat(events).containsExactly("changed", "changed");
    }

    @Test
    void unloadClosesWhatIsStillOpenLastRegisteredFirst() {
        FakePluginContext context = new FakePluginContext("p", directory);
        context.closeOnUnload(() -> events.add("a"));
        Registration early = context.closeOnUnload(() -> events.add("b"));
        context.closeOnUnload(() -> events.add("c"));

        early.close();
        context.unload();

        assertThat(events).containsExactly("b", "c", "a");
    }
}
