package io.roadstead.api.lb;

import java.time.Instant;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.net.IpAddress;

/** Ability of a datapath: tells of flows as they begin, end, or are dropped. */
public interface FlowEvents {

    /**
     * Calls with each event from now on, on a thread of the datapath's; the consumer returns at once. Events that come faster than they are read are
     * counted, not kept.
     */
    Registration subscribe(Consumer<FlowEvent> consumer);

    /**
     * One event.
     *
     * @param flow    as the client sends it
     * @param service {@code namespace/name}; empty when none was found
     * @param backend null when none was chosen
     * @param reason  drop reason; empty unless dropped
     */
    record FlowEvent(Instant time, Kind kind, Flow flow, String service, @Nullable IpAddress backend, int backendPort, String dispatch,
            String reason) {
    }

    /** What happened. */
    enum Kind {
        NEW, CLOSE, DROP
    }
}
