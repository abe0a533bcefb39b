package io.roadstead.it;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

/** Plugins that come and go while agents run and hold sessions. */
@Timeout(120)
final class HotPluginIT {

    private static final String NODE = "k8s-ctr";
    private static final String PREFIX = "192.0.2.80/32";
    private static final String ADVERTISEMENT = """
            apiVersion: cilium.io/v2
            kind: CiliumBGPAdvertisement
            metadata:
              name: health-checks
              labels:
                advertise: bgp
            spec:
              advertisements:
                - advertisementType: HealthCheck
            """;
    /** The Pod on that node answers. */
    private static final String SECTION = """
            roadstead.advertisers.health-check.checks.web {
              prefix = 192.0.2.80/32, host = 172.20.0.10, port = 80, interval = 200ms, timeout = 500ms
            }
            """;

    @TempDir
    private Path directory;
    private PackagedTree tree;
    private SeedLab lab;

    @BeforeEach
    void up() {
        Labs.require(Tool.FRR, Tool.CURL, Tool.JQ);
        tree = PackagedTree.asBuilt().copyTo(directory);
        // what is held only softly counts as gone, as in the unit tests of unloading
        lab = SeedLab.up(tree, Map.of("JAVA_OPTS", "-XX:SoftRefLRUPolicyMSPerMB=0"));
    }

    @AfterEach
    void down() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void aPluginAnnouncesWhileItIsThereAndLeavesNothingBehind() throws IOException {
        var sessions = lab.sessionCounts(NODE);
        var since = lab.establishedEpoch(NODE);
        lab.configure(NODE, SECTION);
        lab.applyText(ADVERTISEMENT);
        eventually(SeedLab.SOON, () -> assertThat(problems()).anyMatch(
                problem -> problem.contains("roadstead.advertisers.health-check")
                        && problem.contains("takes effect when a plugin provides it")));
        assertThat(loadedClasses()).doesNotContain("com.example.healthcheck");

        var jar = tree.plugins().resolve("custom-advertiser.jar");
        Files.copy(PackagedTree.customAdvertiser(), jar);

        eventually(Duration.ofSeconds(2), () -> assertThat(lab.gateways(PREFIX)).isEqualTo(Set.of(SeedLab.NODES.get(NODE))));
        assertThat(plugin("custom-advertiser").path("state").asText()).isEqualTo("started");
        assertThat(plugin("custom-advertiser").path("verified").asText()).isEqualTo("unlisted");
        assertThat(problems()).noneMatch(problem -> problem.contains("health-check"));
        assertThat(loadedClasses()).contains("com.example.healthcheck");

        Files.delete(jar);

        eventually(Duration.ofSeconds(2), () -> assertThat(lab.gateways(PREFIX)).isEmpty());
        assertThat(lab.sessionCounts(NODE)).isEqualTo(sessions);
        assertThat(lab.establishedEpoch(NODE)).isCloseTo(since, within(1L));
        eventually(SeedLab.SOON, () -> {
            jcmd("GC.run");
            assertThat(loadedClasses()).doesNotContain("com.example.healthcheck");
        });
    }

    @Test
    void aBrokenJarIsRefusedAloneAndNamed() throws IOException {
        var sessions = lab.sessionCounts(NODE);

        Files.writeString(tree.plugins().resolve("broken.jar"), "this is no jar");

        eventually(SeedLab.SOON, () -> assertThat(plugin("broken.jar").path("state").asText()).isEqualTo("refused"));
        assertThat(plugin("broken.jar").path("problem").asText()).isNotEmpty();
        assertThat(plugin("broken.jar").path("remedy").asText()).isNotEmpty();
        assertThat(SeedLab.elements(lab.roadstead(NODE, "plugin", "list")).filter(row -> row.path("state").asText().equals("started")))
                .hasSize(PackagedTree.asBuilt().pluginCount());
        assertThat(problems()).anyMatch(problem -> problem.contains("broken.jar"));

        // not strict, the rest also starts beside it
        lab.configure(NODE, "roadstead.plugins.strict = false");
        lab.restart(NODE);
        lab.awaitSessions();
        assertThat(plugin("broken.jar").path("state").asText()).isEqualTo("refused");
        assertThat(lab.sessionCounts("k8s-w1")).isEqualTo(sessions);
    }

    private JsonNode plugin(String id) {
        return SeedLab.elements(lab.roadstead(NODE, "plugin", "list")).filter(row -> row.path("id").asText().equals(id)).findFirst()
                .orElseThrow(() -> new AssertionError("no plugin " + id));
    }

    private List<String> problems() {
        return SeedLab.elements(lab.roadstead(NODE, "status").path("problems")).map(JsonNode::asText).toList();
    }

    private String loadedClasses() {
        return jcmd("VM.classloaders", "show-classes");
    }

    private String jcmd(String... words) {
        var command = Path.of(System.getProperty("java.home"), "bin/jcmd").toString();
        var pid = Long.toString(lab.process(NODE, "roadstead").pid());
        return CommandResult.of(Stream.concat(Stream.of(command, pid), Stream.of(words)).toList()).successfulOutput();
    }
}
