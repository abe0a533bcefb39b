package io.roadstead.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManifestsTest {

    private static final Path LAB = Path.of("..", "seed-lab", "manifests");

    @TempDir
    private Path directory;

    @Test
    void anObjectTakesThePlaceOfTheOneWithItsKindAndName() throws IOException {
        Manifests manifests = new Manifests(directory, text -> text);

        manifests.apply("kind: Node\nmetadata:\n  name: a\n---\nkind: Node\nmetadata:\n  name: b\n");
        manifests.apply("kind: Node\nmetadata:\n  name: a\nspec: {}\n");

        assertThat(directory.resolve("node-a.yaml")).content().contains("spec");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("node-a.yaml", "node-b.yaml");
    }

    @Test
    void textWithoutAKindIsRefused() {
        assertThatThrownBy(() -> new Manifests(directory, text -> text).apply("metadata:\n  name: a\n")).isInstanceOf(WalkFailure.class)
                .hasMessageContaining("not a manifest");
    }

    @Test
    void theLabsPeersAreMovedToLoopbackAndNothingElseIs() throws IOException {
        String bgp = Files.readString(LAB.resolve("bgp.yaml"));

        String moved = new Loopback(1790).moved(bgp);

        assertThat(moved).contains("peerAddress: 127.168.10.200", "\n  transport:\n    peerPort: 1790\n");
        assertThat(moved.replace("127.168.", "192.168.").replace("  transport:\n    peerPort: 1790\n", "")).isEqualTo(bgp);
        String nodes = Files.readString(LAB.resolve("nodes.yaml"));
        assertThat(new Loopback(1790).moved(nodes)).isEqualTo(nodes);
    }
}
