package io.roadstead.plugin.maglev;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;

import org.junit.jupiter.api.Test;

class MaglevConfigTest {

    private static final String PATH = "roadstead.algorithms.maglev";

    @Test
    void defaults() {
        assertDefaults(MaglevConfig.class, PATH, new MaglevConfig(MaglevConfig.Mode.NATIVE, HashSeed.parse("JLfvgnHc2kaSUFaI")));
    }

    @Test
    void fullMapping() {
        assertFullMapping(PATH + " { mode = cilium-compatible, hash-seed = AAECAwQFBgcICQoL }", PATH,
                new MaglevConfig(MaglevConfig.Mode.CILIUM_COMPATIBLE, HashSeed.parse("AAECAwQFBgcICQoL")));
    }

    @Test
    void seedsThatAreNotTwelveBytesOfBase64AreRefused() {
        assertRefused(PATH + ".hash-seed = AAEC", PATH, MaglevConfig.class, "hash-seed", "3 bytes, not 12");
        assertRefused(PATH + ".hash-seed = \"?!\"", PATH, MaglevConfig.class, "hash-seed", "not base64");
        assertRefused(PATH + ".mode = cilium", PATH, MaglevConfig.class, "mode", "cilium");
    }
}
