package io.roadstead.api.source;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

import io.roadstead.api.source.StatusUpdate.InstanceStatus;
import io.roadstead.api.source.StatusUpdate.PeerStatus;

/** What a CiliumBGPNodeConfig has in {@code status.bgpInstances}: the same fields wherever a source keeps it. Pure; any thread. */
public final class BgpStatusTree {

    private BgpStatusTree() {
    }

    /** One instance: maps with text keys in the order of the fields, lists, texts and numbers. */
    public static Map<String, Object> of(InstanceStatus instance) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", instance.name());
        tree.put("localASN", instance.localAsn().value());
        tree.put("peers", instance.peers().stream().map(BgpStatusTree::peer).toList());
        return tree;
    }

    private static Map<String, Object> peer(PeerStatus peer) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", peer.name());
        tree.put("peerAddress", peer.address().toString());
        tree.put("peerASN", peer.asn().value());
        tree.put("peeringState", peer.state().text());
        Map<String, Object> timers = new LinkedHashMap<>();
        Duration hold = peer.appliedHold();
        if (hold != null) {
            timers.put("appliedHoldTimeSeconds", hold.toSeconds());
        }
        Duration keepalive = peer.appliedKeepalive();
        if (keepalive != null) {
            timers.put("appliedKeepaliveSeconds", keepalive.toSeconds());
        }
        if (!timers.isEmpty()) {
            tree.put("timers", timers);
        }
        Instant established = peer.establishedTime();
        if (established != null) {
            tree.put("establishedTime", established.truncatedTo(ChronoUnit.SECONDS).toString());
        }
        tree.put("routeCount", peer.routeCounts().entrySet().stream().sorted(Map.Entry.comparingByKey()).map(entry -> {
            Map<String, Object> count = new LinkedHashMap<>();
            count.put("afi", entry.getKey().afiText());
            count.put("safi", entry.getKey().safiText());
            count.put("received", entry.getValue().received());
            count.put("advertised", entry.getValue().advertised());
            return count;
        }).toList());
        return tree;
    }
}
