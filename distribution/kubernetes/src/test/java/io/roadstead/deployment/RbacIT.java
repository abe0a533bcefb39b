package io.roadstead.deployment;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.kubernetes.ApiServer;

/**
 * That the roles allow what the agent does and nothing else. Packaged agents with the shipped configuration do everything that they can do at an API server that
 * knows the shipped roles: no request is refused, and no rule is left over.
 */
@Timeout(240)
class RbacIT {

    private static final Duration SOON = Duration.ofSeconds(100);
    private static final String ACCOUNT = "system:serviceaccount:roadstead-system:";
    /** Writes to these meet another writer's once, so that agents look at what that one wrote. */
    private static final Set<String> CONFLICTS = Set.of("services/status", "ciliumloadbalancerippools.cilium.io/status",
            "ciliumbgpclusterconfigs.cilium.io/status", "ciliumbgppeerconfigs.cilium.io/status", "ciliumbgpnodeconfigs.cilium.io/status");

    private static final String NODE_CONFIGS = "ciliumbgpnodeconfigs.cilium.io";

    @TempDir
    private Path directory;

    @Test
    void anAgentMayDoWhatItDoesAndNothingElse() throws IOException {
        var deployment = Kustomization.of(Overlays.named("bgp-only"));

        try (var server = server(deployment, "roadstead-agent");
                var _ = start(server, deployment, "roadstead", "roadstead-agent", "drained")) {
            assertAllIsUsedAndAllowed(server, deployment, "roadstead-agent");
        }
    }

    @Test
    void agentsBesideControllersMayOnlyReportTheirOwnNode() throws IOException {
        var deployment = Kustomization.of(Overlays.named("controller"));

        try (var server = server(deployment, "roadstead-agent", "roadstead-controller");
                var _ = start(server, deployment, "roadstead", "roadstead-agent", "drained");
                var _ = start(server, deployment, "roadstead-controller", "roadstead-controller", "roadstead-controller-0")) {
            assertAllIsUsedAndAllowed(server, deployment, "roadstead-agent", "roadstead-controller");
        }
    }

    private static void assertAllIsUsedAndAllowed(ApiServer server, Kustomization deployment, String... accounts) {
        // another peer changes the spec of a node's report, which is there by then
        eventually(SOON, () -> assertThat(server.objects().find(NODE_CONFIGS, "", "drained")).isPresent());
        server.objects().merge("ciliumbgpclusterconfigs.cilium.io", "", "cilium-bgp", """
                {"spec": {"bgpInstances": [{"name": "instance-65001", "localASN": 65001,
                                            "peers": [{"name": "other", "peerASN": 65000, "peerAddress": "127.0.0.1"}]}]}}
                """);
        eventually(SOON, () -> {
            for (var account : accounts) {
                assertThat(used(server, account)).as(account).containsAll(Permission.of(deployment, account));
            }
        });
        assertThat(server.requests().denied()).isEmpty();
        for (var account : accounts) {
            assertThat(Permission.of(deployment, account)).as(account).containsAll(used(server, account));
        }
    }

    private static Set<Permission> used(ApiServer server, String account) {
        return server.requests().matching(request -> request.user().equals(ACCOUNT + account) && !request.resource().isEmpty()).stream()
                .map(Permission::of).collect(Collectors.toCollection(TreeSet::new));
    }

    private static ApiServer server(Kustomization deployment, String... accounts) {
        var settings = ApiServer.builder().rbac();
        for (var account : accounts) {
            settings.token(account, ACCOUNT + account, "system:serviceaccounts", "system:serviceaccounts:roadstead-system");
        }
        var server = settings.start();
        Kustomization.of(Project.kubernetes().resolve("crds")).objects().forEach(server.objects()::apply);
        deployment.objects().stream().filter(object -> object.path("apiVersion").asText().startsWith("rbac.")
                || List.of("Namespace", "ServiceAccount").contains(object.path("kind").asText())).forEach(server.objects()::apply);
        var lab = Project.root().resolve("examples/seed-lab");
        List.of("manifests/nodes.yaml", "manifests/bgp.yaml", "steps/webpod-loadbalancer.yaml", "steps/pool.yaml",
                "steps/advertisement-service.yaml").forEach(file -> server.objects().apply(Project.text(lab.resolve(file))));
        server.objects().apply(Project.text(Project.kubernetes().resolve("src/test/resources/rbac/objects.yaml")));
        CONFLICTS.forEach(resource -> server.faults().answer(409, 1,
                request -> request.verb().equals("patch") && request.qualifiedResource().equals(resource)));
        return server;
    }

    private DeployedAgent start(ApiServer server, Kustomization deployment, String configMap, String account, String node)
            throws IOException {
        var own = Files.createDirectory(directory.resolve(account));
        var kubeconfig = Files.writeString(own.resolve("kubeconfig"), server.kubeconfig(account));
        var configuration = DeployedAgent.configuration(Overlays.configuration(
                deployment.objects().stream().filter(StrictModels::knows).map(StrictModels::read).toList(), "roadstead-system", configMap),
                own.resolve("conf"));
        return DeployedAgent.start(Path.of(System.getProperty("java.home")), List.of(), configuration, node, own,
                "roadstead.source.kubernetes.kubeconfig=" + kubeconfig);
    }
}
