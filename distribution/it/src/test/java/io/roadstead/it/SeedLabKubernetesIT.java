package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** The same steps with an API server: the resources are applied by kubectl, what became of them is read by kubectl, and agents may do no more than they ship with. */
@Timeout(200)
final class SeedLabKubernetesIT extends SeedLabSteps {

    private static final Duration QUIET = Duration.ofSeconds(60);
    private static final Set<String> COSTLY = Set.of("create", "update", "patch", "delete", "list");

    @Override
    SeedLab lab() {
        Labs.require(Tool.FRR, Tool.CURL, Tool.JQ, Tool.KUBECTL);
        return SeedLab.up(PackagedTree.asBuilt(), SeedLab.KUBERNETES);
    }

    @Override
    String nodeStatus(String node) {
        return get("ciliumbgpnodeconfigs", node).path("status").isEmpty() ? ""
                : lab.kubectl("get", "ciliumbgpnodeconfigs", node, "-o", "yaml");
    }

    @Test
    @Order(16)
    void c1AndC2StandInTheStatusesOfPoolAndService() {
        eventually(SeedLab.SOON, () -> {
            var pool = get("ciliumloadbalancerippools", "cilium-pool");
            assertThat(condition(pool, "cilium.io/IPsTotal")).isEqualTo("Unknown noreason 254");
            assertThat(condition(pool, "cilium.io/IPsAvailable")).isEqualTo("Unknown noreason 253");
            assertThat(condition(pool, "cilium.io/IPsUsed")).isEqualTo("Unknown noreason 1");
            assertThat(condition(pool, "cilium.io/PoolConflict")).startsWith("False resolved");
            var service = get("service", "webpod");
            assertThat(service.at("/status/loadBalancer/ingress")).singleElement().extracting(entry -> entry.path("ip").asText())
                    .isEqualTo("172.16.1.1");
            assertThat(condition(service, "cilium.io/IPAMRequestSatisfied")).startsWith("True satisfied");
        });
    }

    @Test
    @Order(17)
    void noAgentDoesMoreThanItsRoleAllows() {
        assertThat(lab.apiRequests()).filteredOn(request -> request.startsWith("403 ")).isEmpty();
    }

    /** The leader may have told of an earlier step half a minute ago. */
    @Test
    @Order(18)
    void theServiceSaysFromWhereItIsAnnounced() {
        SeedLab.NODES.keySet().forEach(node -> lab.configure(node, "roadstead.bgp.status-report.enabled = true"));
        for (var node : SeedLab.NODES.keySet()) {
            eventually(SeedLab.SOON, () -> assertThat(nodeStatus(node)).contains("peeringState: established"));
        }

        eventually(Duration.ofSeconds(90), () -> assertThat(condition(get("service", "webpod"), "roadstead.io/Announced"))
                .isEqualTo("True Announced 172.16.1.1/32 from all 3 nodes to instance-65001/tor-switch; 3 of 3 sessions established"));
    }

    @Test
    @Order(19)
    void aQuietMinuteHasNoWritesButThoseForTheLeaseAndNoLists() {
        var quiet = new Object() {
            private long since = System.nanoTime();
            private int requests = lab.apiRequests().size();
            private int costly;
        };

        // what a step left to be written, numbers of routes above all, comes within a minute; then there has to be a minute without any
        eventually(Duration.ofSeconds(150), () -> {
            var requests = lab.apiRequests();
            if (costly(requests).size() != quiet.costly) {
                quiet.costly = costly(requests).size();
                quiet.requests = requests.size();
                quiet.since = System.nanoTime();
            }
            return Duration.ofNanos(System.nanoTime() - quiet.since);
        }, time -> time.compareTo(QUIET) >= 0);

        assertThat(lab.apiRequests().stream().skip(quiet.requests)).as("the leader's, in that minute")
                .anyMatch(request -> request.contains(" update ") && request.contains("/leases/"));
    }

    /** Writes and lists, those of leases aside; of the agents, not of the administrator. */
    private static List<String> costly(List<String> requests) {
        return requests.stream().filter(request -> request.split(" ")[1].startsWith("system:serviceaccount:"))
                .filter(request -> COSTLY.contains(request.split(" ")[2]) && !request.contains("/leases/")).toList();
    }

    private JsonNode get(String... words) {
        return ScriptedLab.json(lab.kubectl(Stream.of(Stream.of("get"), Stream.of(words), Stream.of("-o", "json")).flatMap(word -> word)
                .toArray(String[]::new)));
    }

    private static String condition(JsonNode object, String type) {
        return ScriptedLab.elements(object.at("/status/conditions")).filter(condition -> condition.path("type").asText().equals(type))
                .map(condition -> condition.path("status").asText() + " " + condition.path("reason").asText() + " "
                        + condition.path("message").asText())
                .findFirst().orElse("");
    }
}
