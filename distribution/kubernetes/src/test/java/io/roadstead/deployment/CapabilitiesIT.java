package io.roadstead.deployment;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.lab.BpfFileSystem;
import io.roadstead.testkit.lab.Cgroup;
import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Namespace;
import io.roadstead.testkit.lab.Tool;

/** That the capabilities of the overlays are enough, and none is too many: the packaged agent is started with exactly these. */
@Timeout(300)
class CapabilitiesIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;
    private Namespace node;

    @BeforeEach
    void makeNode() throws IOException {
        Labs.require(Tool.MOUNT);
        node = Namespace.create("node").stub("eth0").address("eth0", "192.168.10.101/24").route("default", "via", "192.168.10.200");
        var manifests = Files.createDirectory(directory.resolve("manifests"));
        for (var file : List.of("manifests/nodes.yaml", "steps/webpod-loadbalancer.yaml")) {
            Files.copy(Project.root().resolve("examples/seed-lab").resolve(file), manifests.resolve(Path.of(file).getFileName()));
        }
        Files.writeString(directory.resolve("password"), "secret\n");
    }

    @AfterEach
    void removeNode() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void sessionsWithPasswordsNeedNoCapability() throws IOException {
        var configuration = configuration("bgp-only", """
                roadstead.bgp.instances.main {
                  local-asn = 65001
                  peers.tor { asn = 65000, address = 192.168.10.200, password-file = "%s", advertise = [ pod-cidr ] }
                }
                """.formatted(directory.resolve("password")));

        try (var agent = start(configuration, capabilities("bgp-only"))) {
            assertThat(ask("bgp", "peers")).contains("192.168.10.200");
            assertThat(ask("status", "--verbose")).doesNotContain("failed");
            assertThat(agent.output()).doesNotContain("not permitted", " ERROR ");
        }
    }

    @Test
    void theDatapathNeedsEachOfItsCapabilities() throws IOException {
        var all = capabilities("with-datapath");

        try (var bpffs = BpfFileSystem.create(); var cgroup = Cgroup.create("node")) {
            var configuration = configuration("with-datapath", """
                    roadstead.datapaths.ebpf { pin-directory = "%s", socket-lb.cgroup = "%s", on-stop = detach }
                    """.formatted(bpffs.path().resolve("roadstead"), cgroup.path()));
            for (var restart : List.of("first start", "second start")) {
                try (var agent = start(configuration, all)) {
                    eventually(SOON, () -> assertThat(datapath()).as(restart).contains(" ok "));
                    assertThat(agent.output()).as(restart).doesNotContain(" ERROR ");
                }
            }
            for (var missing : all) {
                var others = new ArrayList<>(all);
                others.remove(missing);
                try (var _ = start(configuration, others)) {
                    eventually(SOON, () -> assertThat(datapath()).as("without " + missing).contains(" failed "));
                }
            }
        }
    }

    private String datapath() {
        return ask("status", "--verbose").lines().filter(line -> line.startsWith("datapath")).findFirst().orElseThrow();
    }

    private static List<String> capabilities(String overlay) {
        var set = StrictModels.read(Kustomization.of(Overlays.named(overlay)).object("DaemonSet", "roadstead-agent"), DaemonSet.class);
        return set.getSpec().getTemplate().getSpec().getContainers().getFirst().getSecurityContext().getCapabilities().getAdd();
    }

    /** The overlay's files; what a site would say comes last, as in a cluster. */
    private Path configuration(String overlay, String site) throws IOException {
        var configuration = DeployedAgent.configuration(Overlays.configuration(overlay), directory.resolve("conf"));
        Files.writeString(directory.resolve("conf/site.conf"), """
                roadstead {
                  state-directory = "%1$s/state"
                  source { type = manifests, manifests.directory = "%1$s/manifests" }
                  add-ons.admin-http.socket = "%1$s/agent.sock"
                }
                """.formatted(directory) + site);
        return configuration;
    }

    private ManagedProcess start(Path configuration, List<String> capabilities) {
        var set = new StringBuilder("-all");
        capabilities.forEach(capability -> set.append(",+").append(capability.toLowerCase(Locale.ROOT)));
        // not by `ip netns`, which would hide the machine's control groups
        var command = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + node.name(), "setpriv", "--bounding-set", set.toString(),
                "--inh-caps", set.toString(),
                "--no-new-privs"));
        command.addAll(Image.command(Path.of(System.getProperty("java.home")), "-Xmx192m", "io.roadstead.cli.Main", "agent", "--config",
                configuration.toString()));
        return ManagedProcess.of(command).environment("NODE_NAME", "k8s-w1").environment("ROADSTEAD_HOME", Image.tree().toString())
                .start().awaitOutput(SOON, "agent started");
    }

    private String ask(String... words) {
        var command = new ArrayList<>(List.of(Image.tree().resolve("bin/roadstead").toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--socket", directory.resolve("agent.sock").toString()));
        return CommandResult.of(command).successfulOutput();
    }
}
