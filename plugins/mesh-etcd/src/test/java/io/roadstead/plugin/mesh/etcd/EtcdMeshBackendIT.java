package io.roadstead.plugin.mesh.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.MeshBackendContract;
import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.LabContext;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.TcpLink;
import io.roadstead.testkit.lab.Tool;

/** The contract against two real etcds. */
class EtcdMeshBackendIT extends MeshBackendContract {

    private static Etcd own;
    private static Etcd east;
    private static TcpLink toOwn;
    private static TcpLink toEast;
    private static NettyTransport transport;
    private static LabContext context;

    @BeforeAll
    static void startStores() {
        Labs.require(Tool.ETCD, Tool.ETCDCTL);
        own = Etcd.start();
        east = Etcd.start();
        toOwn = TcpLink.to(own.port());
        toEast = TcpLink.to(east.port());
        transport = EpollOrNioTransport.best(2, Thread.ofPlatform().daemon().name("netty-", 0).factory());
        context = new LabContext("mesh-etcd", Thread.ofPlatform().daemon().name("loop-", 0).factory());
    }

    @AfterAll
    static void stopStores() {
        for (AutoCloseable each : new AutoCloseable[] {context, transport, toOwn, toEast, own, east}) {
            if (each != null) {
                try {
                    each.close();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Override
    protected MeshBackend<?> newBackend() {
        own.deletePrefix("");
        east.deletePrefix("");
        return backend(new StoreConfig(List.of("http://127.0.0.1:" + toOwn.port()), null, null, null, null),
                Map.of(REMOTE, new StoreConfig(List.of("http://127.0.0.1:" + toEast.port()), null, null, null, null)));
    }

    @Override
    protected MeshBackend<?> newEmptyBackend() {
        return backend(null, Map.of());
    }

    private static MeshBackend<?> backend(StoreConfig ofOwn, Map<String, StoreConfig> clusters) {
        var config = new EtcdMeshConfig(ofOwn, clusters, null, Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(15),
                Duration.ofSeconds(25),
                256, 1000, 10_000, Duration.ofMinutes(15));
        return new EtcdMeshBackendFactory(transport).create("etcd", config, context);
    }

    @Override
    protected void write(Map<String, byte[]> entries) {
        var texts = new LinkedHashMap<String, String>();
        entries.forEach((key, value) -> texts.put(key, new String(value, UTF_8)));
        east.put(texts);
    }

    @Override
    protected void remove(List<String> keys) {
        east.delete(keys);
    }

    @Override
    protected void cut() {
        toOwn.cut();
        toEast.cut();
    }

    @Override
    protected void restore() {
        toOwn.mend();
        toEast.mend();
    }

    @Override
    protected void rest() {
        // its loops are real
    }
}
