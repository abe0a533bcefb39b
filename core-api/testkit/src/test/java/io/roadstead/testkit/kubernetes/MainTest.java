package io.roadstead.testkit.kubernetes;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.testkit.lab.ManagedProcess;

class MainTest {

    @TempDir
    private Path directory;

    @Test
    void servesWhatItsDirectorySaysAndWritesAKubeconfigPerUser() throws IOException {
        Files.writeString(directory.resolve("tokens"), "n1 t1 system:serviceaccount:kube-system:agent\nadmin t2 admin system:masters\n");
        Files.writeString(directory.resolve("initial.yaml"), "{apiVersion: v1, kind: Node, metadata: {name: n1}}");

        try (var process = ManagedProcess
                .of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
                        Main.class.getName(), "127.0.0.1", "0", directory.toString())
                .start()) {
            eventually(Duration.ofSeconds(30), () -> assertThat(directory.resolve("ready")).exists());

            assertThat(process.output()).isEmpty();
            assertThat(Files.readString(directory.resolve("ready"))).startsWith("https://127.0.0.1:");
            assertThat(Files.readString(directory.resolve("n1.kubeconfig"))).contains("token: \"t1\"", "certificate-authority-data");
            assertThat(Files.readString(directory.resolve("admin.kubeconfig"))).contains("token: \"t2\"");
            assertThat(directory.resolve("requests.log")).isEmptyFile();
        }
    }
}
