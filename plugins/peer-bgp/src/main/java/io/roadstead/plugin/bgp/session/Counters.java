package io.roadstead.plugin.bgp.session;

import io.roadstead.api.peer.PeerStatus.MessageCounters;
import io.roadstead.plugin.bgp.codec.BgpMessage;

/** Counts a session's messages. Confined to its loop. */
final class Counters {

    private long opensSent;
    private long opensReceived;
    private long updatesSent;
    private long updatesReceived;
    private long keepalivesSent;
    private long keepalivesReceived;
    private long notificationsSent;
    private long notificationsReceived;
    private long routeRefreshesSent;
    private long routeRefreshesReceived;
    private long treatedAsWithdraw;
    private long attributesDiscarded;

    void sent(BgpMessage message) {
        switch (message) {
            case BgpMessage.Open _ -> opensSent++;
            case BgpMessage.Update _ -> updatesSent++;
            case BgpMessage.Keepalive _ -> keepalivesSent++;
            case BgpMessage.Notification _ -> notificationsSent++;
            case BgpMessage.RouteRefresh _ -> routeRefreshesSent++;
        }
    }

    void received(BgpMessage message) {
        switch (message) {
            case BgpMessage.Open _ -> opensReceived++;
            case BgpMessage.Update _ -> updatesReceived++;
            case BgpMessage.Keepalive _ -> keepalivesReceived++;
            case BgpMessage.Notification _ -> notificationsReceived++;
            case BgpMessage.RouteRefresh _ -> routeRefreshesReceived++;
        }
    }

    void sentUpdates(int count) {
        updatesSent += count;
    }

    void treatedAsWithdraw() {
        treatedAsWithdraw++;
    }

    void attributeDiscarded(int count) {
        attributesDiscarded += count;
    }

    MessageCounters snapshot() {
        return new MessageCounters(opensSent, opensReceived, updatesSent, updatesReceived, keepalivesSent, keepalivesReceived,
                notificationsSent, notificationsReceived, routeRefreshesSent, routeRefreshesReceived, treatedAsWithdraw,
                attributesDiscarded);
    }
}
