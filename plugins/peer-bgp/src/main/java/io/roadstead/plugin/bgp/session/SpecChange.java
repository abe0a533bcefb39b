package io.roadstead.plugin.bgp.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.Reconfiguration;
import io.roadstead.api.peer.Reconfiguration.Outcome;

/** What each field of a specification needs in order to apply. */
final class SpecChange {

    private SpecChange() {
    }

    /** Pure: the fields that differ, by what they need. */
    static Reconfiguration classify(PeerSpec before, PeerSpec after) {
        if (!before.id().equals(after.id())) {
            throw new IllegalArgumentException("a session of " + before.id() + " cannot become one of " + after.id());
        }
        Map<Outcome, Set<String>> fields = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            fields.put(outcome, new TreeSet<>());
        }
        changed(fields, Outcome.RESET, "localAsn", before.localAsn(), after.localAsn());
        changed(fields, Outcome.RESET, "routerId", before.routerId(), after.routerId());
        changed(fields, Outcome.RESET, "peerAddress", before.peerAddress(), after.peerAddress());
        changed(fields, Outcome.RESET, "peerPort", before.peerPort(), after.peerPort());
        changed(fields, Outcome.RESET, "peerAsn", before.peerAsn(), after.peerAsn());
        changed(fields, Outcome.RESET, "localAddress", before.localAddress(), after.localAddress());
        changed(fields, Outcome.RESET, "sourceInterface", before.sourceInterface(), after.sourceInterface());
        changed(fields, Outcome.RESET, "families", before.families(), after.families());
        changed(fields, password(before.password(), after.password()), "password", before.password(), after.password());
        // Said in the OPEN, or read from the timer when it is set next: a session that works is not reset for them.
        changed(fields, Outcome.PENDING, "timers", before.timers().hold(), after.timers().hold());
        changed(fields, Outcome.PENDING, "timers", before.timers().keepalive(), after.timers().keepalive());
        changed(fields, Outcome.PENDING, "restartTime", before.restartTime(), after.restartTime());
        changed(fields, Outcome.APPLIED, "timers", before.timers().connectRetry(), after.timers().connectRetry());
        changed(fields, Outcome.APPLIED, "ebgpMultihop", before.ebgpMultihop(), after.ebgpMultihop());
        changed(fields, Outcome.APPLIED, "localPort", before.localPort(), after.localPort());
        changed(fields, Outcome.APPLIED, "passive", before.passive(), after.passive());
        Outcome strongest = Outcome.UNCHANGED;
        for (Outcome outcome : Outcome.values()) {
            strongest = fields(fields, outcome).isEmpty() ? strongest : outcome;
        }
        boolean reset = strongest == Outcome.RESET; // then nothing stays pending
        return new Reconfiguration(strongest, reset ? Set.of() : fields(fields, Outcome.PENDING), fields(fields, Outcome.RESET));
    }

    /** A key is exchanged on the living connection, as routers do; one that comes or goes cannot be. */
    private static Outcome password(@Nullable Secret before, @Nullable Secret after) {
        return before != null && after != null ? Outcome.APPLIED : Outcome.RESET;
    }

    private static void changed(Map<Outcome, Set<String>> fields, Outcome needs, String name, @Nullable Object before,
            @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            fields(fields, needs).add(name);
        }
    }

    private static Set<String> fields(Map<Outcome, Set<String>> fields, Outcome outcome) {
        return Objects.requireNonNull(fields.get(outcome));
    }
}
