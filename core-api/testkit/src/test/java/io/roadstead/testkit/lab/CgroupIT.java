package io.roadstead.testkit.lab;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CgroupIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @BeforeAll
    static void needsRoot() {
        Labs.require();
    }

    @Test
    void holdsTheProcessesThatAreStartedInItAndNotTheTest() throws IOException {
        try (var group = Cgroup.create("group");
                var host = Namespace.create("host");
                var one = ManagedProcess.of("sleep", "600").in(group).start();
                var other = host.process("sleep", "600").in(group).start()) {
            eventually(SOON, () -> assertThat(pids(group)).containsExactlyInAnyOrder(one.pid(), other.pid()));

            assertThat(pids(group)).doesNotContain(ProcessHandle.current().pid());
            // the group's shell and ip have become the command
            eventually(SOON, () -> assertThat(Files.readString(Path.of("/proc/" + other.pid() + "/comm"))).isEqualTo("sleep\n"));
        }
    }

    @Test
    void closingKillsWhatRunsThereAndRemovesIt() throws IOException {
        var group = Cgroup.create("group");
        try (var process = ManagedProcess.of("sleep", "600").in(group).start()) {
            eventually(SOON, () -> assertThat(pids(group)).containsExactly(process.pid()));

            group.close();
            group.close();

            process.awaitExit(SOON);
            assertThat(group.path()).doesNotExist();
        }
    }

    private static List<Long> pids(Cgroup group) throws IOException {
        return Files.readAllLines(group.path().resolve("cgroup.procs")).stream().map(Long::valueOf).toList();
    }
}
