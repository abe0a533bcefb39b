package io.roadstead.plugin.adminhttp;

import java.nio.file.Path;
import java.time.Duration;

import io.roadstead.api.config.Doc;
import io.roadstead.api.model.net.IpAddress;

/** The section {@code roadstead.add-ons.admin-http}. */
@Doc("The agent's own interface: what the command line asks, metrics for Prometheus, and a page for a browser.")
public record AdminHttpConfig(
        @Doc("The unix socket; only the agent's user may connect. At most 107 bytes long.") Path socket,
        @Doc("The same over TCP.") Tcp tcp,
        @Doc("How long an answer may take.") Duration timeout) {
    public AdminHttpConfig {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout must be positive");
        }
    }

    /** TCP, for Prometheus and browsers. There is no authentication: who reaches the port may read everything but secrets. */
    @Doc("TCP, for Prometheus and browsers; without authentication.")
    public record Tcp(
            @Doc("Whether to listen.") boolean enabled,
            @Doc("The address to listen on.") IpAddress address,
            @Doc("The port; 0 to 65535, and 0 takes any free one.") int port,
            @Doc("Whether an address that is not loopback is acceptable.") boolean allowRemote) {
        public Tcp {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port must be 0 to 65535");
            }
        }
    }
}
