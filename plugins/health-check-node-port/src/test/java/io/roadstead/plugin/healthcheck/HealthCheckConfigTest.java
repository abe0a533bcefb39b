package io.roadstead.plugin.healthcheck;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.net.IpAddress;

class HealthCheckConfigTest {

    private static final String PATH = "roadstead.add-ons.health-check-node-port";

    @Test
    void defaults() {
        assertDefaults(HealthCheckConfig.class, PATH, new HealthCheckConfig(IpAddress.parse("::"), Duration.ofSeconds(5),
                new HealthCheckConfig.Healthz(false, IpAddress.parse("::"), 10256)));
    }

    @Test
    void fullMapping() {
        assertFullMapping(PATH + " { address = 192.0.2.1, retry = 1s, healthz { enabled = true, address = 192.0.2.2, port = 10257 } }",
                PATH,
                new HealthCheckConfig(IpAddress.parse("192.0.2.1"), Duration.ofSeconds(1),
                        new HealthCheckConfig.Healthz(true, IpAddress.parse("192.0.2.2"), 10257)));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertRefused(PATH + ".retry = 0s", PATH, HealthCheckConfig.class, "retry");
        assertRefused(PATH + ".healthz.port = 0", PATH, HealthCheckConfig.class, "port");
        assertRefused(PATH + ".healthz.port = 65536", PATH, HealthCheckConfig.class, "port");
        assertRefused(PATH + ".address = everywhere", PATH, HealthCheckConfig.class, "address");
    }
}
