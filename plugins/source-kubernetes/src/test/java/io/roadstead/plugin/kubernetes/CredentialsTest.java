package io.roadstead.plugin.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.kubernetes.ApiServer;
import io.roadstead.testkit.kubernetes.Faults;
import io.roadstead.testkit.lab.Certificates;

/** Who the agent is to the API server, over TLS. */
final class CredentialsTest {
    private static final Duration STEP = Duration.ofMillis(500);

    @TempDir
    private Path base;

    @Test
    void aTokenThatIsReplacedInTheKubeconfigIsTakenUp() throws IOException {
        try (ApiServer server = ApiServer.builder().tls(Certificates.authority("lab")).token("old", "agent", "system:masters").start()) {
            server.objects().apply(Objects.service("web"));
            Path kubeconfig = Files.writeString(base.resolve("config"), server.kubeconfig("old"));
            try (Rig rig = new Rig(server, Configs.of(kubeconfig)).synced()) {
                rig.watching(5);
                server.removeToken("old");
                server.addToken("new", "agent", "system:masters");
                server.faults().cutConnections();
                server.objects().apply(Objects.service("other"));
                rig.passUntil(STEP, () -> assertThat(rig.problems())
                        .contains("API server: the API server does not accept the agent's credentials (kept)"));
                assertThat(rig.sink.names()).containsExactly("web");
                assertThat(rig.problems().toString() + rig.source.status()).doesNotContain("old");

                try (Faults.Fault refusal = server.faults().hold(request -> true)) { // to a client that still knows the old token
                    rig.passUntil(STEP, () -> assertThat(refusal.hits()).isPositive());
                    Files.writeString(kubeconfig, "users: [{name: u, user: {token: [hidden}}]"); // by whoever writes it bit by bit
                }
                rig.passUntil(STEP,
                        () -> assertThat(rig.problems()).anySatisfy(problem -> assertThat(problem).contains("cannot be read as such")));
                assertThat(rig.problems().toString() + rig.source.status()).doesNotContain("hidden");

                Files.writeString(kubeconfig, server.kubeconfig("new"));
                rig.passUntil(STEP, () -> assertThat(rig.sink.names()).containsExactly("other", "web"));
                rig.passUntil(STEP, () -> assertThat(rig.problems()).isEmpty());
            }
        }
    }

    /** Watches last, whatever becomes of the token that they were asked for with: only who writes hears of it. */
    @Test
    void aLeaderWhoseTokenIsReplacedLeadsOn() throws IOException {
        try (ApiServer server = ApiServer.builder().tls(Certificates.authority("lab")).token("old", "agent", "system:masters").start()) {
            Path kubeconfig = Files.writeString(base.resolve("config"), server.kubeconfig("old"));
            try (Rig rig = new Rig(server, Configs.of(kubeconfig)).synced()) {
                List<Boolean> told = new ArrayList<>();
                rig.source.contend("addresses", told::add);
                rig.passUntil(Duration.ofMillis(100), () -> assertThat(told).containsExactly(true));
                rig.watching(5);
                server.removeToken("old");
                server.addToken("new", "agent", "system:masters");
                Files.writeString(kubeconfig, server.kubeconfig("new"));
                try (Faults.Fault renewal = server.faults().hold(request -> request.resource().equals("leases"))) {
                    rig.passUntil(Duration.ofMillis(100), () -> assertThat(renewal.hits()).isPositive());
                }

                rig.until(() -> assertThat(rig.figure("client_renewals_total")).isEqualTo(1));
                String before = renewed(server);
                rig.pass(Duration.ofSeconds(3));
                rig.until(() -> assertThat(renewed(server)).isNotEqualTo(before));

                assertThat(told).containsExactly(true);
            }
        }
    }

    private static String renewed(ApiServer server) {
        return server.objects().get("leases.coordination.k8s.io", "kube-system", "roadstead").path("spec").path("renewTime").asText();
    }

