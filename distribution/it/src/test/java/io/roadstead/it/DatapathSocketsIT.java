package io.roadstead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.lab.Cgroup;
import io.roadstead.testkit.lab.CommandResult;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Tool;

/** Processes of a node reach a ClusterIP, to which no packet could find its way, by their sockets. */
@Timeout(180)
final class DatapathSocketsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String CLUSTER_IP = "10.96.0.10";
    private static final int CANNOT_CONNECT = 7;

    @TempDir
    private Path directory;
    private Cgroup group;
    /** Where the agent sees the group; in no directory that is deleted with all that it holds. */
    private Path mount;
    private DatapathLab lab;

    @BeforeEach
    void up() throws IOException {
        Labs.require(Tool.MOUNT, Tool.CURL);
        group = Cgroup.create("sockets");
        mount = Files.createTempDirectory("cgroup");
        CommandResult.of(List.of("mount", "--bind", group.path().toString(), mount.toString())).successfulOutput();
        lab = DatapathLab.create(PackagedTree.asBuilt(), directory, "socket-lb.cgroup = \"" + mount + "\"");
        lab.startAgent();
    }

    @AfterEach
    void down() throws IOException {
        if (lab != null) {
            lab.close();
        }
        if (mount != null) {
            CommandResult.of(List.of("umount", "-l", mount.toString())).successfulOutput();
            Files.delete(mount);
        }
        if (group != null) {
            group.close();
        }
    }

    @Test
    void socketsOfTheGroupReachTheClusterIpWhetherTheAgentRunsOrNot() {
        assertReached();
        try (var stranger = curl().start()) {
            assertThat(stranger.awaitExit(SOON)).isEqualTo(CANNOT_CONNECT);
        }

        lab.agent().kill();

        assertReached();
        lab.startAgent();
        assertReached();
    }

    private void assertReached() {
        try (var curl = curl().in(group).start()) {
            assertThat(curl.awaitExit(SOON)).as(curl.output()).isZero();
            // the peer's name is the frontend's
            assertThat(curl.output()).matches("10\\.244\\.1\\.[123] " + CLUSTER_IP);
        }
    }

    private ManagedProcess.Builder curl() {
        return lab.node().process("curl", "-s", "-m", "10", "-w", " %{remote_ip}", "http://" + CLUSTER_IP + "/");
    }
}
