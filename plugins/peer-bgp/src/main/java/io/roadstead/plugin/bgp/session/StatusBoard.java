package io.roadstead.plugin.bgp.session;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.peer.PeerStatus.FamilyStatus;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.bgp.codec.BgpError;
import io.roadstead.plugin.bgp.codec.BgpMessage;
import io.roadstead.plugin.bgp.fsm.FsmState;

/** Makes a session's status and publishes it: a change of state at once, of counts folded. Confined to the session's loop but for {@link #published}. */
final class StatusBoard {

    /** Counts change with every message; nobody reads them that often. */
    private static final Duration FOLD = Duration.ofMillis(100);

    private final Environment environment;
    private final Loop loop;
    private final Counters counters;
    private final PeerTables tables;
    private volatile PeerStatus published;
    private PeerSpec spec;
    private @Nullable PeerConnection shown;
    private SessionState state = SessionState.IDLE;
    private Instant stateSince;
    private @Nullable Instant established;
    private long flaps;
    private String lastError = "";
    private String lastNotification = "";
    private boolean errorExplained;
    private boolean folding;

    StatusBoard(Environment environment, Loop loop, Counters counters, PeerTables tables, PeerSpec spec) {
        this.environment = environment;
        this.loop = loop;
        this.counters = counters;
        this.tables = tables;
        this.spec = spec;
        this.stateSince = environment.clock().instant();
        this.published = snapshot();
    }

    PeerStatus published() {
        return published;
    }

    String lastError() {
        return lastError;
    }

    void established() {
        established = environment.clock().instant();
    }

    void lost() {
        established = null;
        flaps++;
    }

    void error(String text) {
        lastError = text;
    }

    /** The notification that follows says the same in fewer words. */
    void protocolError(BgpError error) {
        lastError = error.toString();
        errorExplained = true;
    }

    void notification(String direction, BgpMessage.Notification notification) {
        lastNotification = direction + " " + notification.code() + "/" + notification.subcode();
        if (!errorExplained) {
            lastError = direction + " " + notification.text();
        }
        errorExplained = false;
    }

    /** Counts changed. */
    void changed() {
        if (!folding) {
            folding = true;
            loop.schedule(FOLD, () -> {
                folding = false;
                tell();
            });
        }
    }

    /** The state may have changed. */
    void publish(PeerSpec current, PeerConnection connection) {
        spec = current;
        shown = connection;
        if (connection.state() != state) {
            state = connection.state();
            stateSince = environment.clock().instant();
        }
        tell();
    }

    private void tell() {
        PeerStatus next = snapshot();
        if (!next.equals(published)) {
            published = next;
            environment.listener().statusChanged(next);
        }
    }

    private PeerStatus snapshot() {
        PeerConnection connection = shown;
        boolean up = connection != null && state == SessionState.ESTABLISHED;
        FsmState fsm = up && connection != null ? connection.fsm() : FsmState.INITIAL;
        BgpMessage.Open remote = connection == null ? null : connection.remoteOpen();
        BgpMessage.Open local = connection == null ? null : connection.localOpen();
        AsNumber peerAsn = remote != null && spec.peerAsn().value() == 0 ? remote.asn() : spec.peerAsn();
        Map<AfiSafi, FamilyStatus> families = new EnumMap<>(AfiSafi.class);
        spec.families().forEach(family -> families.put(family, tables.status(family)));
        return new PeerStatus(spec.id(), spec.localAsn(), peerAsn, spec.peerAddress(), spec.peerPort(), localAddress(connection),
                remote == null ? null : remote.routerId(), state, stateSince, established, spec.timers(), up ? fsm.hold() : null,
                up ? fsm.keepalive() : null, families, capabilities(local), capabilities(remote), spec.ebgpMultihop(), spec.restartTime(),
                spec.password() != null, pending(connection), flaps, lastError, lastNotification, counters.snapshot());
    }

    private Set<String> pending(@Nullable PeerConnection connection) {
        boolean opened = connection != null && state.compareTo(SessionState.OPEN_SENT) >= 0 && connection.openedWith() != null;
        return opened && connection != null && connection.openedWith() != null
                ? SpecChange.classify(connection.openedWith(), spec).pending()
                : Set.of();
    }

    private static @Nullable IpAddress localAddress(@Nullable PeerConnection connection) {
        BgpChannel channel = connection == null ? null : connection.channel();
        boolean connected = channel != null && connection != null && connection.state().compareTo(SessionState.OPEN_SENT) >= 0;
        return connected && channel != null ? Addresses.local(channel.netty()) : null;
    }

    private static List<String> capabilities(BgpMessage.@Nullable Open open) {
        return open == null ? List.of() : open.capabilities().stream().map(Object::toString).toList();
    }
}
