package io.roadstead.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a newcomer runs, on the tree that this build made. */
@Timeout(120)
final class QuickstartIT {

    private static final Pattern MANIFESTS = Pattern.compile("files in (\\S+)/manifests:");

    private final List<Process> started = new ArrayList<>();

    @Test
    void theWalkShowsTheLabsTablesAndEndsWell() throws IOException, InterruptedException {
        Process process = run("--no-build", "--once");

        String shown;
        try (BufferedReader reader = process.inputReader()) {
            shown = String.join("\n", reader.lines().toList());
        }

        assertThat(process.waitFor()).as(shown).isZero();
        assertThat(shown).doesNotContain("\u001b").contains("+ 172.16.1.1/32   via 127.168.10.101 (k8s-w1)",
                "- 172.16.1.1/32   via 127.168.20.100 (k8s-w0)", "- 172.20.2.0/24   via 127.168.20.100 (k8s-w0)",
                "+ 172.20.2.0/24   via 127.168.20.100 (k8s-w0)");
        assertThat(shown).containsPattern("k8s-w0 +65001 +65000 +127\\.168\\.10\\.200 +established +\\d+s +ipv4/unicast +1 +1")
                .containsPattern("172\\.16\\.1\\.1/32 +127\\.168\\.10\\.100 .*best: router id")
                .containsPattern("172\\.16\\.1\\.1/32 +127\\.168\\.20\\.100 .*multipath")
                .containsPattern("cilium-pool .* 253")
                .containsPattern(
                        "curl -s http://127\\.16\\.1\\.1:\\d+/; done \\| sort \\| uniq -c\n +\\d+ hello-1\n +\\d+ hello-2\n +\\d+ hello-3\n")
                .containsPattern("uniq -c\n +\\d+ hello-1\n +\\d+ hello-3\n")
                .containsPattern("east: ready, 1 node, 0 endpoints, 0 identities, 1 service, 0 reconnections \\(last: never\\)")
                .containsPattern("east/east-1 +127\\.168\\.30\\.100 +172\\.21\\.0\\.0/24 +clustermesh")
                .containsPattern("uniq -c\n +\\d+ hello-1\n +\\d+ hello-3\n +\\d+ hello-east\n")
                .containsPattern("uniq -c\n +60 hello-east\n")
                .containsPattern("k8s-w0 +instance-65001/tor-switch .* no +traffic policy Local, and this node has no ready endpoint");
    }

    @Test
    void itStaysUntilItIsInterruptedAndLeavesNothingBehind() throws IOException, InterruptedException {
        Process process = run("--no-build");
        StringBuilder shown = new StringBuilder();
        Path directory;

        try (BufferedReader reader = process.inputReader()) {
            directory = staysIn(reader, shown);
            assertThat(directory.resolve("router.sock")).exists();
            assertThat(process.isAlive()).isTrue();

            process.toHandle().destroy(); // unlike Process.destroy this leaves the output readable
            reader.lines().forEach(line -> shown.append(line).append('\n'));
        }

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
        assertThat(directory).doesNotExist();
        assertThat(shown).doesNotContain("FAILED", "Exception");
    }

    @Test
    void anOptionThatIsNoneIsRefused() throws IOException, InterruptedException {
        Process process = run("--no-build", "--twice");

        try (BufferedReader reader = process.inputReader()) {
            assertThat(reader.lines()).containsExactly("usage: run [--once] [--no-build]");
        }
        assertThat(process.waitFor()).isEqualTo(2);
    }

    private static Path staysIn(BufferedReader reader, StringBuilder shown) throws IOException {
        String line = reader.readLine();
        while (line != null) {
            shown.append(line).append('\n');
            Matcher matcher = MANIFESTS.matcher(line);
            if (matcher.find()) {
                return Path.of(matcher.group(1));
            }
            line = reader.readLine();
        }
        throw new AssertionError("ended by itself: " + shown);
    }

    @AfterEach
    void end() {
        started.forEach(process -> process.toHandle().destroy());
    }

    private Process run(String... options) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Path.of("run").toAbsolutePath().toString());
        builder.command().addAll(List.of(options));
        Process process = builder.redirectErrorStream(true).start();
        started.add(process);
        return process;
    }
}
