package io.roadstead.kernel.lb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.HealthCheckNodePort;
import io.roadstead.api.lb.HealthCheckServer;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.kernel.registry.PluginBoundary;

/** Which Services ask to be health-checked, and who answers. Confined to the control loop. */
final class HealthChecks {

    private static final Logger log = LoggerFactory.getLogger(HealthChecks.class);

    private final Map<ResourceKey, HealthCheckNodePort> checks = new TreeMap<>();
    private final List<HealthCheckServer> servers = new ArrayList<>();
    private List<HealthCheckNodePort> told = List.of();

    void put(ResourceKey service, @Nullable HealthCheckNodePort check) {
        if (check == null) {
            checks.remove(service);
        } else {
            checks.put(service, check);
        }
    }

    /** Tells a new server at once. */
    void add(HealthCheckServer server) {
        servers.add(server);
        tell(server);
    }

    void remove(HealthCheckServer server) {
        servers.remove(server);
    }

    /** Tells the servers of changes. Nothing is answered while this agent carries no traffic: then another's proxy does, and holds the ports. */
    void flush(boolean carrying) {
        List<HealthCheckNodePort> now = carrying ? List.copyOf(checks.values()) : List.of();
        if (!now.equals(told)) {
            told = now;
            servers.forEach(this::tell);
        }
    }

    private void tell(HealthCheckServer server) {
        try {
            PluginBoundary.call(CommonErrorCode.EXTENSION_FAILED, "health checks", server.getClass().getClassLoader(), () -> {
                server.healthChecks(told);
                return true;
            });
        } catch (RoadsteadException failed) {
            log.error("health checks could not be handed over checks={}", told.size(), failed);
        }
    }
}
