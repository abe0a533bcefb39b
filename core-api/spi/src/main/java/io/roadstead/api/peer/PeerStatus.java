package io.roadstead.api.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpTimers;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;

/**
 * A session at one moment.
 *
 * @param localAddress      of the connection; null when there is none
 * @param peerAsn           learned from the OPEN where configured 0
 * @param remoteRouterId    null until an OPEN came
 * @param stateSince        when the state was entered
 * @param established       when the session was established; null when it is not
 * @param configuredTimers  what the specification says
 * @param appliedHold       negotiated; null unless established
 * @param appliedKeepalive  null unless established
 * @param families          one per configured family
 * @param localCapabilities  one readable text per capability offered in the last OPEN
 * @param remoteCapabilities likewise of the peer; empty until an OPEN came
 * @param pendingFields     fields of the specification that apply at the next connection
 * @param flaps             how often an established session was lost
 * @param lastError         the last notification or failure in words; empty when none
 * @param lastNotification  code and subcode, {@code sent 6/2}; empty when none
 * @param messages          counters
 */
public record PeerStatus(PeerId id, AsNumber localAsn, AsNumber peerAsn, IpAddress peerAddress, int peerPort,
        @Nullable IpAddress localAddress,
        @Nullable RouterId remoteRouterId, SessionState state, Instant stateSince, @Nullable Instant established,
        BgpTimers configuredTimers, @Nullable Duration appliedHold, @Nullable Duration appliedKeepalive,
        Map<AfiSafi, FamilyStatus> families, List<String> localCapabilities, List<String> remoteCapabilities, int ebgpMultihop,
        @Nullable Duration restartTime, boolean passwordSet, Set<String> pendingFields, long flaps, String lastError,
        String lastNotification,
        MessageCounters messages) {

    public PeerStatus {
        families = Map.copyOf(families);
        localCapabilities = List.copyOf(localCapabilities);
        remoteCapabilities = List.copyOf(remoteCapabilities);
        pendingFields = Set.copyOf(pendingFields);
    }

    /**
     * One family of a session.
     *
     * @param negotiated whether both ends offered it
     * @param received   prefixes in Adj-RIB-In
     * @param accepted   of these, how many may be used
     * @param advertised prefixes that the peer has been told and not been told otherwise
     * @param pending    changes not sent yet
     */
    public record FamilyStatus(boolean negotiated, int received, int accepted, int advertised, int pending, boolean endOfRibReceived,
            boolean endOfRibSent) {
    }

    /** Messages since the session was opened. */
    public record MessageCounters(long opensSent, long opensReceived, long updatesSent, long updatesReceived, long keepalivesSent,
            long keepalivesReceived, long notificationsSent, long notificationsReceived, long routeRefreshesSent,
            long routeRefreshesReceived,
            long treatedAsWithdraw, long attributesDiscarded) {
        public static final MessageCounters ZERO = new MessageCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        public long sent() {
            return opensSent + updatesSent + keepalivesSent + notificationsSent + routeRefreshesSent;
        }

        public long received() {
            return opensReceived + updatesReceived + keepalivesReceived + notificationsReceived + routeRefreshesReceived;
        }
    }
}
