package io.roadstead.plugin.mesh.etcd.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.metrics.Metrics;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.lab.Etcd;

/** Stores over two real event loops, in real time. */
final class Fixture implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(30);
    static final ClientOptions OPTIONS =
            new ClientOptions(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(25), 256,
                    1000, 10_000, Duration.ofMinutes(15));

    final NettyTransport transport = EpollOrNioTransport.best(2, Thread.ofPlatform().daemon().name("loop-", 0).factory());
    final Context context = new Context(transport);
    private final ClientOptions options;
    private final Dialer dialer;
    private final List<MeshStore> stores = new ArrayList<>();

    Fixture() {
        this(OPTIONS);
    }

    Fixture(ClientOptions options) {
        this.options = options;
        this.dialer = new Dialer(transport, options);
    }

    static Target target(String... endpoints) {
        return new Target(List.of(endpoints).stream().map(URI::create).toList(), null, null, null, Map.of());
    }

    static Target target(Etcd etcd) {
        return target(etcd.endpoint());
    }

    EtcdStore open(Etcd etcd) {
        return open(target(etcd), new Heard());
    }

    EtcdStore open(Target target, MeshStore.Listener listener) {
        EtcdStore store = new EtcdStore("west", target, options, dialer, transport.nextLoop(), context, listener);
        stores.add(store);
        return store;
    }

    static <T> T get(java.util.concurrent.CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static boolean isDone(java.util.concurrent.CompletionStage<?> stage) {
        CompletableFuture<?> future = stage.toCompletableFuture();
        return future.isDone();
    }

    @Override
    public void close() {
        stores.forEach(MeshStore::close);
        dialer.close();
        transport.close();
    }

    /** What a listener was told. */
    static final class Heard implements MeshStore.Listener {
        final List<String> connected = new CopyOnWriteArrayList<>();
        final List<String> disconnected = new CopyOnWriteArrayList<>();

        @Override
        public void connected(String storeId) {
            connected.add(storeId);
        }

        @Override
        public void disconnected(String reason) {
            disconnected.add(reason);
        }
    }

    /** The machine's time, dice with a seed, and the transport's loops. */
    record Context(NettyTransport transport, RandomGenerator random) implements PluginContext {
        Context(NettyTransport transport) {
            this(transport, new Random(1));
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
        public Loop loop(String name) {
            return transport.nextLoop();
        }

        @Override
        public Metrics metrics() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path stateDirectory() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Registration watch(Path directory, Duration settle, Loop loop, Consumer<Set<Path>> changed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Registration closeOnUnload(AutoCloseable resource) {
            return () -> {
            };
        }
    }
}
