package io.roadstead.plugin.kubernetes.write;

import static io.roadstead.plugin.kubernetes.write.SinkRig.announcement;
import static io.roadstead.plugin.kubernetes.write.SinkRig.key;
import static io.roadstead.plugin.kubernetes.write.SinkRig.status;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.StatusUpdate;

class ServiceStatusTest {

    private static final String PATCH = "patch /api/v1/namespaces/default/services/web/status";
    private static final String GET = "get /api/v1/namespaces/default/services/web";

    private final SinkRig rig = new SinkRig();

    @BeforeEach
    void service() {
        rig.service("web");
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void addressAndConditionAreOnePatchOfTheStatus() {
        rig.see("services", "default", "web");

        rig.write(status("web", "192.0.2.10"));

        assertThat(rig.sent()).containsExactly(PATCH);
        assertThat(rig.api.sent().getFirst().path()).endsWith("?fieldManager=roadstead");
        JsonNode status = rig.service().path("status");
        assertThat(ingress()).containsExactly("192.0.2.10");
        JsonNode condition = status.path("conditions").path(0);
        assertThat(condition.path("type").asText()).isEqualTo("cilium.io/IPAMRequestSatisfied");
        assertThat(condition.path("status").asText()).isEqualTo("True");
        assertThat(condition.path("reason").asText()).isEqualTo("satisfied");
        assertThat(condition.path("lastTransitionTime").asText()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(condition.has("message")).isTrue();
    }

    @Test
    void anObjectThatWasNotSeenIsReadFirst() {
        rig.write(status("web", "192.0.2.10"));

        assertThat(rig.sent()).containsExactly(GET, PATCH);
        assertThat(ingress()).containsExactly("192.0.2.10");
    }

    @Test
    void whatStandsThereAlreadyIsNotWrittenAlsoAfterARestart() {
        rig.write(status("web", "192.0.2.10"), announcement("web", "from 3 nodes"));
        rig.restart();
        rig.see("services", "default", "web");
        rig.api.clear();

        rig.write(status("web", "192.0.2.10"), announcement("web", "from 3 nodes"));
        rig.time.advance(Duration.ofMinutes(10));

        assertThat(rig.sent()).isEmpty();
    }

    @Test
    void defaultsOfTheServerAreNoReasonToWriteAgain() {
        rig.server().objects().mergeStatus("services", "default", "web",
                "status: {loadBalancer: {ingress: [{ip: 192.0.2.10, ipMode: Proxy, ports: [{port: 80, protocol: TCP}]}]}}");
        rig.see("services", "default", "web");

        rig.write(status("web", "192.0.2.10"));
        rig.write(status("web", "192.0.2.10", "2001:db8::1"));

        JsonNode first = rig.service().path("status").path("loadBalancer").path("ingress").path(0);
        assertThat(first.path("ipMode").asText()).isEqualTo("Proxy");
        assertThat(first.path("ports").path(0).path("port").asInt()).isEqualTo(80);
        assertThat(ingress()).containsExactly("192.0.2.10", "2001:db8::1");
    }

    @Test
    void hostNamesAndConditionsOfOthersStay() {
        rig.server().objects().mergeStatus("services", "default", "web", """
                status:
                  loadBalancer: {ingress: [{hostname: lb.example.net}, {ip: 192.0.2.99}]}
                  conditions:
                  - {type: example.net/Ready, status: "True", reason: Yes, message: "", lastTransitionTime: "2025-01-01T00:00:00Z"}
                  - {type: cilium.io/IPAMRequestSatisfied, status: "True", reason: satisfied, message: old, lastTransitionTime: "2025-02-02T00:00:00Z"}
                  - {type: example.net/Last, status: "False", reason: No, message: "", lastTransitionTime: "2025-01-01T00:00:00Z"}
                """);

        rig.write(status("web", "192.0.2.10"));

        assertThat(ingress()).containsExactly("192.0.2.10", "lb.example.net");
        assertThat(conditions()).containsExactly("example.net/Ready 2025-01-01T00:00:00Z",
                "cilium.io/IPAMRequestSatisfied 2025-02-02T00:00:00Z",
                "example.net/Last 2025-01-01T00:00:00Z");
        assertThat(rig.service().path("status").path("conditions").path(1).path("message").asText()).isEmpty();
    }

    @Test
    void theTimeOfAConditionIsThatOfItsStatus() {
        rig.write(status("web", "192.0.2.10"));
        rig.time.advance(Duration.ofHours(1));
        rig.write(new StatusUpdate.ServiceStatus(key("web"), new Service.Status(List.of(),
                List.of(new Condition("cilium.io/IPAMRequestSatisfied", Condition.Status.FALSE, "out_of_ips", "")))));
        rig.time.advance(Duration.ofHours(1));
        rig.write(new StatusUpdate.ServiceStatus(key("web"), new Service.Status(List.of(),
                List.of(new Condition("cilium.io/IPAMRequestSatisfied", Condition.Status.FALSE, "no_pool", "none selects it")))));

        assertThat(conditions()).containsExactly("cilium.io/IPAMRequestSatisfied 2026-01-01T01:00:00Z");
        assertThat(rig.service().path("status").path("loadBalancer").path("ingress").isEmpty()).isTrue();
    }

    @Test
    void leavingTakesAwayTheConditionAndTheAddressesOnly() {
        rig.write(status("web", "192.0.2.10"), announcement("web", "from 3 nodes"));

        rig.write(new StatusUpdate.ServiceStatus(key("web"), Service.Status.NONE));

        assertThat(ingress()).isEmpty();
        assertThat(conditions()).containsExactly("roadstead.io/Announced 2026-01-01T00:00:00Z");
        rig.write(new StatusUpdate.ServiceAnnouncement(key("web"), null));
        assertThat(rig.service().path("status").toString()).isEqualTo("{\"loadBalancer\":{}}");
    }

    @Test
    void anAnnouncementIsItsConditionAndNothingElse() {
        rig.server().objects().mergeStatus("services", "default", "web", "status: {loadBalancer: {ingress: [{ip: 203.0.113.7}]}}");

        rig.write(announcement("web", "from 3 nodes to 2 peers"));

        assertThat(ingress()).containsExactly("203.0.113.7");
        assertThat(conditions()).containsExactly("roadstead.io/Announced 2026-01-01T00:00:00Z");
    }

    @Test
    void whatWaitsForOneObjectGoesInOnePatchAndTheNewestWins() {
        rig.see("services", "default", "web");
        rig.sink.write(List.of(status("web", "192.0.2.10"), announcement("web", "from 1 node")));
        rig.sink.write(List.of(announcement("web", "from 2 nodes"), status("web", "192.0.2.11")));
        rig.time.runReady();

        assertThat(rig.sent()).containsExactly(PATCH);
        assertThat(ingress()).containsExactly("192.0.2.11");
        assertThat(rig.service().path("status").path("conditions").path(1).path("message").asText()).isEqualTo("from 2 nodes");
    }

    @Test
    void wordsAreMadeToFitTheSchema() {
        rig.write(new StatusUpdate.ServiceAnnouncement(key("web"),
                new Condition(StatusUpdate.ServiceAnnouncement.TYPE, Condition.Status.FALSE, "no nodes!:", "\ud83d\ude00".repeat(40_000))));
        JsonNode condition = rig.service().path("status").path("conditions").path(0);
        assertThat(condition.path("reason").asText()).isEqualTo("no_nodes_");
        assertThat(condition.path("message").asText()).isEqualTo("\ud83d\ude00".repeat(32_768));

        rig.write(new StatusUpdate.ServiceAnnouncement(key("web"),
                new Condition(StatusUpdate.ServiceAnnouncement.TYPE, Condition.Status.FALSE, "", "")));

        assertThat(rig.service().path("status").path("conditions").path(0).path("reason").asText()).isEqualTo("Reason_");
        assertThat(rig.sink.problems()).isEmpty();
    }

    private List<String> ingress() {
        return StreamSupport.stream(rig.service().path("status").path("loadBalancer").path("ingress").spliterator(), false)
                .map(entry -> entry.has("ip") ? entry.path("ip").asText() : entry.path("hostname").asText()).toList();
    }

    private List<String> conditions() {
        return StreamSupport.stream(rig.service().path("status").path("conditions").spliterator(), false)
                .map(condition -> condition.path("type").asText() + " " + condition.path("lastTransitionTime").asText()).toList();
    }
}
