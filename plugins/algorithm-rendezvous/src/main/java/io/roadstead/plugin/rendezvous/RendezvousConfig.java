package io.roadstead.plugin.rendezvous;

import io.roadstead.api.config.Doc;

/** Configuration of the rendezvous algorithm. */
@Doc("Bounded rendezvous hashing: moves fewer flows than Maglev when backends change, at less even shares and slower builds.")
public record RendezvousConfig(
        @Doc("How far above its fair share of the slots a backend may be, 0 to 1: the more, the fewer flows move when backends change. The same on every node.") double epsilon) {

    public RendezvousConfig {
        if (!(epsilon >= 0 && epsilon <= 1)) { // so that NaN is refused as well
            throw new IllegalArgumentException("epsilon " + epsilon + " is not in 0 to 1");
        }
    }
}
