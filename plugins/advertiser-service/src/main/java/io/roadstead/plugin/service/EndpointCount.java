package io.roadstead.plugin.service;

import java.util.List;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.service.EndpointSlice;

/**
 * How many endpoints of a family a Service has.
 *
 * @param total      in any state
 * @param active     take new connections, on any node
 * @param activeHere of these, on this node
 */
record EndpointCount(int total, int active, int activeHere) {

    static EndpointCount of(List<EndpointSlice> slices, AddressFamily family, String localNode) {
        int total = 0;
        int active = 0;
        int activeHere = 0;
        for (EndpointSlice slice : slices) {
            if (slice.family() != family) {
                continue;
            }
            for (EndpointSlice.Endpoint endpoint : slice.endpoints()) {
                total++;
                if (endpoint.conditions().active()) {
                    active++;
                    activeHere += endpoint.nodeName().equals(localNode) ? 1 : 0;
                }
            }
        }
        return new EndpointCount(total, active, activeHere);
    }

    /** {@code 3 endpoints, 2 ready, 0 ready on k8s-w0}. */
    String describe(String localNode) {
        return total + (total == 1 ? " endpoint, " : " endpoints, ") + active + " ready, " + activeHere + " ready on " + localNode;
    }
}
