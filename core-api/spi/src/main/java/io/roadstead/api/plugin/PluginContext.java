package io.roadstead.api.plugin;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.metrics.Metrics;
import io.roadstead.api.time.Loop;

/**
 * What the kernel gives a plugin: one per plugin. Everything obtained here is taken back when the plugin unloads, so a plugin never makes a
 * thread, a timer or a shutdown hook of its own.
 */
public interface PluginContext {
    String pluginId();

    /** The plugin's own version, as its manifest says. */
    String pluginVersion();

    /** This agent's node name ({@code roadstead.node.name}). */
    String nodeName();

    /** The time of day. */
    InstantSource clock();

    /**
     * Nanoseconds since some moment, of which only differences mean anything: nobody sets it back or forth, and it goes on while the process stands still. For what
     * must have ended by then, however the time of day was corrected meanwhile.
     */
    LongSupplier monotonicNanos();

    /** Chance; seeded in tests. Safe for any thread. */
    RandomGenerator random();

    /** A loop of this plugin's with that name, made at the first call and shared by later ones. */
    Loop loop(String name);

    /** Figures of this plugin. */
    Metrics metrics();

    /** A directory of this plugin's that outlives restarts, made at the first call, readable by the agent's user only. */
    Path stateDirectory();

    /**
     * Watches a directory (not its children's children). The callback runs on the loop after anything in it was created, changed, renamed or
     * removed, at most once per settle time, and once at the start. Also follows the directory being replaced by a symlink swap.
     *
     * @param settle  how long to gather further changes before calling; zero calls at once
     * @param changed takes the names within the directory to look at; none when anything may have changed, as at the start
     */
    Registration watch(Path directory, Duration settle, Loop loop, Consumer<Set<Path>> changed);

    /** The same for who looks at everything anyway. */
    default Registration watch(Path directory, Duration settle, Loop loop, Runnable changed) {
        return watch(directory, settle, loop, names -> changed.run());
    }

    /** Has the kernel close it when the plugin unloads, before its loops end; last registered is closed first. */
    Registration closeOnUnload(AutoCloseable resource);
}
