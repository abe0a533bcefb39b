package io.roadstead.kernel.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.api.route.RouteReason;

/**
 * What all nodes decide about a Service, as the leader can tell it: by the planners and advertisers that every node decides by, asked once for all nodes that cannot
 * differ. Nodes fall into classes by what is configured for them; of a class, those with endpoints of the Service in the same states are one group, those without
 * any another. So a Service costs its endpoints and a few decisions, however many nodes there are. Confined to the control loop.
 */
public final class ClusterAnnouncements {

    private static final Logger log = LoggerFactory.getLogger(ClusterAnnouncements.class);

    private final NodeClasses classes;
    private final Supplier<BgpSettings> settings;
    private final Function<String, @Nullable RouteAdvertiser<?>> advertisers;
    /** Advertisers of which it has been logged once that they fail. */
    private final Set<String> failing = new TreeSet<>();

    ClusterAnnouncements(Supplier<BgpSettings> settings, Function<String, @Nullable RouteAdvertiser<?>> advertisers,
            Predicate<Node> draining,
            Set<String> keptWhileDraining) {
        this.settings = settings;
        this.advertisers = advertisers;
        this.classes = new NodeClasses(draining, keptWhileDraining);
    }

    /** What is configured for any node has changed. */
    public void configChanged() {
        classes.configChanged();
    }

    /** A Node came, went or changed. */
    public void nodeChanged(String name) {
        classes.nodeChanged(name);
    }

    /** A node says something else about its sessions, or whether it is in service. */
    public void sessionsChanged(String node) {
        classes.sessionsChanged();
        classes.nodeChanged(node);
    }

    /** Brings the classes up to date by at most so many nodes; returns whether Services may have to say something else for it. */
    public boolean work(ClusterView cluster, int mostNodes) {
        return classes.work(cluster, settings.get(), mostNodes);
    }

    /** Whether {@link #of} may be asked: all that changed has been looked at. */
    public boolean ready() {
        return classes.ready();
    }

    /** Counts sessions anew where they changed; returns whether Services may have to say something else for it. */
    public boolean countSessions(ClusterView cluster) {
        return classes.countSessions(cluster);
    }

    /** How many nodes there are. */
    public int nodes() {
        return classes.nodes();
    }

    /** Empty when it turned out that more has to be looked at first: then {@link #ready} says no. */
    public Optional<ServiceAnnouncement> of(ResourceKey service, ClusterView cluster) {
        Outcome outcome = new Outcome(service, cluster);
        Map<NodeClass, Map<Integer, List<String>>> withEndpoints = withEndpoints(service, cluster);
        for (NodeClass nodes : classes.all()) {
            Map<Integer, List<String>> groups = withEndpoints.getOrDefault(nodes, Map.of());
            groups.forEach((states, names) -> outcome.add(nodes, states, names, null));
            String other = without(nodes, groups);
            if (other != null) {
                outcome.add(nodes, 0, List.of(other), groups);
            }
        }
        return classes.ready() ? Optional.of(outcome.result()) : Optional.empty();
    }

    /** The nodes with endpoints of a Service, by the states of those. */
    private Map<NodeClass, Map<Integer, List<String>>> withEndpoints(ResourceKey service, ClusterView cluster) {
        Map<String, Integer> states = new TreeMap<>();
        for (EndpointSlice slice : cluster.slicesOf(service.namespace(), service.name())) {
            int family = slice.family() == AddressFamily.IPV4 ? 0 : 8;
            for (EndpointSlice.Endpoint endpoint : slice.endpoints()) {
                if (!endpoint.nodeName().isEmpty()) {
                    states.merge(endpoint.nodeName(), 1 << family + state(endpoint.conditions()), (one, other) -> one | other);
                }
            }
        }
        Map<NodeClass, Map<Integer, List<String>>> groups = new HashMap<>();
        states.forEach((node, mask) -> classes.of(node).ifPresent(nodes -> groups.computeIfAbsent(nodes, absent -> new TreeMap<>())
                .computeIfAbsent(mask, absent -> new ArrayList<>()).add(node)));
        return groups;
    }

    private static int state(EndpointSlice.Conditions conditions) {
        return (conditions.ready() ? 1 : 0) + (conditions.serving() ? 2 : 0) + (conditions.terminating() ? 4 : 0);
    }

