package io.roadstead.deployment;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.lab.CommandResult;

/** What the image is made of. No container runs here: its files are put together, and its entry point is started, without one. */
@Timeout(180)
class ImageIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern COPY = Pattern.compile("(?m)^COPY (?!--from)(\\S+) ");

    private static Path runtime = Path.of("");

    @TempDir
    private Path directory;

    @BeforeAll
    static void makeRuntime() {
        runtime = Image.makeRuntime();
    }

    @Test
    void theRuntimeHasTheModulesThatTheJarsNeedAndNoOther() {
        assertThat(Image.modules()).containsExactlyElementsOf(Image.neededModules());
    }

    @Test
    void everyPluginStartsOnTheRuntime() throws Exception {
        var manifests = Files.createDirectory(directory.resolve("manifests"));
        for (var file : List.of("manifests/nodes.yaml", "manifests/bgp.yaml", "steps/webpod-loadbalancer.yaml", "steps/pool.yaml",
                "steps/advertisement-service.yaml")) {
            Files.copy(Project.root().resolve("examples/seed-lab").resolve(file), manifests.resolve(Path.of(file).getFileName()));
        }
        var configuration = Files.writeString(directory.resolve("roadstead.conf"), """
                roadstead.source { type = manifests, manifests.directory = "%s" }
                roadstead.load-balancer.datapath = proxy
                roadstead.mesh { backend = memory }
                roadstead.add-ons.admin-http.tcp.enabled = true
                """.formatted(manifests));

        try (var agent = DeployedAgent.start(runtime, List.of(), configuration, "k8s-w1", directory)) {
            eventually(SOON, () -> assertThat(agent.status("/readyz")).isEqualTo(200));

            assertThat(agent.ask("ippool", "list")).contains("cilium-pool");
            assertThat(agent.ask("plugin", "list").lines().skip(1)).hasSize(pluginsOfTheTree()).allMatch(line -> line.contains("started"));
            assertThat(agent.log()).doesNotContain("NoClassDefFoundError", "ClassNotFoundException", " ERROR ");
        }
    }

    /** TLS, HTTP and what else reaching an API server needs of the runtime. */
    @Test
    void theRuntimeReachesAnApiServer() throws Exception {
        try (var cluster = new TestCluster()) {
            var kubeconfig = Files.writeString(directory.resolve("kubeconfig"), cluster.server().kubeconfig());
            var configuration = DeployedAgent.configuration(Overlays.configuration("bgp-only"), directory.resolve("conf"));
            cluster.server().objects().apply(Project.text(Project.root().resolve("examples/seed-lab/manifests/nodes.yaml")));

            try (var agent = DeployedAgent.start(runtime, List.of(), configuration, "k8s-w1", directory,
                    "roadstead.source.kubernetes.kubeconfig=" + kubeconfig)) {
                eventually(SOON, () -> assertThat(agent.status("/readyz")).isEqualTo(200));
                assertThat(agent.ask("node", "list")).contains("k8s-w1", "172.20.1.0/24");
            }
        }
    }

    @Test
    void theEntryPointAnswersAndRefusesAsTheLauncherDoes() {
        assertThat(CommandResult.of(Image.command(runtime, "io.roadstead.cli.Main", "--version")).exitCode()).isZero();
        assertThat(CommandResult.of(Image.command(runtime, "io.roadstead.cli.Main", "agnet")).exitCode()).isEqualTo(2);
    }

    @Test
    void theAgentHasTheLaunchersOptions() {
        var launcher = Project.text(Image.tree().resolve("bin/roadstead"));
        var arguments = Project.text(Image.directory().resolve("agent.args"));

        var agent = Pattern.compile("agent\\) options=\"(.*?) \\$").matcher(launcher).results().findFirst().orElseThrow().group(1);
        assertThat(arguments.lines()).containsAll(List.of(agent.split(" ")));
        assertThat(arguments.lines().filter(line -> line.startsWith("--") || line.startsWith("-D")))
                .allMatch(option -> launcher.contains(option));
    }

    @Test
    void theDockerfileCopiesWhatIsThere() {
        var dockerfile = Project.text(Image.directory().resolve("Dockerfile"));

        assertThat(COPY.matcher(dockerfile).results().map(result -> result.group(1))).hasSize(3)
                .allMatch(path -> Files.exists(Project.root().resolve(path)));
        assertThat(dockerfile).contains("USER 65532:65532");
    }

    private static int pluginsOfTheTree() throws Exception {
        try (var plugins = Files.list(Image.tree().resolve("plugins"))) {
            return (int) plugins.count();
        }
    }
}
