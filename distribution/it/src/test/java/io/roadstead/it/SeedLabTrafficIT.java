package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** Steps C2 and C4 to C8 with requests through the Service's address, each answered by the pods themselves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(150)
final class SeedLabTrafficIT {

    private static final String URL = "http://172.16.1.1/";
    private static final String URL6 = "http://[fd00:172:16:1::1]/";
    private static final String CLIENT = "10.10.3.10";
    private static final Map<String, String> NODES6 = Map.of("k8s-ctr", "fd00:192:168:10::100", "k8s-w1", "fd00:192:168:10::101", "k8s-w0",
            "fd00:192:168:20::100");

    private SeedLab lab;

    @BeforeAll
    void up() {
        Labs.require(Tool.FRR, Tool.CURL, Tool.JQ, Tool.MOUNT, Tool.TCPDUMP, Tool.TSHARK);
        lab = SeedLab.up(PackagedTree.asBuilt());
        // as the document's users do (step B4): without it packets to other nodes' pods leave by eth0
        SeedLab.NODES.keySet().forEach(node -> lab.on(node, "ip", "route", "add", "172.20.0.0/16", "via", gateway(node)));
        SeedLab.NODES.keySet().forEach(node -> lab.on(node, "ip", "route", "add", "fd00:172:20::/48", "via", gateway6(node)));
        lab.apply("steps/pool.yaml", "steps/webpod-loadbalancer.yaml", "steps/advertisement-service.yaml");
        eventually(SeedLab.SOON, () -> assertThat(lab.gateways("172.16.1.1/32")).isEqualTo(Set.copyOf(SeedLab.NODES.values())));
    }

    @AfterAll
    void down() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    @Order(2)
    void c2TheServiceAnswersAtAllItsAddressesFromInsideAndOutside() {
        var all = Set.of("webpod-ctr", "webpod-w0", "webpod-w1");

        eventually(SeedLab.SOON, () -> assertThat(Answers.of(lab, "client", URL, 30).pods()).isEqualTo(all));
        assertThat(Answers.of(lab, "client", "http://192.168.10.101:30080/", 30).pods()).as("node port").isEqualTo(all);
        assertThat(Answers.of(lab, "curl-pod", "http://10.96.32.80/", 30).pods()).as("cluster IP, from a pod").isEqualTo(all);
        assertThat(Answers.of(lab, "k8s-w1", "http://10.96.32.80/", 30).pods()).as("cluster IP, from a node").isEqualTo(all);
        assertThat(Answers.of(lab, "curl-pod", URL, 30).pods()).as("load-balancer IP, from a pod").isEqualTo(all);
    }

    @Test
    @Order(4)
    void c4ANodeWithoutABackendForwardsAndTheBackendSeesThatNode() {
        lab.apply("steps/webpod-two-replicas.yaml");
        awaitBackends(2);

        var answers = through("k8s-w0", () -> Answers.of(lab, "client", URL, 30));

        assertThat(answers.pods()).containsExactly("webpod-ctr", "webpod-w1");
        assertThat(answers.clients()).containsExactly(SeedLab.NODES.get("k8s-w0"));
    }

    @Test
    @Order(5)
    void c5WithPolicyLocalTheClientsAddressIsKept() {
        lab.apply("steps/webpod-local.yaml");
        eventually(SeedLab.SOON, () -> assertThat(lab.gateways("172.16.1.1/32")).hasSize(2));
        lab.on("router", "sysctl", "-qw", "net.ipv4.fib_multipath_hash_policy=1");

        var answers = Answers.of(lab, "client", URL, 60);

        assertThat(answers.pods()).containsExactly("webpod-ctr", "webpod-w1");
        assertThat(answers.clients()).containsExactly(CLIENT);
        assertThat(healthCheck("k8s-ctr")).isEqualTo(
                "200 {\"service\":{\"namespace\":\"default\",\"name\":\"webpod\"},\"localEndpoints\":1,\"serviceProxyHealthy\":true}");
        assertThat(healthCheck("k8s-w0")).as("without a pod").startsWith("503 ").contains("\"localEndpoints\":0");
    }

    @Test
    @Order(6)
    void c6OneClientsConnectionsTakeOnePathUnlessPortsAreHashedAsWell() {
        lab.apply("steps/webpod-three-replicas.yaml");
        eventually(SeedLab.SOON, () -> assertThat(lab.gateways("172.16.1.1/32")).hasSize(3));
        lab.on("router", "sysctl", "-qw", "net.ipv4.fib_multipath_hash_policy=0");
        var byAddress = Answers.of(lab, "client", URL, 100).perPod();

        lab.on("router", "sysctl", "-qw", "net.ipv4.fib_multipath_hash_policy=1");
        var byPortsToo = Answers.of(lab, "client", URL, 100).perPod();

        System.out.println("100 requests by hash policy 0: " + byAddress + ", by 1: " + byPortsToo);
        assertThat(byAddress).as("policy 0, each node has its own pod").hasSize(1);
        assertThat(byPortsToo).as("policy 1").hasSize(3).allSatisfy((pod, count) -> assertThat(count).isGreaterThan(10));
    }

    @Test
    @Order(7)
    void c7TheStatusSaysHowItIsDone() {
        assertThat(lab.on("k8s-ctr", "roadstead", "status", "--verbose")).containsPattern("Mode: +SNAT")
                .containsPattern("Backend Selection: +Random").containsPattern("Session Affinity: +Enabled");
    }

