package io.roadstead.kernel.route;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.api.view.RoutePolicyView;

/** Lists what is originated, and as which policies. Made for one question. */
final class RouteReports {

    private final String node;
    private final DecisionEngine engine;
    private final PeerSessions sessions;

    RouteReports(String node, DecisionEngine engine, PeerSessions sessions) {
        this.node = node;
        this.engine = engine;
        this.sessions = sessions;
    }

    List<OriginatedRoute> originated(String instance, AfiSafi family) {
        Map<IpPrefix, OriginatedRoute> routes = new TreeMap<>();
        for (PeerState peer : sessions.peers()) {
            if (peer.plan.id().instance().equals(instance)) {
                peer.tables.getOrDefault(family, Optional.empty()).ifPresent(table -> {
                    var since = engine.since(table);
                    engine.routes(table).forEach((prefix, attributes) -> {
                        var at = since.get(prefix);
                        if (at != null) {
                            routes.putIfAbsent(prefix, new OriginatedRoute(prefix, attributes, at));
                        }
                    });
                });
            }
        }
        return List.copyOf(routes.values());
    }

    List<RoutePolicyView> policies() {
        List<RoutePolicyView> policies = new ArrayList<>();
        String instance = "";
        for (PeerState peer : sessions.peers()) {
            PeerSpec spec = peer.applied;
            if (spec != null) {
                if (!spec.id().instance().equals(instance)) {
                    instance = spec.id().instance();
                    policies.add(
                            new RoutePolicyView(node, instance, spec.localAsn(), "allow-local", "import", List.of(), List.of(), List.of(),
                                    "accept", null));
                }
                exports(peer, spec, policies);
            }
        }
        return policies;
    }

    private void exports(PeerState peer, PeerSpec spec, List<RoutePolicyView> policies) {
        peer.tables.forEach((family, table) -> {
            Map<String, Export> byName = new LinkedHashMap<>();
            table.map(engine::entries).orElse(List.of()).forEach(entry -> entry.decisions().forEach((subject, decisions) -> {
                for (RouteDecision decision : decisions) {
                    IpPrefix prefix = decision.prefix();
                    if (decision.announced() && prefix != null && prefix.family() == family.addressFamily()) {
                        byName.computeIfAbsent(name(spec, family, entry.type(), subject, decision.variant()), absent -> new Export())
                                .add(prefix, entry.planned().entry().attributes());
                    }
                }
            }));
            new TreeMap<>(byName).forEach((name, export) -> policies.add(export.view(node, spec.id().instance(), spec.localAsn(), name,
                    List.of(spec.peerAddress().toString()), family)));
        });
    }

    private static String name(PeerSpec spec, AfiSafi family, String type, ResourceKey subject, String variant) {
        String name = spec.id().peer() + "-" + family.afiText() + "-" + type;
        return subject.kind().equals(Service.KIND) ? name + "-" + subject.name() + "-" + subject.namespace() + "-" + variant : name;
    }

    /** What goes out under one name. */
    private static final class Export {
        private final TreeSet<IpPrefix> prefixes = new TreeSet<>();
        private RouteAttributes attributes = RouteAttributes.PLAIN;

        void add(IpPrefix prefix, RouteAttributes more) {
            attributes = prefixes.isEmpty() || attributes.equals(more) ? more : attributes.merge(more);
            prefixes.add(prefix);
        }

        RoutePolicyView view(String node, String instance, AsNumber localAsn, String name, List<String> peers, AfiSafi family) {
            return new RoutePolicyView(node, instance, localAsn, name, "export", peers, List.of(family), List.copyOf(prefixes), "accept",
                    attributes);
        }
    }
}
