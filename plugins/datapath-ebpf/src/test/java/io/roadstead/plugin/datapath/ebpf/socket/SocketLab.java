package io.roadstead.plugin.datapath.ebpf.socket;

import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.ACTIVE;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.TCP;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import io.roadstead.plugin.datapath.ebpf.bpf.BpfLink;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLoader;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfObject;
import io.roadstead.plugin.datapath.ebpf.bpf.LoadedObject;
import io.roadstead.testkit.lab.Cgroup;
import io.roadstead.testkit.lab.Namespace;

/**
 * A node and a pod as network namespaces joined by a cable, six backends on the node, and a client in each, both in one cgroup that all programs are
 * attached to. The VIPs are nowhere: a packet to one has no route.
 */
final class SocketLab implements AutoCloseable {
    static final String NODE_4 = "192.0.2.10";
    static final String NODE_6 = "2001:db8::10";

    private static final String OBJECT = "/io/roadstead/plugin/datapath/ebpf/sock.bpf.o";
    private static final List<String> BACKENDS = List.of("a4", "b4", "c4", "a6", "b6", "c6");

    private final Namespace node;
    private final Namespace podHost;
    private final Cgroup group;
    private final Cgroup other;
    private final BpfLoader loader = new BpfLoader(null, Map.of());
    private final LoadedObject loaded;
    private final ServiceMaps maps;
    private final Client client;
    private final Client pod;
    private final Client stranger;
    private final Map<String, BpfLink> links = new HashMap<>();
    private final Map<String, EchoServer> servers = new HashMap<>();

    private SocketLab(Namespace node, Namespace podHost, Cgroup group, Cgroup other) throws IOException {
        this.node = node;
        this.podHost = podHost;
        this.group = group;
        this.other = other;
        this.client = Client.start(node, group);
        this.pod = Client.start(podHost, group);
        this.stranger = Client.start(node, other);
        this.loaded = load(Long.parseLong(client.ok("netns", "cookie")));
        this.maps = new ServiceMaps(loaded::map);
    }

    static SocketLab start() throws IOException {
        var node = Namespace.create("node");
        var pod = Namespace.create("pod");
        Namespace.link(node, "pod0", pod, "eth0");
        node.address("pod0", NODE_4 + "/24").address("pod0", NODE_6 + "/64");
        pod.address("eth0", "192.0.2.11/24").address("eth0", "2001:db8::11/64");
        var lab = new SocketLab(node, pod, Cgroup.create("sockets"), Cgroup.create("others"));
        IntStream.range(0, BACKENDS.size()).forEach(index -> lab.startServer(BACKENDS.get(index), index));
        lab.loaded.programs().keySet().forEach(lab::attach);
        return lab;
    }

    ServiceMaps maps() {
        return maps;
    }

    /** A process of the node. */
    Client client() {
        return client;
    }

    /** A process of the pod. */
    Client pod() {
        return pod;
    }

    /** A process of the node outside of the cgroup. */
    Client stranger() {
        return stranger;
    }

    /** Backends 1 to 3 are those of IPv4, 4 to 6 those of IPv6. */
    void writeBackends() {
        BACKENDS.forEach(name -> maps.backend(idOf(name), backend(name), TCP, ACTIVE));
    }

    int idOf(String name) {
        return BACKENDS.indexOf(name) + 1;
    }

    InetSocketAddress backend(String name) {
        return Objects.requireNonNull(servers.get(name), name).address();
    }

    void detach(String... programs) {
        for (var program : programs) {
            Objects.requireNonNull(links.remove(program), program).close();
        }
    }

    void attach(String... programs) {
        for (var program : programs) {
            links.put(program, BpfLink.cgroup(loaded.program(program), group.path()));
        }
    }

    @Override
    public void close() {
        links.values().forEach(BpfLink::close);
        servers.values().forEach(EchoServer::close);
        for (AutoCloseable part : List.of(client, pod, stranger, loaded, loader, group, other, node, podHost)) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close " + part, e);
            }
        }
    }

    private void startServer(String name, int index) {
        var address = index < 3 ? "10.244.0." + (index + 1) : "fd00:244::" + (index + 1);
        node.address("lo", address);
        // the pod's way there; IPv6 has link-local neighbours as well
        podHost.route(address, "via", index < 3 ? NODE_4 : NODE_6);
        servers.put(name, EchoServer.start(node, name, new InetSocketAddress(address, 8080)));
    }

    private LoadedObject load(long hostNetns) throws IOException {
        try (var file = SocketLab.class.getResourceAsStream(OBJECT)) {
            var object = BpfObject.parse("sock", Objects.requireNonNull(file, OBJECT).readAllBytes());
            object.constant("rs_host_netns", hostNetns);
            return loader.load(object);
        }
    }
}