    @Test
    @Order(8)
    void c8ByGeneveTheBackendSeesTheClientAndAnswersItDirectly() {
        SeedLab.NODES.keySet().forEach(node -> lab.configure(node, """
                roadstead.load-balancer { dispatch = dsr, algorithm = maglev }
                roadstead.dispatch-modes.dsr.dispatch = geneve
                """));
        lab.apply("steps/webpod-loadbalancer.yaml", "steps/webpod-two-replicas.yaml");
        for (var node : SeedLab.NODES.keySet()) {
            eventually(SeedLab.SOON, () -> assertThat(lab.on(node, "roadstead", "status", "--verbose")).containsPattern("Mode: +DSR")
                    .containsPattern("DSR Dispatch Mode: +Geneve")
                    .containsPattern("Backend Selection: +Maglev \\(Table Size: 16381\\)"));
        }
        awaitBackends(2);

        try (var between = Capture.start(lab, "k8s-w0", "eth1", "udp port 6081 or host 172.16.1.1");
                var answering = Capture.start(lab, "k8s-ctr", "eth1", "src host 172.16.1.1")) {
            var answers = through("k8s-w0", () -> Answers.of(lab, "client", URL, 40));

            assertThat(answers.pods()).containsExactly("webpod-ctr", "webpod-w1");
            assertThat(answers.clients()).containsExactly(CLIENT);
            var wrapped = between.rows("geneve || ip.src == 172.16.1.1", "ip.src", "ip.dst", "udp.dstport", "geneve.option.class",
                    "geneve.option.type");
            assertThat(wrapped).as("nothing of the answers comes back through the first node").isNotEmpty()
                    .noneMatch(row -> row.getFirst().equals("172.16.1.1"));
            assertThat(wrapped).allSatisfy(row -> {
                assertThat(row.get(0)).isEqualTo("192.168.20.100," + CLIENT);
                assertThat(row.get(1)).isIn("192.168.10.100,172.20.0.10", "192.168.10.101,172.20.1.10");
                assertThat(row.get(2)).isEqualTo("6081");
                assertThat(row.get(3)).isEqualTo("0x014b");
            });
            assertThat(answering.rows("tcp", "ip.src", "ip.dst", "tcp.srcport")).as("answers of the backend's node").isNotEmpty()
                    .allMatch(List.of("172.16.1.1", CLIENT, "80")::equals);
        }
    }

    @Test
    @Order(9)
    void c8LikewiseOverIpv6() {
        lab.apply("steps/dual-stack.yaml");
        lab.on("router", "ip", "-6", "route", "replace", "fd00:172:16:1::1", "via", NODES6.get("k8s-w0"));
        lab.on("router", "sysctl", "-qw", "net.ipv6.fib_multipath_hash_policy=1");
        eventually(SeedLab.SOON, () -> assertThat(Answers.of(lab, "client", URL6, 20).pods()).hasSize(3));

        try (var between = Capture.start(lab, "k8s-w0", "eth1", "ip6");
                var answering = Capture.start(lab, "k8s-ctr", "eth1", "ip6 src host fd00:172:16:1::1")) {
            var answers = Answers.of(lab, "client", URL6, 40);

            assertThat(answers.clients()).containsExactly("fd00:10:10:3:0:0:0:10");
            var wrapped = between.rows("geneve", "ipv6.src", "ipv6.dst", "udp.dstport", "geneve.option.class");
            assertThat(wrapped).isNotEmpty().allSatisfy(row -> {
                assertThat(row.get(0)).isEqualTo(NODES6.get("k8s-w0") + ",fd00:10:10:3::10");
                assertThat(row.get(1)).isIn(NODES6.get("k8s-ctr") + ",fd00:172:20::10", NODES6.get("k8s-w1") + ",fd00:172:20:1::10");
                assertThat(row.get(2)).isEqualTo("6081");
                assertThat(row.get(3)).isEqualTo("0x014b");
            });
            assertThat(answering.rows("tcp", "ipv6.src", "ipv6.dst", "tcp.srcport")).as("answers of the backend's node").isNotEmpty()
                    .allMatch(List.of("fd00:172:16:1::1", "fd00:10:10:3::10", "80")::equals);
        }
    }

    /** Code and body of the node's answer to a load balancer that asks it. */
    private String healthCheck(String node) {
        var body = lab
                .on("client", "curl", "-sS", "--max-time", "5", "--noproxy", "*", "-w", "\n%{http_code}",
                        "http://" + SeedLab.NODES.get(node) + ":31080/")
                .strip();
        var end = body.lastIndexOf('\n');
        return body.substring(end + 1) + " " + body.substring(0, end).strip();
    }

    /** While that node is the router's only way to the address. */
    private Answers through(String node, Supplier<Answers> requests) {
        var route = List.of("172.16.1.1/32", "via", SeedLab.NODES.get(node), "metric", "1");
        lab.on("router", concat(List.of("ip", "route", "add"), route));
        try {
            return requests.get();
        } finally {
            lab.on("router", concat(List.of("ip", "route", "delete"), route));
        }
    }

    private void awaitBackends(int count) {
        for (var node : SeedLab.NODES.keySet()) {
            eventually(SeedLab.SOON, () -> assertThat(SeedLab.elements(lab.roadstead(node, "service", "list").path(0).path("frontends")))
                    .isNotEmpty().allMatch(frontend -> frontend.path("backends").size() == count));
        }
    }

    private static String gateway(String node) {
        return SeedLab.NODES.get(node).replaceFirst("\\.\\d+$", ".200");
    }

    private static String gateway6(String node) {
        return NODES6.get(node).replaceFirst("::\\d+$", "::200");
    }

    private static String[] concat(List<String> first, List<String> rest) {
        return Stream.concat(first.stream(), rest.stream()).toArray(String[]::new);
    }
}
