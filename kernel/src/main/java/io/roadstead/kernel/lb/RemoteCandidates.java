package io.roadstead.kernel.lb;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.mesh.RemoteService.Endpoint;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.Reason;

/**
 * Reads the backends of a Service's port out of what other clusters share.
 *
 * @param services ordered by cluster
 */
record RemoteCandidates(List<RemoteService> services, RemoteNodes nodes, Consumer<Reason> notes) {

    RemoteCandidates {
        services = List.copyOf(services);
    }

    /** Adds those of one port and family. An address and port that is there already stays what it is: the own cluster comes first, others by name. */
    void addTo(Map<Candidate, Candidate> found, Service.Port port, AddressFamily family) {
        for (RemoteService service : services) {
            for (Endpoint endpoint : service.endpoints()) {
                if (endpoint.address().family() == family && CandidateReader.usable(endpoint.address(), notes)) {
                    for (int number : endpoint.numbers(port)) {
                        add(found, candidate(service.cluster(), endpoint, number));
                    }
                }
            }
        }
    }

    private void add(Map<Candidate, Candidate> found, Candidate candidate) {
        if (found.putIfAbsent(candidate, candidate) != null) {
            notes.accept(new Reason(LbReason.BACKEND_TAKEN,
                    candidate.backend().cluster() + " has " + candidate.backend().address() + " port " + candidate.backend().port()));
        }
    }

    private Candidate candidate(String cluster, Endpoint endpoint, int port) {
        IpAddress address = endpoint.address();
        NodeFacts node = nodes.of(cluster, address);
        BackendState state = switch (endpoint.condition()) {
            case ACTIVE -> BackendState.ACTIVE;
            case TERMINATING -> BackendState.TERMINATING;
        };
        Backend backend = new Backend(address, port, ServiceAnnotations.DEFAULT_WEIGHT, state, "", node.address(address.family()),
                endpoint.zone().isEmpty() ? node.zone() : endpoint.zone(), false, cluster);
        return new Candidate(backend, endpoint.hintedZones(), List.of());
    }
}
