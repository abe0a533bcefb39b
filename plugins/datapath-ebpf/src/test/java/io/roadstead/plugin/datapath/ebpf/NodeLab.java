package io.roadstead.plugin.datapath.ebpf;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.Maps;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.Nat;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.OnStop;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.SocketLb;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.Timeouts;
import io.roadstead.plugin.datapath.ebpf.attach.Acceleration;
import io.roadstead.plugin.datapath.ebpf.attach.TrafficControl;
import io.roadstead.testkit.lab.BpfFileSystem;
import io.roadstead.testkit.lab.LabContext;
import io.roadstead.testkit.lab.Namespace;

/** A client, a node and a backend behind it, with servers that say who asked them. */
final class NodeLab implements AutoCloseable {
    static final String VIP = "203.0.113.1";
    static final String VIP6 = "2001:db8:113::1";
    static final String BACKEND = "10.0.0.2";
    static final String BACKEND6 = "2001:db8:10::2";
    static final List<FrontendState> WEB = List.of(web(VIP, BACKEND), web(VIP6, BACKEND6));
    private static final int TIMEOUT_MILLIS = 3000;

    final BpfFileSystem bpffs = BpfFileSystem.create();
    final Namespace client = Namespace.create("client");
    final Namespace node = Namespace.create("node");
    final Namespace backend = Namespace.create("backend");
    final LabContext context = new LabContext("datapath-ebpf", node.threads("datapath"));
    private final List<ServerSocket> servers = new ArrayList<>();

    NodeLab() {
        Namespace.link(client, "c", node, "up");
        Namespace.link(node, "be", backend, "b");
        client.address("c", "198.51.100.2/24").address("c", "2001:db8:100::2/64");
        node.address("up", "198.51.100.1/24").address("be", "10.0.0.1/24").address("up", "2001:db8:100::1/64")
                .address("be", "2001:db8:10::1/64");
        backend.address("b", BACKEND + "/24").address("b", BACKEND6 + "/64");
        client.route("default", "via", "198.51.100.1").route("default", "via", "2001:db8:100::1");
        backend.route("default", "via", "10.0.0.1").route("default", "via", "2001:db8:10::1");
        node.forwarding();
    }

    Path pins() {
        return bpffs.path().resolve("roadstead");
    }

    EbpfConfig config(Acceleration acceleration, TrafficControl trafficControl, OnStop onStop) {
        return config(pins(), acceleration, trafficControl, onStop);
    }

    private static EbpfConfig config(Path pins, Acceleration acceleration, TrafficControl trafficControl, OnStop onStop) {
        return new EbpfConfig(List.of("auto"), List.of(), acceleration, trafficControl,
                new SocketLb(false, true, true, true, true, true, null), pins,
                new Maps(1024, 65536, 1024, 4096, 64, 1024, 4096, 4096, 1024, 1024), new Timeouts(Duration.ofSeconds(8000),
                        Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(10)),
                new Nat(1024, 29999), 1000, true, true, onStop);
    }

    EbpfConfig config() {
        return config(Acceleration.DISABLED, TrafficControl.AUTO, OnStop.KEEP);
    }

    static EbpfConfig config(Path pins) {
        return config(pins, Acceleration.DISABLED, TrafficControl.AUTO, OnStop.KEEP);
    }

    static LocalNode localNode() {
        return new LocalNode("node-1", List.of(IpAddress.parse("198.51.100.1"), IpAddress.parse("2001:db8:100::1"),
                IpAddress.parse("10.0.0.1"), IpAddress.parse("2001:db8:10::1")), List.of(), "");
    }

    static FrontendState web(String vip, String backend) {
        return web(vip,
                new Backend(IpAddress.parse(backend), 8080, 100, BackendState.ACTIVE, "node-2", IpAddress.parse(backend), "", false),
                "snat");
    }

    /** With a backend in another cluster, on a node that is not known, by direct return. */
    static FrontendState remote(String vip, String backend) {
        return web(vip, new Backend(IpAddress.parse(backend), 8080, 100, BackendState.ACTIVE, "", IpAddress.ipv4(0), "", false, "east"),
                "dsr");
    }

    private static FrontendState web(String vip, Backend backend, String dispatch) {
        List<Backend> backends = List.of(backend);
        return new FrontendState(new Frontend(IpAddress.parse(vip), 80, Protocol.TCP, Scope.EXTERNAL), FrontendType.LOAD_BALANCER,
                "default/web", "", backends, 1, SelectionTable.of(SlotChoice.FLOW_HASH, new int[31]), "maglev", dispatch, false, null,
                SourceRanges.EVERYBODY, NoBackend.REJECT);
    }

    /** Serves on both families until the lab ends: says the client's address, then whatever it is told. */
    void serve() {
        serve(backend, BACKEND);
        serve(backend, BACKEND6);
    }

    /** The same elsewhere. */
    void serve(Namespace host, String address) {
        ServerSocket server = host.call(() -> {
            ServerSocket socket = new ServerSocket();
            socket.bind(new InetSocketAddress(address, 8080), 1000);
            return socket;
        });
        servers.add(server);
        host.threads("accept").newThread(() -> accept(host, server)).start();
    }

    private static void accept(Namespace host, ServerSocket server) {
        try {
            while (true) {
                Socket socket = server.accept();
                host.threads("serve").newThread(() -> answer(socket)).start();
            }
        } catch (IOException ignored) { // closed: the lab ends
        }
    }

    private static void answer(Socket socket) {
        try (socket) {
            OutputStream out = socket.getOutputStream();
            out.write((socket.getInetAddress().getHostAddress() + "\n").getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(out);
        } catch (IOException ignored) { // the client went
        }
    }

    /** One connection from the client's host; the first line that the server says. */
    String ask(String vip) throws IOException {
        try {
            return client.call(() -> {
                try (Socket socket = connect(vip)) {
                    return line(socket.getInputStream());
                }
            });
        } catch (io.roadstead.testkit.lab.LabException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** A connection that stays open; call in the client's namespace. */
    static Socket connect(String vip) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(vip), 80), TIMEOUT_MILLIS);
        return socket;
    }

    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("ended in the middle of a line");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    @Override
    public void close() {
        for (ServerSocket server : servers) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        context.close();
        backend.close();
        node.close();
        client.close();
        bpffs.close();
    }
}
