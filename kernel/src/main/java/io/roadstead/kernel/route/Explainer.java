package io.roadstead.kernel.route;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.api.route.RouteReason;
import io.roadstead.api.view.ExplainView;
import io.roadstead.api.view.ExplainView.Row;

/** Answers from the stored decisions why something is, or is not, announced. Made for one question, on the control loop. */
final class Explainer {

    private final ClusterView cluster;
    private final NodePlan plan;
    private final DecisionEngine engine;
    private final PeerSessions sessions;
    private final Set<Row> rows = new LinkedHashSet<>();

    Explainer(ClusterView cluster, NodePlan plan, DecisionEngine engine, PeerSessions sessions) {
        this.cluster = cluster;
        this.plan = plan;
        this.engine = engine;
        this.sessions = sessions;
    }

    /** The reason's text with what can be done about it. */
    static String withRemedy(Reason reason) {
        String remedy = Remedies.of(reason.code());
        return remedy.isEmpty() ? reason.toString() : reason + "; " + remedy;
    }

    ExplainView service(String namespace, String name) {
        Service service = cluster.get(Service.class, namespace, name).orElseThrow(() -> new RoadsteadException(CommonErrorCode.NOT_FOUND,
                "Service " + namespace + "/" + name, "there is none", "services are listed by: roadstead service list"));
        ResourceKey key = service.key();
        explain(BgpAdvertisement.Entry.SERVICE, (subject, decision) -> subject.equals(key));
        return view(key.toString(), ServiceFacts.of(service, cluster));
    }

    ExplainView route(IpPrefix prefix) {
        List<String> facts = new ArrayList<>();
        Set<String> covering = new TreeSet<>();
        for (EntryState entry : engine.entries()) {
            entry.decisions().forEach((subject, decisions) -> decisions.forEach(decision -> {
                IpPrefix other = decision.prefix();
                if (prefix.equals(other)) {
                    facts.add(prefix + " is of " + subject + " by advertisement " + entry.key());
                } else if (other != null && other.contains(prefix)) {
                    covering.add(other + " of " + subject + " covers it");
                }
            }));
        }
        facts.sort(String::compareTo);
        facts.addAll(covering);
        explain("", (subject, decision) -> prefix.equals(decision.prefix()));
        return view(prefix.toString(), facts.stream().distinct().toList());
    }

    /** @param type the advertisement type that such subjects have; empty when any */
    private void explain(String type, BiPredicate<ResourceKey, RouteDecision> about) {
        if (plan.none() != null) {
            rows.add(row("", "", plan.none()));
        }
        for (PeerState peer : sessions.peers()) {
            if (peer.session == null) {
                Reason reason = peer.reason(sessions.protocol() == null);
                rows.add(row(peer.plan.id().instance(), peer.plan.id().peer(),
                        reason == null ? Reason.of(RouteReason.PEER_NOT_ESTABLISHED) : reason));
            } else {
                explainPeer(peer, peer.session.status(), type, about);
            }
        }
        plan.peers().stream().filter(peer -> sessions.peers().stream().noneMatch(state -> state.plan.id().equals(peer.id())))
                .forEach(peer -> rows.add(row(peer.id().instance(), peer.id().peer(),
                        peer.reason() == null ? Reason.of(RouteReason.PEER_NOT_ESTABLISHED) : peer.reason())));
    }

    private void explainPeer(PeerState peer, PeerStatus status, String type, BiPredicate<ResourceKey, RouteDecision> about) {
        int before = rows.size();
        Set<String> selected = new TreeSet<>();
        peer.tables.forEach((family, table) -> {
            for (EntryState entry : table.map(engine::entries).orElse(List.of())) {
                selected.add(entry.key() + " (" + entry.type() + ")");
                if (type.isEmpty() || type.equals(entry.type())) {
                    explainEntry(peer, status, family, table, entry, about);
                }
            }
        });
        if (rows.size() > before) {
            return;
        }
        RouteReason reason = type.isEmpty() && !selected.isEmpty() ? RouteReason.NOT_ORIGINATED : RouteReason.NO_ADVERTISEMENT_SELECTED;
        String subject = selected.isEmpty()
                ? "families select "
                        + peer.tables.values().stream().flatMap(Optional::stream).map(key -> key.advertisements().toString()).distinct()
                                .collect(Collectors.joining(" and ", "", "")).transform(text -> text.isEmpty() ? "nothing" : text)
                : "selected: " + String.join(", ", selected) + (type.isEmpty() ? "" : ", none of type " + type);
        rows.add(row(peer.plan.id().instance(), peer.plan.id().peer(), new Reason(reason, subject)));
    }

