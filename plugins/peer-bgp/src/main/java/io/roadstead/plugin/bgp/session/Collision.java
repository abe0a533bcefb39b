package io.roadstead.plugin.bgp.session;

import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.RouterId;

/** Which of two connections with the same peer goes (RFC 4271 §6.8). */
final class Collision {

    private Collision() {
    }

    /** What to do. */
    enum Verdict {
        /** Both go on; nothing is known yet. */
        NONE,
        /** The connection whose OPEN has just come goes. */
        DROP_NEW,
        /** The other one goes. */
        DROP_OLD,
        /** The other one has died without our noticing: the peer restarts (RFC 4724 §4.2). */
        REPLACE_DEAD
    }

    /**
     * When an OPEN has come on one connection.
     *
     * @param oldState           of the other connection
     * @param oldOutgoing        whether we made the other connection
     * @param newOutgoing        whether we made the one of the OPEN
     * @param gracefulRestart    whether the peer offered graceful restart on the other connection
     */
    static Verdict resolve(SessionState oldState, boolean oldOutgoing, boolean newOutgoing, boolean gracefulRestart, Identity local,
            Identity peer) {
        return switch (oldState) {
            case IDLE, CONNECT, ACTIVE, OPEN_SENT -> Verdict.NONE;
            case ESTABLISHED -> gracefulRestart ? Verdict.REPLACE_DEAD : Verdict.DROP_NEW;
            case OPEN_CONFIRM -> {
                if (oldOutgoing == newOutgoing) {
                    yield Verdict.DROP_OLD; // the same side connected anew: it has given up the first
                }
                boolean keepOurs = local.higherThan(peer);
                yield keepOurs == newOutgoing ? Verdict.DROP_OLD : Verdict.DROP_NEW;
            }
        };
    }

    /** What decides: the BGP Identifier and, where both have the same, the AS number (RFC 6286 §2.3). */
    record Identity(RouterId routerId, AsNumber asn) {
        boolean higherThan(Identity other) {
            int byId = routerId.compareTo(other.routerId);
            return byId != 0 ? byId > 0 : asn.compareTo(other.asn) > 0;
        }
    }
}
