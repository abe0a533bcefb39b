package io.roadstead.plugin.datapath.ebpf.socket;

import static io.roadstead.plugin.datapath.ebpf.socket.LibcSocket.Kind.TCP4;
import static io.roadstead.plugin.datapath.ebpf.socket.LibcSocket.Kind.TCP6;
import static io.roadstead.plugin.datapath.ebpf.socket.LibcSocket.Kind.UDP4;
import static io.roadstead.plugin.datapath.ebpf.socket.LibcSocket.Kind.UDP6;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.ACTIVE;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.AFFINITY;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.EXTERNAL;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.FLOW_HASH;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.INTERNAL;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.NODE_PORT;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.NO_BACKEND;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.RANDOM;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.SOCKETS;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.SOCKET_TRANSLATED;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.TCP;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.TERMINATING;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.TWO_SCOPES;
import static io.roadstead.plugin.datapath.ebpf.socket.ServiceMaps.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.roadstead.testkit.lab.Labs;

/** Real sockets of a process in a cgroup with the programs. Services 1 and 2 are of both protocols, IPv4 and IPv6, with three backends each. */
class SocketProgramsIT {
    private static final int EPERM = 1;
    private static final int ENETUNREACH = 101;

    private static final int SERVICE_4 = 1;
    private static final int SERVICE_6 = 2;
    private static final InetSocketAddress VIP_4 = address("10.96.0.10", 80);
    private static final InetSocketAddress VIP_6 = address("fd00:96::10", 80);
    private static final InetSocketAddress NODE_PORT_4 = address(SocketLab.NODE_4, 30080);

    private static final InetAddress NODE_4 = NODE_PORT_4.getAddress();
    private static final InetAddress NODE_6 = address(SocketLab.NODE_6, 1).getAddress();

    private static SocketLab lab;
    private static ServiceMaps maps;
    private static Client client;

