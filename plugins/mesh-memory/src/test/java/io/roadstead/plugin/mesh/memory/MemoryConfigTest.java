package io.roadstead.plugin.mesh.memory;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;

final class MemoryConfigTest {
    private static final String PATH = "roadstead.mesh.memory";

    @Test
    void defaultsAreThoseOfTheReference() {
        assertDefaults(MemoryConfig.class, PATH, new MemoryConfig(true, Map.of()));
    }

    @Test
    void everyKeyIsRead() {
        assertFullMapping(PATH + """
                 {
                  own = false
                  clusters.east { keys { "cilium/.x" = "{\\"a\\":1}", "a/b" = "" }, file = /f, heartbeat-key = beat }
                  clusters.west {}
                }""", PATH,
                new MemoryConfig(false,
                        Map.of("east", new MemoryConfig.Cluster(Map.of("cilium/.x", "{\"a\":1}", "a/b", ""), Path.of("/f"), "beat"), "west",
                                new MemoryConfig.Cluster(Map.of(), null, "cilium/.heartbeat"))));
    }

    @Test
    void whatIsNoTextIsRefused() {
        assertRefused(PATH + ".clusters.east.keys = text", PATH, MemoryConfig.class, "clusters.east.keys", "section");
        assertRefused(PATH + ".clusters.east.kyes {}", PATH, MemoryConfig.class, "did you mean 'keys'");
    }
}
