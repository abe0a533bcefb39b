package io.roadstead.kernel.route;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.route.Reason;

/**
 * A peer that this node shall have.
 *
 * @param neighbour  as the cluster configuration states it
 * @param spec       null when no session can be held
 * @param reason     why not; or, with a specification, what is wrong while the last good configuration stays in force; null when all is well
 * @param remote     where the peer is, stated or discovered; without an interface when stated; null without a session
 * @param config     the peer configuration in force; null when there is none
 * @param password   in force; null for none
 */
record PeerPlan(PeerId id, BgpClusterConfig.Peer neighbour, @Nullable PeerSpec spec, @Nullable Reason reason,
        DefaultGateways.@Nullable Gateway remote, @Nullable BgpPeerConfig config,
        @Nullable Secret password) {

    /** Without a session. */
    static PeerPlan blocked(PeerId id, BgpClusterConfig.Peer neighbour, @Nullable Reason reason) {
        return new PeerPlan(id, neighbour, null, reason, null, null, null);
    }

    /** Which table each family gets; none where the family selects no advertisement. Empty without a session. */
    Map<AfiSafi, Optional<TableKey>> tables() {
        Map<AfiSafi, Optional<TableKey>> tables = new TreeMap<>();
        if (spec != null && config != null) {
            for (BgpPeerConfig.Family family : config.families()) {
                LabelSelector selector = family.advertisements();
                tables.putIfAbsent(family.afiSafi(),
                        selector == null ? Optional.empty() : Optional.of(new TableKey(family.afiSafi(), selector)));
            }
            spec.families().forEach(family -> tables.putIfAbsent(family, Optional.empty()));
        }
        return Collections.unmodifiableMap(tables);
    }
}
