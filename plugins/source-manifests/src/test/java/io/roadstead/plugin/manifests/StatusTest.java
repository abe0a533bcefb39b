package io.roadstead.plugin.manifests;

import static io.roadstead.plugin.manifests.Fixture.documents;
import static io.roadstead.plugin.manifests.Fixture.service;
import static io.roadstead.plugin.manifests.Fixture.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.testkit.RecordingSink;

final class StatusTest {
    private static final ResourceKey NODE = new ResourceKey("CiliumBGPNodeConfig", "", "k8s-w1");
    @TempDir
    private Path base;
    private Fixture fixture;
    private ManifestsSource source;
    private RecordingSink sink;

    @BeforeEach
    void begin() {
        fixture = new Fixture(base);
        source = fixture.source();
        fixture.write("s.yaml",
                documents(service("web"), service("db"), service("own") + "status:\n  loadBalancer:\n    ingress:\n    - ip: 192.0.2.7\n"));
        sink = fixture.start(source);
        source.contend("ipam", leads -> {
        });
        fixture.events();
    }

    private static ResourceKey key(String name) {
        return new ResourceKey(Service.KIND, "default", name);
    }

    private static StatusUpdate assign(String name, String... addresses) {
        return new StatusUpdate.ServiceStatus(key(name), new Service.Status(Arrays.stream(addresses).map(IpAddress::parse).toList(),
                List.of(new Condition("IPAM", Condition.Status.TRUE, "satisfied", "tab\t\"quote\" \u00e9 \u2028 \ud83d\ude00"))));
    }

    private void write(StatusUpdate... updates) {
        source.write(List.of(updates));
        fixture.events();
    }

    private static List<String> addresses(RecordingSink of, String name) {
        return ((Service) of.objects().get(key(name))).status().loadBalancerIngress().stream().map(IpAddress::toString).toList();
    }

    private Path file(String name) {
        return fixture.state.resolve("status").resolve(name);
    }

