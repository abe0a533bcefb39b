package io.roadstead.kernel.config;

import static io.roadstead.testkit.ConfigRecordAssertions.BASE;
import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.roadstead.api.config.Doc;
import io.roadstead.api.model.net.IpAddress;

/** The testkit's assertions as a plugin uses them: only with what is on its class path. */
class ConfigRecordAssertionsTest {

    private static final String PATH = "roadstead.add-ons.probe";

    record Probe(@Doc("Interval.") Duration interval, @Doc("Targets.") List<IpAddress> targets, @Doc("File.") Path file) {
    }

    @Test
    void defaultsComeFromTheReferenceConfBesideTheRecord() {
        assertDefaults(Probe.class, PATH, new Probe(Duration.ofSeconds(5), List.of(), BASE.resolve("probe.txt")));

        assertThatThrownBy(() -> assertDefaults(Probe.class, PATH, new Probe(Duration.ofSeconds(6), List.of(), BASE.resolve("probe.txt"))))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aFullMappingSetsEveryKeyToSomethingElse() {
        Probe expected = new Probe(Duration.ofSeconds(1), List.of(IpAddress.parse("192.0.2.1")), Path.of("/x"));

        assertFullMapping("roadstead.add-ons.probe { interval = 1s, targets = [ 192.0.2.1 ], file = /x }", PATH, expected);

        assertThatThrownBy(() -> assertFullMapping("roadstead.add-ons.probe { interval = 1s, file = /x }", PATH,
                new Probe(Duration.ofSeconds(1), List.of(), Path.of("/x")))).isInstanceOf(AssertionError.class)
                .hasMessageContaining("targets");
    }

    @Test
    void whatIsRefusedIsRefusedWithItsMessage() {
        assertRefused("roadstead.add-ons.probe.intervall = 1s", PATH, Probe.class, "text 1:1", "unknown key", "'interval'");
    }
}
