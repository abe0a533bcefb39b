package io.roadstead.kernel.mesh.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.roadstead.api.model.mesh.RemoteCluster;
import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.view.MeshView;
import io.roadstead.kernel.mesh.MeshSettings;
import io.roadstead.kernel.mesh.schema.ClusterConfigEntry;
import io.roadstead.kernel.mesh.schema.IdentityEntry;
import io.roadstead.kernel.mesh.schema.IpEntry;
import io.roadstead.kernel.mesh.schema.MeshKeys;
import io.roadstead.kernel.mesh.schema.MeshKind;
import io.roadstead.kernel.mesh.schema.NodeEntry;
import io.roadstead.kernel.mesh.schema.Owner;
import io.roadstead.kernel.mesh.schema.Port;
import io.roadstead.kernel.mesh.schema.ServiceEntry;
import io.roadstead.testkit.ManualScheduler;
import io.roadstead.testkit.RecordingSink;

/** Readers of clusters whose stores a test fills and breaks; the own cluster is east with id 1. */
final class MeshLab {

    static final List<MeshKind> READ = List.of(MeshKind.NODES, MeshKind.SERVICES, MeshKind.ENDPOINTS, MeshKind.IDENTITIES);

    final ManualScheduler loop = new ManualScheduler();
    final RecordingSink sink = new RecordingSink();
    MeshSettings settings =
            new MeshSettings("fake", "east", 1, true, 255, Duration.ofMinutes(1), Duration.ofMinutes(2));
    final Remotes remotes = new Remotes(loop, loop.clock(), sink::apply, () -> settings, () -> {
    });
    final Map<String, FakeStore> stores = new TreeMap<>();
    private final Map<String, FakeStore.Content> contents = new LinkedHashMap<>();

    /** Opens stores that are connected only when a test says so. */
    void open() {
        remotes.open((name, listener) -> {
            FakeStore store = new FakeStore(content(name), listener);
            stores.put(name, store);
            return store;
        });
        run();
    }

    void configured(String... clusters) {
        remotes.configured(List.of(clusters));
        run();
    }

    /** Everything that there is of a cluster, connected and read. */
    FakeStore ready(String cluster, int id) {
        Writer writer = writer(cluster, id);
        writer.everything();
        return connect(cluster);
    }

    FakeStore connect(String cluster) {
        FakeStore store = store(cluster);
        store.connect();
        run();
        return store;
    }

    FakeStore store(String cluster) {
        return Objects.requireNonNull(stores.get(cluster), cluster);
    }

    FakeStore.Content content(String cluster) {
        return contents.computeIfAbsent(cluster, name -> new FakeStore.Content("store-" + name));
    }

    /** Has a cluster's content stand in another's store. */
    void sameContent(String cluster, String as) {
        contents.put(cluster, content(as));
    }

    void run() {
        loop.runReady();
    }

    void pass(Duration time) {
        loop.advance(time);
    }

    MeshView.Remote view(String cluster) {
        return remotes.views().stream().filter(remote -> remote.name().equals(cluster)).findFirst().orElseThrow();
    }

    List<String> names(Class<? extends Resource> type) {
        return sink.objects().values().stream().filter(type::isInstance).map(Resource::key).map(ResourceKey::name).toList();
    }

    RemoteNode node(String cluster, String name) {
        return (RemoteNode) Objects.requireNonNull(sink.objects().get(RemoteNode.key(cluster, name)));
    }

    RemoteService service(String cluster, String name) {
        return (RemoteService) Objects.requireNonNull(sink.objects().get(RemoteService.key(cluster, "shop", name)));
    }

    RemoteCluster cluster(String name) {
        return (RemoteCluster) Objects.requireNonNull(sink.objects().get(new ResourceKey(RemoteCluster.KIND, "", name)));
    }

    Writer writer(String cluster, int id) {
        return new Writer(cluster, id);
    }

    /** Writes as the owner of a cluster. */
    final class Writer {
        final String cluster;
        final Owner owner;

        Writer(String cluster, int id) {
            this.cluster = cluster;
            this.owner = new Owner(cluster, id, 255);
        }

        void put(String key, byte[] value) {
            FakeStore store = stores.get(cluster);
            if (store == null) {
                content(cluster).entries.put(key, value);
            } else {
                store.put(key, value);
            }
            run();
        }

        void delete(String key) {
            store(cluster).delete(key);
            run();
        }

        void everything() {
            node("n1", "10." + owner.clusterId() + ".1.0/24");
            service("cart", "10." + owner.clusterId() + ".1.5");
            ip("10." + owner.clusterId() + ".1.5");
            identity(owner.firstIdentity() + 300);
            canaries();
            config();
        }

        void config() {
            config(new ClusterConfigEntry(owner.clusterId(), true, false, 255, null, ClusterConfigEntry.SliceExport.NONE));
        }

        void config(ClusterConfigEntry config) {
            put(MeshKeys.clusterConfig(cluster), config.encode());
        }

        void canaries() {
            READ.forEach(this::canary);
        }

        void canary(MeshKind kind) {
            put(MeshKeys.canary(cluster, kind), "2026-01-01T00:00:00Z".getBytes(UTF_8));
        }

        void heartbeat(String value) {
            put(MeshKeys.HEARTBEAT, value.getBytes(UTF_8));
        }

        void node(String name, String... cidrs) {
            put(MeshKeys.node(cluster, name), nodeValue(name, cidrs));
        }

        byte[] nodeValue(String name, String... cidrs) {
            return NodeEntry.of(owner, name, List.of(new NodeEntry.Address("InternalIP", IpAddress.parse("192.0.2.1"))),
                    Stream.of(cidrs).map(IpPrefix::parse).toList(), Map.of()).encode();
        }

        void service(String name, String... backends) {
            put(MeshKeys.service(cluster, "shop", name), serviceValue(name, backends));
        }

        byte[] serviceValue(String name, String... backends) {
            TreeMap<IpAddress, Map<String, Port>> ports = new TreeMap<>();
            Stream.of(backends).forEach(address -> ports.put(IpAddress.parse(address), Map.of("http", new Port("TCP", 8080))));
            return new ServiceEntry(cluster, owner.clusterId(), "shop", name, new TreeMap<>(), ports, Map.of(), new TreeMap<>(), Map.of(),
                    Map.of(), true, true).encode();
        }

        void ip(String address) {
            IpEntry entry = IpEntry.of(IpAddress.parse(address), null, owner.firstIdentity() + 300, "shop", "cart-0", "");
            put(MeshKeys.ip(entry), entry.encode());
        }

        void identity(int id) {
            put(MeshKeys.identity(id), identityValue(id));
        }

        byte[] identityValue(int id) {
            TreeMap<String, IdentityEntry.Label> labels = new TreeMap<>();
            labels.put(IdentityEntry.CLUSTER, new IdentityEntry.Label(IdentityEntry.KUBERNETES, cluster));
            return new IdentityEntry(id, labels).encode();
        }
    }
}
