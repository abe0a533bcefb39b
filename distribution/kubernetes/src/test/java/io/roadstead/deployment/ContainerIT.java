package io.roadstead.deployment;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.kubernetes.ApiServer;
import io.roadstead.testkit.lab.Certificates;
import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.FreePorts;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** The image as its Dockerfile makes it, and an agent in a container of it, with what the Pod of the overlay has and nothing else. */
@Timeout(600)
class ContainerIT {

    private static final Duration SOON = Duration.ofSeconds(100);
    private static final String NODE = "k8s-w1";

    @TempDir
    private static Path work;
    private static BuiltImage image;

    @TempDir
    private Path directory;

    @BeforeAll
    static void build() throws IOException {
        Labs.require(Tool.BUILDAH, Tool.MOUNT);
        image = BuiltImage.build(work);
    }

    @Test
    void everythingInItBelongsToRootAndCanBeReadByTheUserItRunsAs() throws IOException {
        assertThat(image.configuration().path("User").asText()).isEqualTo("65532:65532");
        var home = image.root().resolve("opt/roadstead");
        assertThat(home.resolve("bin/roadstead")).isExecutable();
        try (var files = Files.walk(home)) {
            assertThat(files.filter(file -> !isRootsAndReadable(file)).map(home::relativize)).isEmpty();
        }
    }

    @Test
    void anAgentLivesInAContainerAsTheOverlaySays() throws IOException {
        int port = FreePorts.next();
        var configuration = new HashMap<>(Overlays.configuration("bgp-only"));
        configuration.put("site.conf", "roadstead.add-ons.admin-http.tcp.port = " + port + "\n");
        var files = DeployedAgent.configuration(configuration, directory.resolve("conf")).getParent();
        var pod = StrictModels.read(Kustomization.of(Overlays.named("bgp-only")).object("DaemonSet", "roadstead-agent"), DaemonSet.class)
                .getSpec()
                .getTemplate().getSpec();
        var authority = Certificates.authority("cluster");
        try (var server =
                ApiServer.builder().tls(authority).token("secret", "system:serviceaccount:roadstead-system:roadstead-agent").start()) {
            Kustomization.of(Project.kubernetes().resolve("crds")).objects().forEach(server.objects()::apply);
            server.objects().apply(Project.text(Project.root().resolve("examples/seed-lab/manifests/nodes.yaml")));
            server.objects().apply(Project.text(Project.root().resolve("examples/seed-lab/manifests/bgp.yaml")));
            var environment =
                    Map.of("NODE_NAME", NODE, "POD_NAMESPACE", "roadstead-system", "KUBERNETES_SERVICE_HOST", server.url().getHost(),
                            "KUBERNETES_SERVICE_PORT", Integer.toString(server.url().getPort()));

            try (var container =
                    Container.start(image, pod, Map.of("roadstead", files), account(authority, pod.getSecurityContext().getFsGroup()),
                            environment, directory.resolve("log"))) {
                eventually(SOON, () -> assertThat(DeployedAgent.status(port, "/livez")).as(container::log).isEqualTo(200));
                eventually(SOON, () -> assertThat(DeployedAgent.status(port, "/readyz")).as(container::log).isEqualTo(200));

                assertThat(container.exec("roadstead", "status")).contains("Node:       " + NODE, "Source:     synced");
                eventually(SOON, () -> assertThat(server.objects().find("ciliumbgpnodeconfigs.cilium.io", "", NODE)).isPresent());
                assertThat(container.exec("sh", "-c", "if (: > /opt/roadstead/file); then echo written; fi 2>/dev/null")).isEmpty();
                assertThat(container.stop()).as(container::log).isZero();
                // where there is loopback only, Netty warns that it found no hardware address
                assertThat(container.log().lines().filter(line -> !line.contains(" MacAddressUtil: ")))
                        .noneMatch(line -> line.contains(" ERROR ") || line.contains(" WARN "));
            }
        }
    }

    /** As the kubelet lays them down: for the Pod's group only. */
    private Path account(Certificates authority, long group) throws IOException {
        var account = Files.createDirectory(directory.resolve("account"));
        authority.write(account.resolve("ca.crt"));
        Files.writeString(account.resolve("token"), "secret");
        Files.writeString(account.resolve("namespace"), "roadstead-system");
        CommandResult.of(List.of("chgrp", "-R", Long.toString(group), account.toString())).successfulOutput();
        CommandResult.of(List.of("chmod", "-R", "u=rwX,g=rX,o=", account.toString())).successfulOutput();
        return account;
    }

    private static boolean isRootsAndReadable(Path file) {
        try {
            var attributes = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            var others = PosixFilePermissions.toString(attributes.permissions()).substring(6);
            return attributes.owner().getName().equals("root")
                    && (attributes.isSymbolicLink() || others.equals("r-x") || others.equals("r--") && attributes.isRegularFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
