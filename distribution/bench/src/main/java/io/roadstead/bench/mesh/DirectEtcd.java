package io.roadstead.bench.mesh;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.plugin.mesh.etcd.client.ClientOptions;
import io.roadstead.plugin.mesh.etcd.client.Dialer;
import io.roadstead.plugin.mesh.etcd.client.EtcdStore;
import io.roadstead.plugin.mesh.etcd.client.Target;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.lab.LabContext;

/** The plugin's stores at ports of loopback, without files that say so, over a transport of their own. */
final class DirectEtcd implements MeshBackend<DirectEtcd.Config> {

    /** As shipped, but for what would make a test of outages long, signs of life asked for after a second and leases of 20, and 1,000 writes a second. */
    private static final ClientOptions OPTIONS = new ClientOptions(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(1),
            Duration.ofSeconds(2), 256, 1000, 10_000, Duration.ofSeconds(20));

    private final Config config;
    private final NettyTransport transport;
    private final Dialer dialer;
    private final LabContext context = new LabContext("mesh-etcd", Thread.ofPlatform().daemon().name("files-", 0).factory());

    /**
     * Where the stores are.
     *
     * @param own   port of the own one; 0 for none
     * @param ports of the others, by their clusters
     */
    record Config(int own, Map<String, Integer> ports) {
    }

    private DirectEtcd(Config config) {
        this.config = config;
        transport = EpollOrNioTransport.best(2, Thread.ofPlatform().daemon().name("etcd-", 0).factory());
        dialer = new Dialer(transport, OPTIONS);
    }

    /** For an agent that publishes. */
    static DirectEtcd own(int port) {
        return new DirectEtcd(new Config(port, Map.of()));
    }

    /** For an agent that reads. */
    static DirectEtcd remotes(Map<String, Integer> ports) {
        return new DirectEtcd(new Config(0, ports));
    }

    @Override
    public void start(Consumer<Clusters> configured) {
        configured.accept(new Clusters(config.own() != 0, new TreeSet<>(config.ports().keySet()), List.of()));
    }

    @Override
    public MeshStore own(MeshStore.Listener listener) {
        return open("own", config.own(), listener);
    }

    @Override
    public MeshStore remote(String cluster, MeshStore.Listener listener) {
        return open(cluster, config.ports().getOrDefault(cluster, 0), listener);
    }

    private MeshStore open(String name, int port, MeshStore.Listener listener) {
        return new EtcdStore(name, new Target(List.of(URI.create("http://127.0.0.1:" + port)), null, null, null, Map.of()), OPTIONS, dialer,
                context.loop("files"), context, listener);
    }

    @Override
    public boolean reconfigure(Config changed) {
        return false;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("");
    }

    @Override
    public void close() {
        dialer.close();
        transport.close();
        context.close();
    }
}
