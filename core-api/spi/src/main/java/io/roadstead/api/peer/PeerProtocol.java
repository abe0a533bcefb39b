package io.roadstead.api.peer;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.plugin.Instance;

/** Speaks a routing protocol with any number of peers. */
public interface PeerProtocol<C extends Record> extends Instance<C> {
    /** Starts it. Called once, before any session is opened. */
    void start(PeerListener listener);

    /**
     * Opens a session, which starts to connect at once and tells nothing to the peer but its OPEN until its first {@link PeerSession#replaceRoutes}. Called on the
     * control loop.
     *
     * @throws io.roadstead.api.error.RoadsteadException when the specification cannot work here (an address in use, a missing interface)
     */
    PeerSession open(PeerSpec spec);

    /** The table of what all peers of an instance sent, with the best paths marked; ordered by prefix, best path first. */
    CompletionStage<List<RibEntry>> rib(String instance, AfiSafi family);
}
