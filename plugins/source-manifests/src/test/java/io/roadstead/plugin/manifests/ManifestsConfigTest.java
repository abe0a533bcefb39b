package io.roadstead.plugin.manifests;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

final class ManifestsConfigTest {
    private static final String PATH = "roadstead.source.manifests";

    @Test
    void defaultsAreThoseOfTheReference() {
        assertDefaults(ManifestsConfig.class, PATH,
                new ManifestsConfig(Path.of("/etc/roadstead/manifests"), null, List.of("*.yaml", "*.yml", "*.json"),
                        Duration.ofMillis(200), 1 << 26));
    }

    @Test
    void everyKeyIsRead() {
        assertFullMapping(PATH + " { directory = /m, state-directory = /s, files = [\"a*\"], settle = 1s, max-file-bytes = 10 }", PATH,
                new ManifestsConfig(Path.of("/m"), Path.of("/s"), List.of("a*"), Duration.ofSeconds(1), 10));
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertRefused(PATH + ".max-file-bytes = 0", PATH, ManifestsConfig.class, "max-file-bytes must be 1 to");
        assertRefused(PATH + ".settle = -1s", PATH, ManifestsConfig.class, "settle");
    }
}