    /** The first node of a class that is in none of these groups; null when all are. */
    private static @Nullable String without(NodeClass nodes, Map<Integer, List<String>> groups) {
        int listed = groups.values().stream().mapToInt(List::size).sum();
        if (listed == 0) {
            return nodes.names().first();
        }
        if (listed == nodes.names().size()) {
            return null;
        }
        Set<String> names = new TreeSet<>();
        groups.values().forEach(names::addAll);
        return nodes.names().stream().filter(name -> !names.contains(name)).findFirst().orElse(null);
    }

    /** By what decisions on an item differ between nodes; classes beside that have other peers. */
    private record Alike(EntryKey item, Map<String, String> labels, int states) {
    }

    /** What was decided on that node for all that are alike. */
    private record Decided(List<RouteDecision> decisions, String node) {
    }

    /** Adds up what the groups of nodes decide. */
    private final class Outcome {
        private final ResourceKey service;
        private final ClusterView cluster;
        private final Map<String, Boolean> concerned = new HashMap<>();
        private final Map<Alike, Decided> decided = new HashMap<>();
        private final TreeMap<PeerId, Integer> peers = new TreeMap<>();
        private final TreeSet<IpPrefix> prefixes = new TreeSet<>();
        private final Map<String, ServiceAnnouncement.Refusal> refusals = new TreeMap<>();
        private final TreeSet<String> undecided = new TreeSet<>();
        private boolean selected;
        private int announcing;
        private int sessions;
        private int established;
        private int unknown;

        Outcome(ResourceKey service, ClusterView cluster) {
            this.service = service;
            this.cluster = cluster;
        }

        /**
         * Adds a group.
         *
         * @param states of the endpoints on its nodes
         * @param names  its nodes, or one for all of the class that are not in the other groups
         * @param others the other groups of the class; null when all nodes are named
         */
        void add(NodeClass nodes, int states, List<String> names, @Nullable Map<Integer, List<String>> others) {
            Optional<Node> representative = cluster.get(Node.class, "", names.getFirst());
            if (representative.isEmpty()) {
                return; // it went, and is about to be taken out of its class
            }
            Group group = new Group(representative.get());
            nodes.items().forEach(item -> group.decide(item, new Alike(item.planned().key(), nodes.key().labels(), states)));
            int count = others == null ? names.size() : rest(nodes.size(), others.values().stream().mapToInt(List::size).sum());
            if (!group.toPeers.isEmpty()) {
                announcing += count;
                prefixes.addAll(group.prefixes);
                group.toPeers.forEach(peer -> count(nodes, peer, names, count, others));
            }
            group.refusals(nodes).forEach((text, code) -> refusals.merge(text,
                    new ServiceAnnouncement.Refusal(code, text, count, names.getFirst()),
                    (one, other) -> new ServiceAnnouncement.Refusal(code, text, one.nodes() + other.nodes(), one.example())));
        }

        private static int rest(Approximate said, int listed) {
            return Math.max(1, said.said() - listed);
        }

        private void count(NodeClass nodes, PeerId peer, List<String> names, int count, @Nullable Map<Integer, List<String>> others) {
            peers.merge(peer, count, Integer::sum);
            sessions += count;
            int up = 0;
            int silent = 0;
            for (String name : others == null ? names : others.values().stream().flatMap(List::stream).toList()) {
                Boolean known = NodeClasses.established(cluster.get(BgpNodeConfig.class, "", name), peer);
                up += Boolean.TRUE.equals(known) ? 1 : 0;
                silent += known == null ? 1 : 0;
            }
            NodeClass.Sessions all = nodes.sessions(peer);
            established += others == null ? up : Math.clamp(all.established.said() - up, 0, count);
            unknown += others == null ? silent : Math.clamp(all.unknown.said() - silent, 0, count);
        }

        ServiceAnnouncement result() {
            List<ServiceAnnouncement.Refusal> ordered = new ArrayList<>(refusals.values());
            ordered.sort((one, other) -> Integer.compare(other.nodes(), one.nodes()));
            int all = classes.all().stream().mapToInt(nodes -> nodes.size().said()).sum();
            return new ServiceAnnouncement(selected, all, announcing, peers, sessions, established, unknown, prefixes, ordered, undecided);
        }

        /** What one node decides for all that are like it. */
        private final class Group {
            private final Node node;
            private final ClusterView view;
            private final Set<PeerId> toPeers = new TreeSet<>();
            private final Set<IpPrefix> prefixes = new TreeSet<>();
            private final Map<IpPrefix, Reason> refused = new TreeMap<>();
            private final List<Reason> reasons = new ArrayList<>();

            Group(Node node) {
                this.node = node;
                this.view = new AsOfNode(cluster, node, classes::labelRead);
            }