    @Test
    void anAuthorityThatIsReplacedIsTakenUp() throws IOException {
        Path kubeconfig = base.resolve("config");
        ApiServer first = ApiServer.builder().tls(Certificates.authority("first")).token("token", "agent", "system:masters").start();
        Files.writeString(kubeconfig, first.kubeconfig("token"));
        try (Rig rig = new Rig(first, Configs.of(kubeconfig)).synced()) {
            rig.watching(5);
            first.close();
            try (ApiServer second = ApiServer.builder().listen(new InetSocketAddress(first.url().getHost(), first.url().getPort()))
                    .tls(Certificates.authority("second")).token("token", "agent", "system:masters").start()) {
                second.objects().apply(Objects.service("web"));
                rig.passUntil(STEP, () -> assertThat(rig.problems()).anySatisfy(problem -> assertThat(problem).contains("PKIX path")));

                Files.writeString(kubeconfig, second.kubeconfig("token"));

                rig.passUntil(STEP, () -> assertThat(rig.sink.names()).containsExactly("web"));
                rig.passUntil(STEP, () -> assertThat(rig.problems()).isEmpty());
            }
        } finally {
            first.close();
        }
    }

    @Test
    void aServerThatMovedIsFound() throws IOException {
        Path kubeconfig = base.resolve("config");
        ApiServer first = ApiServer.start();
        Files.writeString(kubeconfig, first.kubeconfig());
        try (Rig rig = new Rig(first, Configs.of(kubeconfig)).synced(); ApiServer second = ApiServer.start()) {
            rig.watching(5);
            first.close();
            second.objects().apply(Objects.service("web"));
            Files.writeString(kubeconfig, second.kubeconfig());

            rig.passUntil(STEP, () -> assertThat(rig.sink.names()).containsExactly("web"));
            assertThat(rig.figure("client_renewals_total")).as("clients made while nobody answered").isLessThan(5);
        } finally {
            first.close();
        }
    }

    @Test
    void aClientCertificateOfEllipticCurvesIsShown() throws IOException {
        Certificates authority = Certificates.authority("lab");
        Certificates.Issued client = authority.client("agent");
        try (ApiServer server = ApiServer.builder().tls(authority).rbac().start()) {
            server.objects().apply("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: all}, "
                    + "rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}, {nonResourceURLs: ['*'], verbs: ['*']}]}");
            server.objects().apply("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: agent}, "
                    + "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}, subjects: [{kind: User, name: agent}]}");
            server.objects().apply(Objects.service("web"));
            Path kubeconfig = Files.writeString(base.resolve("config"),
                    server.kubeconfig().replace("user: {}", "user: {client-certificate: "
                            + Files.writeString(base.resolve("client.crt"), client.pem()) + ", client-key: "
                            + Files.writeString(base.resolve("client.key"), client.keyPem())
                            + "}"));

            try (Rig rig = new Rig(server, Configs.of(kubeconfig)).synced()) {
                assertThat(rig.sink.names()).contains("web");
                assertThat(server.requests().denied()).isEmpty();
            }
        }
    }

    @Test
    void aServerOfAnotherAuthorityIsNotTrustedAndIsNamed() throws IOException {
        try (ApiServer server = ApiServer.builder().tls(Certificates.authority("lab")).token("token", "agent", "system:masters").start();
                ApiServer other = ApiServer.builder().tls(Certificates.authority("other")).start()) {
            Path kubeconfig = Files.writeString(base.resolve("config"),
                    other.kubeconfig("token").replace(other.url().toString(), server.url().toString()));

            try (Rig rig = new Rig(server, Configs.of(kubeconfig))) {
                rig.source.start(rig.sink);
                rig.passUntil(STEP, () -> assertThat(rig.problems()).anySatisfy(problem -> assertThat(problem).contains("PKIX path")));
                assertThat(server.requests().all()).isEmpty();
            }
        }
    }
}