    private void explainEntry(PeerState peer, PeerStatus status, AfiSafi family, Optional<TableKey> table, EntryState entry,
            BiPredicate<ResourceKey, RouteDecision> about) {
        if (entry.planned().nodeExcluded()) {
            add(peer, null, "", entry,
                    new Reason(RouteReason.ADVERTISEMENT_EXCLUDES_NODE, String.valueOf(entry.planned().entry().nodeSelector())));
            return;
        }
        if (engine.advertiser(entry.type()) == null) {
            add(peer, null, "", entry, new Reason(RouteReason.ADVERTISEMENT_TYPE_UNKNOWN, entry.type()));
            return;
        }
        Map<IpPrefix, RouteAttributes> routes = table.map(engine::routes).orElse(Map.of());
        entry.decisions().forEach((subject, decisions) -> {
            String failure = entry.failures().get(subject);
            for (RouteDecision decision : decisions) {
                if (about.test(subject, decision)) {
                    explainDecision(peer, status, family, entry, decision, failure == null ? decision.reason() : failed(failure), routes);
                }
            }
        });
    }

    private static Reason failed(String failure) {
        return new Reason(RouteReason.ADVERTISER_FAILED, failure);
    }

    private void explainDecision(PeerState peer, PeerStatus status, AfiSafi family, EntryState entry, RouteDecision decision, Reason reason,
            Map<IpPrefix, RouteAttributes> routes) {
        IpPrefix prefix = decision.prefix();
        if (!decision.announced() || prefix == null) {
            add(peer, prefix, decision.variant(), entry, reason);
            return;
        }
        if (prefix.family() != family.addressFamily()) {
            AfiSafi needed = AfiSafi.unicast(prefix.family());
            if (!peer.tables.containsKey(needed)) {
                add(peer, prefix, decision.variant(), entry, new Reason(RouteReason.FAMILY_NOT_CONFIGURED, needed.toString()));
            } else if (peer.tables.get(needed).isEmpty()) {
                add(peer, prefix, decision.variant(), entry, new Reason(RouteReason.NO_ADVERTISEMENT_SELECTED, "family " + needed));
            }
            return; // else the other family's table answers
        }
        PeerStatus.FamilyStatus exchanged = status.families().get(family);
        if (status.state() != SessionState.ESTABLISHED) {
            String last = status.lastError().isEmpty() ? "" : ", " + status.lastError();
            add(peer, prefix, decision.variant(), entry, new Reason(RouteReason.PEER_NOT_ESTABLISHED, status.state().text() + last));
        } else if (exchanged == null || !exchanged.negotiated()) {
            add(peer, prefix, decision.variant(), entry, new Reason(RouteReason.FAMILY_NOT_NEGOTIATED, family.toString()));
        } else {
            rows.add(new Row(peer.plan.id().instance(), peer.plan.id().peer(), prefix, decision.variant(), entry.key().advertisement(),
                    true, reason,
                    routes.getOrDefault(prefix, entry.planned().entry().attributes())));
        }
    }

    private void add(PeerState peer, @Nullable IpPrefix prefix, String variant, EntryState entry, Reason reason) {
        rows.add(new Row(peer.plan.id().instance(), peer.plan.id().peer(), prefix, variant, entry.key().advertisement(), false, reason,
                null));
    }

    private static Row row(String instance, String peer, Reason reason) {
        return new Row(instance, peer, null, "", "", false, reason, null);
    }

    private ExplainView view(String subject, List<String> subjectFacts) {
        List<String> facts = new ArrayList<>(subjectFacts);
        plan.conflicts().forEach(conflict -> facts.add(conflict.toString()));
        Set<String> used = engine.entries().stream().map(entry -> entry.key().advertisement()).collect(Collectors.toSet());
        for (BgpAdvertisement advertisement : cluster.all(BgpAdvertisement.class)) {
            if (!used.contains(advertisement.meta().name())) {
                facts.add(BgpAdvertisement.KIND + " " + advertisement.meta().name() + " with labels "
                        + new TreeMap<>(advertisement.meta().labels())
                        + " is selected by no peer of this node");
            }
        }
        rows.stream().map(Row::reason).map(reason -> Remedies.of(reason.code()).transform(remedy -> remedy.isEmpty()
                ? "" : reason.code().name() + ": " + remedy)).filter(remedy -> !remedy.isEmpty()).distinct().forEach(facts::add);
        return new ExplainView(cluster.localNodeName(), subject, facts, List.copyOf(rows));
    }
}
