package io.roadstead.plugin.adminhttp;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.plugin.adminhttp.AdminHttpConfig.Tcp;

final class AdminHttpConfigTest {
    private static final String PATH = "roadstead.add-ons.admin-http";

    @Test
    void defaultsAreThoseOfTheReference() {
        assertDefaults(AdminHttpConfig.class, PATH, new AdminHttpConfig(Path.of("/run/roadstead/roadstead.sock"),
                new Tcp(false, IpAddress.parse("127.0.0.1"), 9963, false), Duration.ofSeconds(5)));
    }

    @Test
    void everyKeyIsRead() {
        assertFullMapping(PATH + " { socket = /s, tcp { enabled = true, address = \"::\", port = 1, allow-remote = true }, timeout = 1s }",
                PATH,
                new AdminHttpConfig(Path.of("/s"), new Tcp(true, IpAddress.parse("::"), 1, true), Duration.ofSeconds(1)));
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertRefused(PATH + ".tcp.port = 65536", PATH, AdminHttpConfig.class, "65535");
        assertRefused(PATH + ".timeout = 0s", PATH, AdminHttpConfig.class, "timeout must be positive");
    }
}
