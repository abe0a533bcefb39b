package io.roadstead.plugin.mesh.etcd.client;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.roadstead.api.mesh.MeshStore;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.LabContext;

/** Stores over two real event loops, in real time. */
final class Fixture implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(30);
    static final ClientOptions OPTIONS =
            new ClientOptions(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(25), 256,
                    1000, 10_000, Duration.ofMinutes(15));

    final NettyTransport transport = EpollOrNioTransport.best(2, Thread.ofPlatform().daemon().name("netty-", 0).factory());
    private final LabContext context = new LabContext("mesh-etcd", Thread.ofPlatform().daemon().name("loop-", 0).factory());
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
        EtcdStore store = new EtcdStore("west", target, options, dialer, context.loop("files"), context, listener);
        stores.add(store);
        return store;
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static boolean isDone(CompletionStage<?> stage) {
        return stage.toCompletableFuture().isDone();
    }

    @Override
    public void close() {
        stores.forEach(MeshStore::close);
        dialer.close();
        context.close();
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
}