    @Test
    void assignmentsSurviveARestartAndAManifestsOwnStatusCountsWithoutOne() throws IOException {
        write(assign("web", "172.16.1.1", "fd00::1"), assign("db", "172.16.1.2"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("services.jsonl")))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("")))).isEqualTo("rwx------");
        Service before = (Service) sink.objects().get(key("web"));
        source.close();

        RecordingSink next = fixture.start(fixture.source());

        assertThat(next.takeBatches()).hasSize(1);
        assertThat(next.objects().get(key("web"))).isEqualTo(before);
        assertThat(addresses(next, "web")).containsExactly("172.16.1.1", "fd00::1");
        assertThat(addresses(next, "own")).containsExactly("192.0.2.7");
    }

    @Test
    void anAddressIsToldOnlyWhenItIsStored() throws IOException {
        Path status = file("");
        try (var files = Files.list(status)) {
            assertThat(files).isEmpty();
        }
        Files.delete(status);
        Files.writeString(status, "in the way");

        write(assign("web", "172.16.1.1"));
        assertThat(addresses(sink, "web")).isEmpty();
        assertThat(texts(sink)).anySatisfy(text -> assertThat(text).contains("statuses cannot be written"));

        Files.delete(status);
        fixture.pass(Duration.ofSeconds(1));
        assertThat(addresses(sink, "web")).containsExactly("172.16.1.1");
        assertThat(sink.problems()).isEmpty();
    }

    @Test
    void theAssignmentOfADeletedServiceIsForgotten() throws IOException {
        write(assign("web", "172.16.1.1"), assign("db", "172.16.1.2"));

        fixture.write("s.yaml", service("db"));
        fixture.settle();

        assertThat(Files.readString(file("services.jsonl"))).contains("\"db\"").doesNotContain("\"web\"");
    }

    @Test
    void aFileThatCannotBeReadAtTheStartLosesNoAssignment() {
        write(assign("web", "172.16.1.1"));
        source.close();
        fixture.write("s.yaml", "kind: [");

        ManifestsSource next = fixture.source();
        RecordingSink nextSink = fixture.start(next);
        next.contend("ipam", leads -> {
        });
        fixture.events();
        fixture.write("s.yaml", service("web"));

        assertThat(addresses(nextSink, "web")).containsExactly("172.16.1.1");
    }

    @Test
    void aDamagedFileIsPutAsideAndLosesOnlyItsDamagedLines() throws IOException {
        write(assign("web", "172.16.1.1"), assign("db", "172.16.1.2"));
        source.close();
        String content = Files.readString(file("services.jsonl"));
        Files.writeString(file("services.jsonl"), content.replace("\"db\"", "\"d") + "\u0000garbage\n");

        ManifestsSource next = fixture.source();
        RecordingSink nextSink = fixture.start(next);
        assertThat(texts(nextSink)).singleElement().asString().contains("2 lines are damaged");
        next.contend("ipam", leads -> {
        });
        fixture.events();

        assertThat(addresses(nextSink, "web")).containsExactly("172.16.1.1");
        assertThat(addresses(nextSink, "db")).isEmpty();
        assertThat(texts(nextSink)).singleElement().asString().contains("services.jsonl.corrupt-").contains("put aside");
        assertThat(Files.readAllLines(file("services.jsonl"))).hasSize(1);
        try (var aside = Files.newDirectoryStream(file(""), "*.corrupt-*")) {
            for (Path path : aside) {
                Files.delete(path);
            }
        }
        fixture.events();
        assertThat(nextSink.problems()).isEmpty();
    }

    @Test
    void whoDoesNotLeadWritesNoAssignmentAndFollowsTheLeaders() {
        ManifestsSource follower = fixture.source();
        RecordingSink followerSink = fixture.start(follower);

        follower.write(List.of(assign("db", "172.16.1.9")));
        write(assign("web", "172.16.1.1"));

        assertThat(addresses(followerSink, "web")).containsExactly("172.16.1.1");
        assertThat(addresses(followerSink, "db")).isEmpty();
        assertThat(addresses(sink, "db")).isEmpty();
    }

    @Test
    void aNodesStatusIsAKubernetesDocumentAndGoesWhenItIsCleared() {
        Instant established = Instant.parse("2025-01-01T00:00:00.5Z");
        StatusUpdate.PeerStatus up = new StatusUpdate.PeerStatus("tor-switch", IpAddress.parse("192.168.10.200"), new AsNumber(65000),
                SessionState.ESTABLISHED, established, Duration.ofSeconds(9), Duration.ofSeconds(3),
                Map.of(AfiSafi.IPV6_UNICAST, new StatusUpdate.RouteCount(0, 0), AfiSafi.IPV4_UNICAST, new StatusUpdate.RouteCount(4, 2)));
        StatusUpdate.PeerStatus down =
                new StatusUpdate.PeerStatus("tor-2", IpAddress.parse("fd00::1"), new AsNumber(0), SessionState.ACTIVE, null, null, null,
                        Map.of());
        List<StatusUpdate.InstanceStatus> instances =
                List.of(new StatusUpdate.InstanceStatus("instance-65001", new AsNumber(65001), List.of(up, down)));

        write(new StatusUpdate.BgpNodeStatus(NODE, instances, List.of()));

        assertThat(file("ciliumbgpnodeconfig-k8s-w1.yaml")).hasContent("""
                apiVersion: cilium.io/v2
                kind: CiliumBGPNodeConfig
                metadata:
                  name: k8s-w1
                status:
                  bgpInstances:
                  - name: instance-65001
                    localASN: 65001
                    peers:
                    - name: tor-switch
                      peerAddress: 192.168.10.200
                      peerASN: 65000
                      peeringState: established
                      timers:
                        appliedHoldTimeSeconds: 9
                        appliedKeepaliveSeconds: 3
                      establishedTime: 2025-01-01T00:00:00Z
                      routeCount:
                      - afi: ipv4
                        safi: unicast
                        received: 4
                        advertised: 2
                      - afi: ipv6
                        safi: unicast
                        received: 0
                        advertised: 0
                    - name: tor-2
                      peerAddress: fd00::1
                      peerASN: 0
                      peeringState: active
                      routeCount: []
                """);

        write(new StatusUpdate.BgpNodeStatus(NODE, List.of(), List.of()));
        assertThat(file("ciliumbgpnodeconfig-k8s-w1.yaml")).doesNotExist();
    }

    @Test
    void aConditionKeepsItsTransitionTimeAcrossRestartsUntilItsStatusChanges() throws IOException {
        ResourceKey pool = new ResourceKey("CiliumLoadBalancerIPPool", "", "cilium-pool");
        write(new StatusUpdate.Conditions(pool, List.of(new Condition("cilium.io/PoolConflict", Condition.Status.FALSE, "resolved", ""))));
        Path file = file("ciliumloadbalancerippool-cilium-pool.yaml");
        String first = Files.readString(file);
        assertThat(first).contains("type: cilium.io/PoolConflict", "status: 'False'", "lastTransitionTime: 2026");

        fixture.pass(Duration.ofMinutes(1));
        source.close();
        source = fixture.source();
        fixture.contexts.getLast().scheduler().advance(Duration.ofHours(1));
        fixture.start(source);
        source.contend("ipam", leads -> {
        });
        write(new StatusUpdate.Conditions(pool,
                List.of(new Condition("cilium.io/PoolConflict", Condition.Status.FALSE, "resolved", "other"))));
        assertThat(transition(Files.readString(file))).isEqualTo(transition(first));

        write(new StatusUpdate.Conditions(pool,
                List.of(new Condition("cilium.io/PoolConflict", Condition.Status.TRUE, "cidr_overlap", ""))));
        assertThat(transition(Files.readString(file))).isGreaterThan(transition(first));

        write(new StatusUpdate.Conditions(pool, List.of()));
        assertThat(file).doesNotExist();
    }

    @Test
    void theDocumentOfAnObjectGoesWithTheObject() {
        fixture.write("node.yaml", Fixture.node("k8s-w9"));
        ResourceKey gone = new ResourceKey("Node", "", "k8s-w9");
        write(new StatusUpdate.Conditions(gone, List.of(new Condition("Some", Condition.Status.TRUE, "reason", ""))));
        assertThat(file("node-k8s-w9.yaml")).exists();

        fixture.delete("node.yaml");
        fixture.settle();

        assertThat(sink.objects()).doesNotContainKey(gone);
        assertThat(file("node-k8s-w9.yaml")).doesNotExist();
    }

    private static String transition(String document) {
        return document.lines().filter(line -> line.contains("lastTransitionTime")).findFirst().orElseThrow().replaceAll(".*'(.*)'.*",
                "$1");
    }

    @Test
    void anAgentOfAnotherProcessKeepsTheLeadUntilItEnds() throws Exception {
        source.close();
        Path script = Files.writeString(base.resolve("Holder.java"), """
                import java.nio.channels.FileChannel;
                import java.nio.file.*;

                void main(String[] args) throws Exception {
                    var lock = FileChannel.open(Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE).lock();
                    System.out.println("held " + lock.isValid());
                    System.in.read();
                }
                """);
        Process holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), script.toString(),
                fixture.state.resolve("leader.lock").toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<Boolean> told = new ArrayList<>();
        ManifestsSource next = fixture.source();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held true");
            fixture.start(next);
            Registration role = next.contend("ipam", told::add);
            fixture.pass(Duration.ofSeconds(3));
            assertThat(told).isEmpty();

            holder.destroyForcibly().waitFor();
            fixture.pass(Duration.ofSeconds(1));
            assertThat(told).containsExactly(true);
            role.close();
        } finally {
            holder.destroyForcibly();
            next.close();
        }
    }
}
