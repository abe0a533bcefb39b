package io.roadstead.plugin.bgp.session;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.peer.PeerSession.CloseReason;
import io.roadstead.plugin.bgp.codec.BgpErrorCode;
import io.roadstead.plugin.bgp.codec.BgpMessage.Notification;
import io.roadstead.plugin.bgp.codec.Capability;
import io.roadstead.plugin.bgp.codec.Negotiation;
import io.roadstead.plugin.bgp.fsm.FsmEvent.ManualStop;
import io.roadstead.plugin.bgp.fsm.Notice;

/** What a peer is told when its session is closed. */
final class Farewells {

    private Farewells() {
    }

    /**
     * @param agreed with the peer; null when there is nothing yet
     * @param text   shutdown communication when the agent stops
     */
    static ManualStop of(CloseReason reason, @Nullable Negotiation agreed, String text) {
        Capability.GracefulRestart restart = agreed == null ? null : agreed.gracefulRestart();
        return switch (reason) {
            case AGENT_STOPPING -> restart != null
                    ? ManualStop.SILENT // RFC 4724 §4: the peer keeps the routes when the connection just ends
                    : stop(Notification.cease(BgpErrorCode.ADMINISTRATIVE_SHUTDOWN, text));
            case DECONFIGURED -> {
                Notification cease = Notification.cease(BgpErrorCode.PEER_DE_CONFIGURED, "");
                // RFC 8538 §4: with the N bit a plain NOTIFICATION would have the peer keep the routes.
                yield stop(restart != null && restart.notification() ? cease.asHardReset() : cease);
            }
        };
    }

    static ManualStop stop(Notification notification) {
        return new ManualStop(new Notice(notification.code(), notification.subcode(), notification.dataHex()));
    }
}
