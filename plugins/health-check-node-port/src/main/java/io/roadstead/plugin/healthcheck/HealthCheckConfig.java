package io.roadstead.plugin.healthcheck;

import java.time.Duration;

import io.roadstead.api.config.Doc;
import io.roadstead.api.model.net.IpAddress;

/** The section {@code roadstead.add-ons.health-check-node-port}. */
@Doc("Answers load balancers outside of the cluster that ask whether this node has endpoints of a Service (spec.healthCheckNodePort).")
public record HealthCheckConfig(
        @Doc("The address to listen on; \"::\" is every address of both families.") IpAddress address,
        @Doc("Time until a port that was in use is tried again.") Duration retry,
        @Doc("The node's own health, as kube-proxy answers it.") Healthz healthz) {

    public HealthCheckConfig {
        if (!retry.isPositive()) {
            throw new IllegalArgumentException("retry must be positive");
        }
    }

    /** {@code /healthz}. */
    @Doc("The node's own health, as kube-proxy answers it.")
    public record Healthz(
            @Doc("Whether to answer /healthz.") boolean enabled,
            @Doc("The address to listen on.") IpAddress address,
            @Doc("The port, 1 to 65535.") int port) {
        public Healthz {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("port must be 1 to 65535");
            }
        }
    }
}
