package io.roadstead.kernel.lb;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.EndpointSlice.Endpoint;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.Reason;
import io.roadstead.kernel.cluster.MirroredSlices;

/**
 * Reads the backends of a Service's port out of its slices and what other clusters share.
 *
 * @param remote nothing when the Service is not global
 */
record CandidateReader(List<EndpointSlice> slices, RemoteCandidates remote, NodeTable nodes, String localNodeName,
        Consumer<Reason> notes) {

    CandidateReader {
        slices = List.copyOf(slices);
    }

    /** Those of one port and family, each address and port once, in their order. */
    List<Candidate> read(Service.Port port, AddressFamily family) {
        Map<Candidate, Candidate> found = new TreeMap<>(Candidate.ORDER);
        for (EndpointSlice slice : slices) {
            if (slice.family() != family || MirroredSlices.contains(slice)) {
                continue;
            }
            for (EndpointSlice.Port target : slice.ports()) {
                if (target.name().equals(port.name()) && target.protocol() == port.protocol()) {
                    int number = target.port() == 0 ? port.port() : target.port();
                    int weight = ServiceAnnotations.weight(slice.meta().annotations(), notes);
                    slice.endpoints().stream().filter(endpoint -> usable(endpoint.addresses().getFirst(), notes))
                            .map(endpoint -> candidate(endpoint, number, weight))
                            .forEach(candidate -> found.merge(candidate, candidate, CandidateReader::better));
                }
            }
        }
        remote.addTo(found, port, family);
        return List.copyOf(found.values());
    }

    static boolean usable(IpAddress address, Consumer<Reason> notes) {
        boolean usable = !address.isUnspecified() && !address.isMulticast();
        if (!usable) {
            notes.accept(new Reason(LbReason.UNUSABLE_ADDRESS, "endpoint " + address));
        }
        return usable;
    }

    /** An endpoint may stand in two slices while the cluster moves it from one to the other. */
    private static Candidate better(Candidate one, Candidate other) {
        return other.backend().state().compareTo(one.backend().state()) < 0 ? other : one;
    }

    private Candidate candidate(Endpoint endpoint, int port, int weight) {
        IpAddress address = endpoint.addresses().getFirst();
        NodeFacts node = nodes.of(endpoint.nodeName());
        BackendState state = weight == 0 ? BackendState.MAINTENANCE : state(endpoint.conditions());
        Backend backend = new Backend(address, port, weight, state, endpoint.nodeName(), node.address(address.family()),
                endpoint.zone().isEmpty() ? node.zone() : endpoint.zone(), endpoint.nodeName().equals(localNodeName));
        return new Candidate(backend, endpoint.hintedZones(), endpoint.hintedNodes());
    }

    private static BackendState state(EndpointSlice.Conditions conditions) {
        if (conditions.active()) {
            return BackendState.ACTIVE;
        }
        if (!conditions.terminating()) {
            return BackendState.MAINTENANCE;
        }
        return conditions.serving() ? BackendState.TERMINATING : BackendState.TERMINATING_NOT_SERVING;
    }
}
