package io.roadstead.plugin.mesh.etcd.client;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.FakeMetrics;

/** A context in real time: the machine's clock, dice with a seed, and the loops of a transport of its own. */
public final class LiveContext implements PluginContext, AutoCloseable {

    private final NettyTransport transport = EpollOrNioTransport.best(2, Thread.ofPlatform().daemon().name("loop-", 0).factory());
    private final Loop loop = transport.nextLoop();
    private final RandomGenerator random = new Random(1);
    private final FakeMetrics metrics = new FakeMetrics();
    private final List<AutoCloseable> resources = new CopyOnWriteArrayList<>();

    public NettyTransport transport() {
        return transport;
    }

    @Override
    public String pluginId() {
        return "mesh-etcd";
    }

    @Override
    public String pluginVersion() {
        return "1.0.0";
    }

    @Override
    public String nodeName() {
        return "node-1";
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    @Override
    public LongSupplier monotonicNanos() {
        return System::nanoTime;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Loop loop(String name) {
        return loop;
    }

    @Override
    public FakeMetrics metrics() {
        return metrics;
    }

    @Override
    public Path stateDirectory() {
        throw new UnsupportedOperationException("the plugin keeps no files");
    }

    /** Looks once. */
    @Override
    public Registration watch(Path directory, Duration settle, Loop on, Consumer<Set<Path>> changed) {
        on.execute(() -> changed.accept(Set.of()));
        return () -> {
        };
    }

    @Override
    public Registration closeOnUnload(AutoCloseable resource) {
        resources.add(resource);
        return () -> resources.remove(resource);
    }

    @Override
    public void close() {
        transport.close();
    }
}