            void decide(NodeClass.Item item, Alike alike) {
                PlannedEntry planned = item.planned();
                String type = planned.entry().type();
                RouteAdvertiser<?> advertiser = advertisers.apply(type);
                if (advertiser == null || !concerned.computeIfAbsent(type, absent -> concerns(type, advertiser))) {
                    return;
                }
                if (!asked(type, advertiser)) {
                    undecided.add(type);
                    selected = true;
                } else if (planned.nodeExcluded()) {
                    reasons.add(new Reason(RouteReason.ADVERTISEMENT_EXCLUDES_NODE, String.valueOf(planned.entry().nodeSelector())));
                } else {
                    Decided made = decided.computeIfAbsent(alike,
                            absent -> new Decided(decisions(type, advertiser, planned), node.meta().name()));
                    made.decisions.forEach(decision -> take(withoutNode(decision, made.node), item));
                }
            }

            /** A text that names the node is of that one only. */
            private static RouteDecision withoutNode(RouteDecision decision, String named) {
                Reason reason = decision.reason();
                return reason.subject().contains(named)
                        ? new RouteDecision(decision.prefix(), decision.announced(), Reason.of(reason.code()), decision.variant())
                        : decision;
            }

            private boolean concerns(String type, RouteAdvertiser<?> advertiser) {
                return guarded(type, () -> advertiser.affectedBy(service, cluster).contains(service)).orElse(false);
            }

            private boolean asked(String type, RouteAdvertiser<?> advertiser) {
                return guarded(type, advertiser::decidesForAnyNode).orElse(false);
            }

            private List<RouteDecision> decisions(String type, RouteAdvertiser<?> advertiser, PlannedEntry planned) {
                return guarded(type, () -> List.copyOf(advertiser.decide(service, planned.entry(), view)))
                        .orElseGet(() -> List.of(RouteDecision.refuse(null, new Reason(RouteReason.ADVERTISER_FAILED, type), "")));
            }

            private void take(RouteDecision decision, NodeClass.Item item) {
                IpPrefix prefix = decision.prefix();
                Reason withheld = item.planned().withheld();
                selected |= prefix != null;
                if (prefix == null) {
                    reasons.add(decision.reason());
                } else if (!decision.announced()) {
                    refused.putIfAbsent(prefix, decision.reason());
                } else if (withheld != null) {
                    refused.put(prefix, withheld);
                } else {
                    List<PeerId> told = item.targets().stream().filter(target -> target.family().addressFamily() == prefix.family())
                            .map(NodeClass.Target::peer).toList();
                    toPeers.addAll(told);
                    if (told.isEmpty()) {
                        refused.putIfAbsent(prefix, new Reason(RouteReason.FAMILY_NOT_CONFIGURED, prefix.family().toString()));
                    } else {
                        prefixes.add(prefix);
                    }
                }
            }

            /** Why nothing is announced here, or which prefixes are not although others are: the codes by their texts. */
            Map<String, String> refusals(NodeClass nodes) {
                Map<String, String> codes = new TreeMap<>();
                refused.keySet().removeAll(prefixes);
                refused.forEach((prefix, reason) -> codes.put(toPeers.isEmpty() ? text(reason) : prefix + ": " + text(reason),
                        reason.code().name()));
                if (toPeers.isEmpty() && refused.isEmpty()) {
                    List<Reason> all = reasons.isEmpty() ? nodes.obstacles() : reasons;
                    Reason most = all.stream().filter(reason -> !saysLittle(reason)).findFirst().or(() -> all.stream().findFirst())
                            .orElse(Reason.of(RouteReason.NO_ADVERTISEMENT_SELECTED));
                    codes.put(text(most), most.code().name());
                }
                return codes;
            }

            private static String text(Reason reason) {
                return reason.code() == RouteReason.NODE_DRAINED ? "draining" : reason.toString();
            }
        }

        private static boolean saysLittle(Reason reason) {
            return reason.code() == RouteReason.SELECTOR_MISMATCH || reason.code() == RouteReason.NO_SELECTOR
                    || reason.code() == RouteReason.NOT_A_LOAD_BALANCER || reason.code() == RouteReason.ADVERTISEMENT_EXCLUDES_NODE;
        }
    }

    /** Empty when the advertiser fails, which must not reach other Services. */
    private <T> Optional<T> guarded(String type, Supplier<T> question) {
        try {
            return Optional.ofNullable(question.get());
        } catch (RuntimeException | LinkageError thrown) {
            if (failing.add(type)) {
                log.warn("advertiser failed, what it would announce on other nodes is not known type={}", type, thrown);
            }
            return Optional.empty();
        }
    }
}