    @BeforeAll
    static void start() throws IOException {
        Labs.require();
        lab = SocketLab.start();
        maps = lab.maps();
        client = lab.client();
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    @BeforeEach
    void twoServices() {
        List.of("rs_service", "rs_member", "rs_affinity", "rs_socket").forEach(maps::clear);
        maps.config(SOCKETS, NODE_4, NODE_6);
        for (var proto : List.of(TCP, UDP)) {
            maps.service(SERVICE_4, VIP_4, proto, EXTERNAL, 0, FLOW_HASH, List.of(1, 2, 3));
            maps.service(SERVICE_6, VIP_6, proto, EXTERNAL, 0, FLOW_HASH, List.of(4, 5, 6));
        }
        lab.writeBackends();
    }

    @AfterEach
    void closeSockets() throws IOException {
        client.closeAll();
    }

    @ParameterizedTest
    @EnumSource
    void aTcpConnectionReachesABackendAndIsSeenToReachTheFrontend(Way way) throws IOException {
        var socket = client.open(way.tcp);

        client.connect(socket, way.vip);

        assertThat(client.received(socket).text()).isIn(way.names);
        assertThat(client.peer(socket)).isEqualTo(way.vip);
    }

    @Test
    void aJavaSocketReachesABackendOfEitherFamily() throws IOException {
        assertThat(client.ok("java", Client.host(VIP_4), "80")).isIn("a4", "b4", "c4");
        assertThat(client.ok("java", Client.host(VIP_6), "80")).isIn("a6", "b6", "c6");
    }

    @ParameterizedTest
    @EnumSource
    void connectedUdpHearsFromTheFrontend(Way way) throws IOException {
        var socket = client.open(way.udp);

        client.connect(socket, way.vip);
        client.ok("send", socket, "hello");
        var received = client.received(socket);

        assertThat(received.text()).isIn(way.names);
        assertThat(received.from()).isEqualTo(way.vip);
        assertThat(client.peer(socket)).isEqualTo(way.vip);
    }

    @ParameterizedTest
    @EnumSource
    void datagramsOfOneUnconnectedSocketReachOneBackendAndAnswersComeFromTheFrontend(Way way) throws IOException {
        var socket = client.open(way.udp);
        var reached = new HashSet<String>();

        for (var i = 0; i < 10; i++) {
            client.sendTo(socket, way.vip);
            var received = client.received(socket);
            reached.add(received.text());
            assertThat(received.from()).isEqualTo(way.vip);
        }

        assertThat(reached).hasSize(1).isSubsetOf(way.names);
        assertThat(maps.size("rs_socket")).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void socketsSpreadOverAllBackends(Way way) throws IOException {
        var byTcp = new HashSet<String>();
        var byUdp = new HashSet<String>();

        for (var i = 0; i < 60; i++) { // all of them miss one of three with a chance of 3 · (2/3)^60
            byTcp.add(client.greeting(way.tcp, way.vip));
            var socket = client.open(way.udp);
            client.sendTo(socket, way.vip);
            byUdp.add(client.received(socket).text());
            client.close(socket);
        }

        assertThat(byTcp).containsExactlyInAnyOrderElementsOf(way.names);
        assertThat(byUdp).containsExactlyInAnyOrderElementsOf(way.names);
    }

    @Test
    void aRandomTableIsRandomPerConnectionButNotPerDatagram() throws IOException {
        maps.service(SERVICE_4, VIP_4, TCP, EXTERNAL, 0, RANDOM, List.of(1, 2, 3));
        maps.service(SERVICE_4, VIP_4, UDP, EXTERNAL, 0, RANDOM, List.of(1, 2, 3));
        var connections = new HashSet<String>();
        var datagrams = new HashSet<String>();

        var socket = client.open(UDP4);
        for (var i = 0; i < 60; i++) {
            connections.add(client.greeting(TCP4, VIP_4));
            client.sendTo(socket, VIP_4);
            datagrams.add(client.received(socket).text());
        }

        assertThat(connections).containsExactlyInAnyOrder("a4", "b4", "c4");
        assertThat(datagrams).hasSize(1);
    }

    @Test
    void affinityHoldsPerNetworkNamespaceUntilTheBackendTakesNoNewFlows() throws IOException {
        affine();
        var first = client.greeting(TCP4, VIP_4);
        for (var i = 0; i < 20; i++) {
            assertThat(client.greeting(TCP6, VIP_4)).isEqualTo(first);
        }
        assertThat(lab.pod().greeting(TCP4, VIP_4)).isIn("a4", "b4", "c4");
        assertThat(maps.size("rs_affinity")).isEqualTo(2);

        var gone = lab.idOf(first);
        maps.member(SERVICE_4, gone, TERMINATING);
        maps.service(SERVICE_4, VIP_4, TCP, EXTERNAL, AFFINITY, FLOW_HASH, List.of(1, 2, 3).stream().filter(id -> id != gone).toList());
        var second = client.greeting(TCP4, VIP_4);

        assertThat(second).isNotEqualTo(first);
        assertThat(client.greeting(TCP4, VIP_4)).isEqualTo(second);
    }

    @Test
    void affinityOutlivesAChangeOfTheTable() throws IOException {
        affine();
        var first = client.greeting(TCP4, VIP_4);
        var others = List.of(1, 2, 3).stream().filter(id -> id != lab.idOf(first)).toList();

        maps.service(SERVICE_4, VIP_4, TCP, EXTERNAL, AFFINITY, FLOW_HASH, others);

        assertThat(client.greeting(TCP4, VIP_4)).isEqualTo(first);
    }

    @Test
    void affinityEndsWithItsTimeout() throws IOException {
        affine();
        var first = client.greeting(TCP4, VIP_4);
        var others = List.of(1, 2, 3).stream().filter(id -> id != lab.idOf(first)).toList();
        maps.service(SERVICE_4, VIP_4, TCP, EXTERNAL, AFFINITY, FLOW_HASH, others);

        maps.ageAffinities(3601);

        assertThat(client.greeting(TCP4, VIP_4)).isNotEqualTo(first);
    }

    @Test
    void aBackendThatLeavesTheTableGetsNoNewConnectionsAndKeepsItsOwn() throws IOException {
        var before = client.open(UDP4);
        client.connect(before, VIP_4);
        client.ok("send", before, "hello");
        var name = client.received(before).text();
        var others = List.of(1, 2, 3).stream().filter(id -> id != lab.idOf(name)).toList();

        maps.service(SERVICE_4, VIP_4, TCP, EXTERNAL, 0, FLOW_HASH, others);
        maps.service(SERVICE_4, VIP_4, UDP, EXTERNAL, 0, FLOW_HASH, others);

        for (var i = 0; i < 20; i++) {
            assertThat(client.greeting(TCP4, VIP_4)).isNotEqualTo(name);
        }
        client.ok("send", before, "hello");
        assertThat(client.received(before)).isEqualTo(new LibcSocket.Received(VIP_4, name));
    }

    @ParameterizedTest
    @EnumSource
    void withoutABackendTheSocketIsRefused(Way way) throws IOException {
        maps.service(SERVICE_4, VIP_4, TCP, EXTERNAL, 0, FLOW_HASH, List.of());
        maps.service(SERVICE_4, VIP_4, UDP, EXTERNAL, 0, FLOW_HASH, List.of());
        maps.service(SERVICE_6, VIP_6, TCP, EXTERNAL, 0, FLOW_HASH, List.of());
        maps.service(SERVICE_6, VIP_6, UDP, EXTERNAL, 0, FLOW_HASH, List.of());
        var before = maps.counted(NO_BACKEND);

        assertThat(client.failure("connect", client.open(way.tcp), Client.host(way.vip), "80")).isEqualTo("connect errno " + EPERM);
        assertThat(client.failure("connect", client.open(way.udp), Client.host(way.vip), "80")).isEqualTo("connect errno " + EPERM);
        assertThat(client.failure("send-to", client.open(way.udp), Client.host(way.vip), "80", "hello"))
                .isEqualTo("sendto errno " + EPERM);
        assertThat(maps.counted(NO_BACKEND) - before).isEqualTo(3);
    }

    @Test
    void aBackendOfTheOtherFamilyIsNoBackend() throws IOException {
        maps.service(SERVICE_4, VIP_4, TCP, EXTERNAL, 0, FLOW_HASH, List.of(4, 5, 6));

        assertThat(client.failure("connect", client.open(TCP4), Client.host(VIP_4), "80")).isEqualTo("connect errno " + EPERM);
    }

    @Test
    void slotsOfUnknownBackendsAreNoBackend() throws IOException {
        maps.service(SERVICE_4, VIP_4, TCP, EXTERNAL, 0, FLOW_HASH, List.of(77, Integer.MAX_VALUE));

        assertThat(client.failure("connect", client.open(TCP4), Client.host(VIP_4), "80")).isEqualTo("connect errno " + EPERM);
    }

    @Test
    void otherAddressesPortsAndProtocolsAreLeftAlone() throws IOException {
        maps.removeService(VIP_4, UDP, EXTERNAL);
        var before = maps.counted(SOCKET_TRANSLATED);

        assertThat(client.failure("connect", client.open(TCP4), Client.host(VIP_4), "81")).isEqualTo("connect errno " + ENETUNREACH);
        assertThat(client.failure("connect", client.open(UDP4), Client.host(VIP_4), "80")).isEqualTo("connect errno " + ENETUNREACH);
        var direct = client.open(TCP4);
        client.connect(direct, lab.backend("b4"));
        assertThat(client.received(direct).text()).isEqualTo("b4");
        assertThat(client.peer(direct)).isEqualTo(lab.backend("b4"));
        assertThat(maps.counted(SOCKET_TRANSLATED)).isEqualTo(before);
    }

    @Test
    void insideClientsUseTheInternalScopeWhereThereAreTwo() throws IOException {
        maps.service(SERVICE_4, VIP_4, TCP, EXTERNAL, TWO_SCOPES, FLOW_HASH, List.of(1));
        assertThat(client.greeting(TCP4, VIP_4)).isEqualTo("a4");

        maps.service(3, VIP_4, TCP, INTERNAL, TWO_SCOPES, FLOW_HASH, List.of(2));

        assertThat(client.greeting(TCP4, VIP_4)).isEqualTo("b4");
    }

    @Test
    void theNodeReachesNodePortsOnItsAddressAndOnLoopbackAndPodsOnItsAddress() throws IOException {
        maps.service(3, NODE_PORT_4, TCP, EXTERNAL, NODE_PORT, FLOW_HASH, List.of(3));
        maps.service(4, address(SocketLab.NODE_6, 30080), TCP, EXTERNAL, NODE_PORT, FLOW_HASH, List.of(6));

        assertThat(client.greeting(TCP4, NODE_PORT_4)).isEqualTo("c4");
        assertThat(client.greeting(TCP4, address("127.0.0.1", 30080))).isEqualTo("c4");
        assertThat(client.greeting(TCP6, address("127.3.2.1", 30080))).isEqualTo("c4");
        assertThat(client.greeting(TCP6, address("::1", 30080))).isEqualTo("c6");
        assertThat(lab.pod().greeting(TCP4, NODE_PORT_4)).isEqualTo("c4");
        // a pod's loopback is its own: nobody listens there
        assertThat(lab.pod().failure("connect", lab.pod().open(TCP4), "127.0.0.1", "30080")).isEqualTo("connect errno 111");
    }

    @Test
    void serversOfTheNodeCannotTakeNodePorts() throws IOException {
        maps.service(3, NODE_PORT_4, TCP, EXTERNAL, NODE_PORT, FLOW_HASH, List.of(3));
        maps.service(4, address(SocketLab.NODE_6, 30086), TCP, EXTERNAL, NODE_PORT, FLOW_HASH, List.of(6));

        assertThat(client.failure("bind", client.open(TCP4), "0.0.0.0", "30080")).isEqualTo("bind errno " + EPERM);
        assertThat(client.failure("bind", client.open(TCP4), SocketLab.NODE_4, "30080")).isEqualTo("bind errno " + EPERM);
        assertThat(client.failure("bind", client.open(TCP6), "::", "30080")).isEqualTo("bind errno " + EPERM);
        assertThat(client.failure("bind", client.open(TCP6), "::", "30086")).isEqualTo("bind errno " + EPERM);
        client.ok("bind", client.open(TCP4), "127.0.0.1", "30080");
        client.ok("bind", client.open(TCP4), "0.0.0.0", "30086");
        client.ok("bind", client.open(UDP4), "0.0.0.0", "30080");
        client.ok("bind", client.open(TCP4), "0.0.0.0", "0");
        lab.pod().ok("bind", lab.pod().open(TCP4), "0.0.0.0", "30080");
    }

    @Test
    void switchedOffNewSocketsAreLeftAloneAndThoseFromBeforeStillSeeTheFrontend() throws IOException {
        var before = client.open(UDP4);
        client.connect(before, VIP_4);

        maps.config(0, NODE_4, NODE_6);

        assertThat(client.failure("connect", client.open(TCP4), Client.host(VIP_4), "80")).isEqualTo("connect errno " + ENETUNREACH);
        client.ok("send", before, "hello");
        assertThat(client.received(before).from()).isEqualTo(VIP_4);
        assertThat(client.peer(before)).isEqualTo(VIP_4);
    }

    @Test
    void mapsOfAnotherVersionAreNotTouched() throws IOException {
        maps.config(2, SOCKETS, NODE_4, NODE_6);

        assertThat(client.failure("connect", client.open(TCP4), Client.host(VIP_4), "80")).isEqualTo("connect errno " + ENETUNREACH);
    }

    @Test
    void eachProgramMayBeLeftOut() throws IOException {
        var socket = client.open(UDP6);
        client.connect(socket, VIP_6);
        lab.detach("sock_peername6", "sock_recvmsg6");
        try {
            client.ok("send", socket, "hello");
            var received = client.received(socket);
            assertThat(received.from()).isEqualTo(lab.backend(received.text()));
            assertThat(client.peer(socket)).isEqualTo(lab.backend(received.text()));
        } finally {
            lab.attach("sock_peername6", "sock_recvmsg6");
        }
        assertThat(client.peer(socket)).isEqualTo(VIP_6);
    }

    @Test
    void processesOutsideOfTheGroupAreLeftAlone() throws IOException {
        assertThat(lab.stranger().failure("connect", lab.stranger().open(TCP4), Client.host(VIP_4), "80"))
                .isEqualTo("connect errno " + ENETUNREACH);
    }

    private static void affine() {
        maps.service(SERVICE_4, VIP_4, TCP, EXTERNAL, AFFINITY, FLOW_HASH, List.of(1, 2, 3));
        List.of(1, 2, 3).forEach(backend -> maps.member(SERVICE_4, backend, ACTIVE));
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    /** How a socket can mean a frontend. */
    enum Way {
        IPV4(TCP4, UDP4, VIP_4, "a4", "b4", "c4"), IPV6(TCP6, UDP6, VIP_6, "a6", "b6", "c6"), MAPPED(TCP6, UDP6, VIP_4, "a4", "b4", "c4");

        private final LibcSocket.Kind tcp;
        private final LibcSocket.Kind udp;
        private final InetSocketAddress vip;
        private final List<String> names;

        Way(LibcSocket.Kind tcp, LibcSocket.Kind udp, InetSocketAddress vip, String... names) {
            this.tcp = tcp;
            this.udp = udp;
            this.vip = vip;
            this.names = List.of(names);
        }
    }
}
