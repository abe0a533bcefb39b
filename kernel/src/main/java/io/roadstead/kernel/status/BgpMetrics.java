package io.roadstead.kernel.status;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.Metric.Sample;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.peer.PeerStatus.FamilyStatus;
import io.roadstead.kernel.route.PeerInfo;
import io.roadstead.kernel.route.RouteController;

/**
 * Figures of the peers: Cilium's names below {@code roadstead_bgp_control_plane_}, ours below {@code roadstead_bgp_session_}. Reads published snapshots, on any
 * thread.
 */
public final class BgpMetrics implements MetricSource {

    private static final String CONTROL_PLANE = "roadstead_bgp_control_plane_";
    private static final String SESSION = "roadstead_bgp_session_";

    private final RouteController routes;

    public BgpMetrics(RouteController routes) {
        this.routes = routes;
    }

    @Override
    public List<Metric> collect() {
        Families families = new Families();
        families.declare(CONTROL_PLANE + "session_state", "1 while the session is established, else 0.", Metric.Type.GAUGE);
        families.declare(CONTROL_PLANE + "advertised_routes", "Prefixes that the peer has been told, while established.",
                Metric.Type.GAUGE);
        families.declare(CONTROL_PLANE + "received_routes", "Prefixes that the peer has told, while established.", Metric.Type.GAUGE);
        families.declare(SESSION + "accepted_routes", "Received prefixes that may be used, while established.", Metric.Type.GAUGE);
        families.declare(SESSION + "pending_changes", "Changes that the peer has not been told yet, while established.", Metric.Type.GAUGE);
        families.declare(SESSION + "fsm_state", "1 for the state of RFC 4271 that the session is in.", Metric.Type.GAUGE);
        families.declare(SESSION + "flaps_total", "How often an established session was lost.", Metric.Type.COUNTER);
        families.declare(SESSION + "last_notification", "1 with the direction, code and subcode of the last notification.",
                Metric.Type.GAUGE);
        families.declare(SESSION + "messages_total", "Messages by type and direction.", Metric.Type.COUNTER);
        families.declare(SESSION + "updates_treated_as_withdraw_total", "Malformed updates that withdrew their prefixes (RFC 7606).",
                Metric.Type.COUNTER);
        families.declare(SESSION + "attributes_discarded_total", "Malformed attributes that were ignored (RFC 7606).", Metric.Type.COUNTER);
        families.declare("roadstead_bgp_peer_problem", "1 for a peer that has no session, or has one with something wrong, by reason.",
                Metric.Type.GAUGE);
        families.declare(CONTROL_PLANE + "reconcile_errors_total", "How often an advertiser or a session failed to take a change.",
                Metric.Type.COUNTER);
        families.add(CONTROL_PLANE + "reconcile_errors_total", new TreeMap<>(), routes.errors());
        for (PeerInfo peer : routes.peers()) {
            if (peer.reason() != null) {
                families.add("roadstead_bgp_peer_problem", new TreeMap<>(
                        Map.of("instance_name", peer.id().instance(), "peer", peer.id().peer(), "reason", peer.reason().code().name())), 1);
            }
            if (peer.session() != null) {
                session(families, peer.session().status());
            }
        }
        return families.all();
    }

    private static void session(Families families, PeerStatus status) {
        String address = status.peerAddress().toString();
        String neighbor = (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + status.peerPort();
        SortedMap<String, String> labels =
                new TreeMap<>(Map.of("instance_name", status.id().instance(), "local_asn", status.localAsn().toString(),
                        "neighbor", neighbor, "neighbor_asn", status.peerAsn().toString()));
        boolean established = status.established() != null;
        families.add(CONTROL_PLANE + "session_state", labels, established ? 1 : 0);
        families.add(SESSION + "fsm_state", with(labels, "state", status.state().text()), 1);
        families.add(SESSION + "flaps_total", labels, status.flaps());
        if (!status.lastNotification().isEmpty()) {
            families.add(SESSION + "last_notification", with(labels, "notification", status.lastNotification()), 1);
        }
        if (established) {
            perFamily(families, CONTROL_PLANE + "advertised_routes", labels, status, FamilyStatus::advertised);
            perFamily(families, CONTROL_PLANE + "received_routes", labels, status, FamilyStatus::received);
            perFamily(families, SESSION + "accepted_routes", labels, status, FamilyStatus::accepted);
            perFamily(families, SESSION + "pending_changes", labels, status, FamilyStatus::pending);
        }
        PeerStatus.MessageCounters messages = status.messages();
        families.add(SESSION + "updates_treated_as_withdraw_total", labels, messages.treatedAsWithdraw());
        families.add(SESSION + "attributes_discarded_total", labels, messages.attributesDiscarded());
        messages(families, labels, "open", messages.opensSent(), messages.opensReceived());
        messages(families, labels, "update", messages.updatesSent(), messages.updatesReceived());
        messages(families, labels, "keepalive", messages.keepalivesSent(), messages.keepalivesReceived());
        messages(families, labels, "notification", messages.notificationsSent(), messages.notificationsReceived());
        messages(families, labels, "route-refresh", messages.routeRefreshesSent(), messages.routeRefreshesReceived());
    }

    private static void messages(Families families, SortedMap<String, String> labels, String type, long sent, long received) {
        SortedMap<String, String> typed = with(labels, "type", type);
        families.add(SESSION + "messages_total", with(typed, "direction", "sent"), sent);
        families.add(SESSION + "messages_total", with(typed, "direction", "received"), received);
    }

    private static void perFamily(Families families, String name, SortedMap<String, String> labels, PeerStatus status,
            ToIntFunction<FamilyStatus> figure) {
        status.families()
                .forEach((family, counts) -> families.add(name, with(with(labels, "afi", family.afiText()), "safi", family.safiText()),
                        figure.applyAsInt(counts)));
    }

    private static SortedMap<String, String> with(SortedMap<String, String> labels, String name, String value) {
        SortedMap<String, String> more = new TreeMap<>(labels);
        more.put(name, value);
        return more;
    }

    /** Metric families being filled, in the order of their declaration. */
    private static final class Families {
        private final Map<String, Metric> declared = new LinkedHashMap<>();
        private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

        void declare(String name, String help, Metric.Type type) {
            declared.put(name, new Metric(name, help, type, List.of()));
            samples.put(name, new ArrayList<>());
        }

        void add(String name, SortedMap<String, String> labels, long value) {
            samples.getOrDefault(name, List.of()).add(new Sample(labels, (double) value));
        }

        List<Metric> all() {
            return declared.values().stream()
                    .map(family -> new Metric(family.name(), family.help(), family.type(), samples.getOrDefault(family.name(), List.of())))
                    .toList();
        }
    }
}
