package io.roadstead.plugin.proxy.relay;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyConfigTest {

    private static final String PATH = "roadstead.datapaths.proxy";

    @Test
    void defaultsAreThoseOfTheReference() {
        assertDefaults(ProxyConfig.class, PATH, new ProxyConfig(false, Duration.ofSeconds(2), 3, Duration.ofHours(1), Duration.ofMinutes(2),
                Duration.ofSeconds(60), Duration.ofMinutes(5), 50_000, 0, 10_000, 262_144, 0));
    }

    @Test
    void everyKeyIsRead() {
        assertFullMapping("""
                roadstead.datapaths.proxy {
                  ip-freebind = true
                  connect-timeout = 500ms
                  connect-attempts = 5
                  idle-timeout = 10m
                  half-closed-timeout = 30s
                  udp-idle-timeout = 5s
                  drain-timeout = 1m
                  max-connections = 1000
                  max-connections-per-frontend = 100
                  max-udp-flows-per-frontend = 50
                  buffer-bytes = 65536
                  splice-after = 4096
                }
                """, PATH,
                new ProxyConfig(true, Duration.ofMillis(500), 5, Duration.ofMinutes(10), Duration.ofSeconds(30), Duration.ofSeconds(5),
                        Duration.ofMinutes(1), 1000, 100, 50, 65_536, 4096));
    }

    @ParameterizedTest
    @CsvSource({"connect-timeout, 0s", "connect-timeout, 100d", "connect-attempts, 0", "idle-timeout, 0s", "idle-timeout, 1500ms",
        "half-closed-timeout, 0s", "udp-idle-timeout, 0s", "drain-timeout, 0s", "max-connections, 0", "max-connections-per-frontend, -1",
        "max-udp-flows-per-frontend, 0", "buffer-bytes, 4095", "splice-after, -1"})
    void whatCannotWorkIsRefused(String key, String value) {
        assertRefused(PATH + "." + key + " = " + value, PATH, ProxyConfig.class, key);
    }
}
