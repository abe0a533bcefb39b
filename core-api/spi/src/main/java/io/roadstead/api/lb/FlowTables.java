package io.roadstead.api.lb;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.roadstead.api.model.net.IpAddress;

/** Ability of a datapath: the flows it remembers. Any thread. */
public interface FlowTables {

    /** Flows from clients to frontends, at most {@code limit}. */
    CompletionStage<List<Connection>> connections(int limit);

    /** How replies are translated back, at most {@code limit}. */
    CompletionStage<List<Translation>> translations(int limit);

    /**
     * A flow.
     *
     * @param flow    as the client sends it
     * @param state   {@code syn}, {@code established}, {@code closing}, or {@code any} for UDP
     * @param idle    since its last packet
     * @param expires until it is forgotten
     */
    record Connection(Flow flow, long serviceId, String service, IpAddress backend, int backendPort, String dispatch, String state,
            Duration idle,
            Duration expires) {
    }

    /**
     * What becomes of a reply.
     *
     * @param reply      as it comes from the backend
     * @param translated as it goes to the client
     */
    record Translation(Flow reply, Flow translated, long serviceId, Duration idle) {
    }
}
