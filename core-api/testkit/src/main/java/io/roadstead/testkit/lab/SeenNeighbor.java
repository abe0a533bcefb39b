package io.roadstead.testkit.lab;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.SessionState;

/**
 * A session as the foreign end sees it.
 *
 * @param remoteAs the neighbour's AS; 0 where the daemon has not learned it yet
 * @param establishedAt when the session came up; null unless established. FRR and GoBGP tell it to the second, and may be off by one
 * @param holdTime negotiated; zero unless established
 * @param received accepted prefixes per family; a family without any may be absent
 * @param sent announced prefixes per family; a family without any may be absent
 */
public record SeenNeighbor(String address, long remoteAs, SessionState state, @Nullable Instant establishedAt, Duration holdTime,
        Map<AfiSafi, Long> received, Map<AfiSafi, Long> sent) {

    public SeenNeighbor {
        received = Map.copyOf(received);
        sent = Map.copyOf(sent);
    }

    public boolean isEstablished() {
        return state == SessionState.ESTABLISHED;
    }

    /** Accepted prefixes of the family, 0 when the family is not spoken. */
    public long received(AfiSafi family) {
        return received.getOrDefault(family, 0L);
    }

    /** Announced prefixes of the family, 0 when the family is not spoken. */
    public long sent(AfiSafi family) {
        return sent.getOrDefault(family, 0L);
    }
}
