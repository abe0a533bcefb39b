package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** {@code roadstead explain service default/webpod}: for each node and peer, whether it is announced and why (not). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(90)
final class ExplainIT {

    private static final String WRONG_SELECTOR = """
            apiVersion: cilium.io/v2
            kind: CiliumBGPAdvertisement
            metadata:
              name: bgp-advertisements-webpod
              labels:
                advertise: bgp
            spec:
              advertisements:
                - advertisementType: Service
                  service:
                    addresses:
                      - LoadBalancerIP
                  selector:
                    matchLabels:
                      app: something-else
            """;
    private static final String OTHER_CLASS = """
            apiVersion: v1
            kind: Service
            metadata:
              name: webpod
              namespace: default
              labels:
                app: webpod
            spec:
              type: LoadBalancer
              loadBalancerClass: example.com/other
              clusterIP: 10.96.32.80
              selector:
                app: webpod
              ports:
                - name: http
                  protocol: TCP
                  port: 80
            """;

    private SeedLab lab;

    @BeforeAll
    void up() {
        Labs.require(Tool.FRR, Tool.CURL, Tool.JQ);
        lab = SeedLab.up(PackagedTree.asBuilt());
    }

    @AfterAll
    void down() {
        if (lab != null) {
            lab.close();
        }
    }

    @BeforeEach
    void everythingInOrder() {
        lab.apply("steps/pool.yaml", "steps/webpod-loadbalancer.yaml", "steps/advertisement-service.yaml", "steps/node-w0-back.yaml");
    }

    @Test
    @Order(1)
    void announced() {
        assertEveryNode(true, "ANNOUNCED");
        assertThat(lab.gateways("172.16.1.1/32")).isEqualTo(Set.copyOf(SeedLab.NODES.values()));
    }

    @Test
    @Order(2)
    void noSelectorMatches() {
        lab.applyText(WRONG_SELECTOR);

        assertEveryNode(false, "SELECTOR_MISMATCH");
    }

    @Test
    @Order(3)
    void noAdvertisementMatches() {
        lab.deleteText(WRONG_SELECTOR);

        assertEveryNode(false, "NO_ADVERTISEMENT_SELECTED");
    }

    @Test
    @Order(4)
    void noLocalReadyEndpoint() {
        lab.apply("steps/webpod-local.yaml");

        eventually(SeedLab.SOON, () -> {
            assertThat(answers()).isEqualTo(Map.of("k8s-ctr", answer(true, "ANNOUNCED"), "k8s-w1", answer(true, "ANNOUNCED"), "k8s-w0",
                    answer(false, "NO_LOCAL_READY_ENDPOINT")));
            assertThat(lab.gateways("172.16.1.1/32")).isEqualTo(Set.of("192.168.10.100", "192.168.10.101"));
        });
    }

    @Test
    @Order(5)
    void aClassOfSomeoneElse() {
        lab.applyText(OTHER_CLASS);

        assertEveryNode(false, "FOREIGN_CLASS");
    }

    @Test
    @Order(6)
    void noAddress() {
        lab.deleteText("""
                apiVersion: cilium.io/v2
                kind: CiliumLoadBalancerIPPool
                metadata:
                  name: cilium-pool
                """);
        eventually(SeedLab.SOON, () -> assertThat(lab.roadstead("k8s-ctr", "ippool", "list")).isEmpty());
        lab.applyText(OTHER_CLASS.replace("webpod", "fresh").replace("  loadBalancerClass: example.com/other\n", "")
                .replace("10.96.32.80", "10.96.32.81").replace("app: fresh", "app: webpod"));

        eventually(SeedLab.SOON, () -> assertThat(answers("default/fresh")).isEqualTo(everyNode(false, "NO_ADDRESS")));
    }

    @Test
    @Order(7)
    void aNodeThatSpeaksNoBgpSaysSo() {
        lab.apply("steps/node-w0-maintenance.yaml");

        eventually(SeedLab.SOON, () -> assertThat(answers().get("k8s-w0")).isEqualTo("no NODE_NOT_SELECTED"));
    }

    @Test
    @Order(8)
    void thePeerIsDown() {
        lab.process("router", "bgpd").destroyForcibly();

        assertEveryNode(false, "PEER_NOT_ESTABLISHED");
    }

    private void assertEveryNode(boolean announced, String code) {
        eventually(SeedLab.SOON, () -> assertThat(answers()).isEqualTo(everyNode(announced, code)));
    }

    private static Map<String, String> everyNode(boolean announced, String code) {
        return SeedLab.NODES.keySet().stream().collect(Collectors.toMap(node -> node, node -> answer(announced, code)));
    }

    private static String answer(boolean announced, String code) {
        return (announced ? "yes " : "no ") + code;
    }

    private Map<String, String> answers() {
        return answers("default/webpod");
    }

    /** Each node's answer for its peer. */
    private Map<String, String> answers(String service) {
        return SeedLab.elements(lab.everyNode("explain", "service", service))
                .collect(Collectors.toMap(answer -> answer.path("node").asText(),
                        answer -> SeedLab.elements(answer.path("rows")).map(ExplainIT::row).collect(Collectors.joining(" and "))));
    }

    private static String row(JsonNode row) {
        var reason = row.path("reason");
        assertThat(reason.path("text").asText()).isNotEmpty();
        return answer(row.path("announced").asBoolean(), reason.path("code").asText());
    }
}
