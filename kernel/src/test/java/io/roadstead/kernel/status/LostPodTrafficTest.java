package io.roadstead.kernel.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.route.KernelRoutes.Route;
import io.roadstead.testkit.ManualScheduler;

/** The seed lab's nodes: the default route leaves by eth0, the cluster is on eth1. */
class LostPodTrafficTest {

    private final ManualScheduler loop = new ManualScheduler();
    private final ClusterState cluster = new ClusterState(loop, "k8s-ctr");
    private final ClusterSink sink = cluster.sink("manifests");
    private final List<Route> table = new ArrayList<>(List.of(route("0.0.0.0/0", "eth0"), route("10.0.2.0/24", "eth0"),
            route("192.168.10.0/24", "eth1"), route("172.20.0.0/24", "pods")));
    private final LostPodTraffic lost = new LostPodTraffic(family -> family == AddressFamily.IPV4 ? table : List.of());

    @BeforeEach
    void nodes() {
        put(node("k8s-ctr", "192.168.10.100", "172.20.0.0/24"), node("k8s-w1", "192.168.10.101", "172.20.1.0/24"),
                node("k8s-w0", "192.168.20.100", "172.20.2.0/24"));
    }

    @Test
    void packetsToOtherNodesPodsThatLeaveByTheWrongInterfaceAreNamed() {
        assertThat(lost.problems(cluster.view())).containsExactly(
                "packets to Pods of other nodes leave by the default route through eth0, but this node's address 192.168.10.100 is on eth1, so they are "
                        + "probably lost: 172.20.1.0/24 (k8s-w1), 172.20.2.0/24 (k8s-w0); have this agent install routes to them "
                        + "(roadstead.routes), or add routes through eth1, or have this node's network learn them");
    }

    @Test
    void aRouteThatCoversThemEndsTheProblem() {
        table.add(route("172.20.1.0/24", "eth1"));
        assertThat(lost.problems(cluster.view())).singleElement().asString().contains("lost: 172.20.2.0/24 (k8s-w0);");
        table.add(route("172.20.0.0/16", "eth1"));
        assertThat(lost.problems(cluster.view())).isEmpty();
    }

    @Test
    void aDefaultRouteByTheClustersInterfaceIsNoTrap() {
        table.set(0, route("0.0.0.0/0", "eth1"));
        assertThat(lost.problems(cluster.view())).isEmpty();
    }

    @Test
    void withoutAnyRouteTheSenderIsToldByTheKernel() {
        table.removeFirst();
        assertThat(lost.problems(cluster.view())).isEmpty();
    }

    @Test
    void podCidrsOfCiliumNodesCount() {
        table.add(route("172.20.0.0/16", "eth1"));
        put(new CiliumNode(ObjectMeta.of("", "k8s-w1"), List.of(IpPrefix.parse("10.1.0.0/24"))));
        assertThat(lost.problems(cluster.view())).singleElement().asString().contains("lost: 10.1.0.0/24 (k8s-w1);");
    }

    @Test
    void ofManyOnlySomeAreNamed() {
        for (int i = 0; i < 10; i++) {
            put(node("n" + i, "192.168.10." + i, "172.20.1" + i + ".0/24"));
        }
        assertThat(lost.problems(cluster.view())).singleElement().asString()
                .contains("lost: 172.20.1.0/24 (k8s-w1), 172.20.2.0/24 (k8s-w0), 172.20.10.0/24 (n0) and 9 more;");
    }

    private void put(Resource... resources) {
        sink.apply(new ResourceBatch(List.of(resources), List.of()));
        loop.runReady();
    }

    private static Node node(String name, String address, String podCidr) {
        return new Node(ObjectMeta.of("", name), List.of(new Node.Address(Node.AddressType.INTERNAL_IP, IpAddress.parse(address))),
                List.of(IpPrefix.parse(podCidr)), false, List.of());
    }

    private static Route route(String destination, String device) {
        return new Route(IpPrefix.parse(destination), device);
    }
}
