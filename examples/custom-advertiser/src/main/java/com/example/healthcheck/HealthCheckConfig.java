package com.example.healthcheck;

import java.time.Duration;
import java.util.Map;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.OpenKeys;
import io.roadstead.api.model.net.IpPrefix;

/** Section {@code roadstead.advertisers.health-check}. */
@Doc("Announces prefixes while something answers.")
public record HealthCheckConfig(@Doc("The checks, by names of your choice.") @OpenKeys Map<String, Check> checks) {

    public HealthCheckConfig {
        checks = Map.copyOf(checks);
    }

    /** One check. */
    public record Check(
            @Doc("What is announced while the check succeeds.") IpPrefix prefix,
            @Doc("Host name or address that is connected to.") String host,
            @Doc("TCP port, 1 to 65535.") int port,
            @Doc("Time from one attempt to the next, at least 100 ms.") Duration interval,
            @Doc("How long an attempt may take.") Duration timeout) {

        public Check {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
            }
            if (interval.toMillis() < 100) {
                throw new IllegalArgumentException("interval " + interval + " is below 100 ms");
            }
        }
    }
}
