package io.roadstead.plugin.datapath.ebpf.packet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.roadstead.api.lb.FlowHash;
import io.roadstead.api.model.net.IpAddress;

/**
 * What source NAT has to do to whole TCP and UDP packets, said in as few words as possible: whom a flow goes to by the hash of the contract, that it stays
 * there, and that what went there comes back. Which port of the node a flow gets is the program's choice, so long as it is in the range and free.
 */
final class TranslationModel {

    private final int seed;
    private final int minPort;
    private final int maxPort;
    private final Map<Frontend, List<Endpoint>> services = new HashMap<>();
    private final Map<Flow, Route> flows = new HashMap<>();
    private final Map<Flow, Flow> replies = new HashMap<>();

    record Endpoint(IpAddress address, int port) {
    }

    record Frontend(Endpoint at, int protocol) {
    }

    record Flow(Endpoint from, Endpoint to, int protocol) {
        Flow reversed() {
            return new Flow(to, from, protocol);
        }
    }

    /** How a flow goes on. */
    record Route(Endpoint backend, Endpoint node) {
    }

    TranslationModel(int seed, int minPort, int maxPort) {
        this.seed = seed;
        this.minPort = minPort;
        this.maxPort = maxPort;
    }

    /** Slots in order. */
    void service(Frontend frontend, List<Endpoint> slots) {
        services.put(frontend, List.copyOf(slots));
    }

    /** The backend that a packet to a frontend must go to; empty when its destination is none. */
    Optional<Endpoint> backend(Flow flow) {
        Route known = flows.get(flow);
        if (known != null) {
            return Optional.of(known.backend());
        }
        List<Endpoint> slots = services.get(new Frontend(flow.to(), flow.protocol()));
        if (slots == null) {
            return Optional.empty();
        }
        int hash = FlowHash.of(flow.from().address(), flow.from().port(), flow.to().port(), flow.protocol(), seed);
        return Optional.of(slots.get(FlowHash.slot(hash, slots.size())));
    }

    /** Takes note of the node's port that a packet to that backend left with. The complaint; empty when it is right. */
    String left(Flow flow, Endpoint backend, Endpoint node) {
        Route known = flows.get(flow);
        if (known != null) {
            return known.node().equals(node) ? "" : "the flow changed its port from " + known.node() + " to " + node;
        }
        if (node.port() < minPort || node.port() > maxPort) {
            return node + " is out of range";
        }
        Flow reply = new Flow(backend, node, flow.protocol());
        if (replies.containsKey(reply)) {
            return node + " is in use towards " + backend + " by " + replies.get(reply);
        }
        int own = flow.from().port();
        boolean ownIsFree = own >= minPort && own <= maxPort
                && !replies.containsKey(new Flow(backend, new Endpoint(node.address(), own), flow.protocol()));
        if (ownIsFree && node.port() != own) {
            return node + " though the client's own port was free";
        }
        flows.put(flow, new Route(backend, node));
        replies.put(reply, flow.reversed());
        return "";
    }

    /** What a reply becomes; empty when it answers nothing. */
    Optional<Flow> reply(Flow reply) {
        return Optional.ofNullable(replies.get(reply));
    }

    List<Flow> replies() {
        return List.copyOf(replies.keySet());
    }
}
