package io.roadstead.kernel.lb;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.HealthCheckNodePort;
import io.roadstead.api.route.Reason;

/**
 * What one Service wants of this node's datapath.
 *
 * @param service     {@code namespace/name}
 * @param created     decides who gets a frontend that two want
 * @param affinity    null for none
 * @param nodes       names of the nodes whose facts were read
 * @param remote      what of other clusters was read
 * @param healthCheck null when it asks for none
 * @param notes       what its owner wrote that does not count
 */
record ServicePlan(String service, Instant created, ServiceAnnotations annotations, @Nullable Duration affinity,
        List<PlannedFrontend> frontends, Set<String> nodes, RemoteReads remote, @Nullable HealthCheckNodePort healthCheck,
        List<Reason> notes) {
    ServicePlan {
        frontends = List.copyOf(frontends);
        nodes = Set.copyOf(nodes);
        notes = List.copyOf(notes);
    }

    TableSize tableSize(LoadBalancerSettings settings) {
        TableSize own = annotations.tableSize();
        return own == null ? settings.tableSize() : own;
    }
}
