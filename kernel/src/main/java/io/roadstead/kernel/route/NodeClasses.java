package io.roadstead.kernel.route;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.bgp.BgpNodeConfigOverride;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteReason;

/** All nodes by their classes, kept up in slices. Confined to the control loop. */
final class NodeClasses {

    /** Stands for the gateway of a node that is not this one: whether it has one, its session tells. */
    private static final Map<AddressFamily, IpAddress> SOME_GATEWAY = Map.of(AddressFamily.IPV4, IpAddress.parse("192.0.2.1"),
            AddressFamily.IPV6, IpAddress.parse("2001:db8::1"));

    private final Predicate<Node> draining;
    private final Set<String> keptWhileDraining;
    private final Map<NodeClass.Key, NodeClass> classes = new HashMap<>();
    private final Map<String, NodeClass> ofNode = new HashMap<>();
    private final Set<String> labelsRead = new TreeSet<>();
    private final Set<String> queued = new HashSet<>();
    private final ArrayDeque<String> queue = new ArrayDeque<>();
    private List<BgpClusterConfig> configs = List.of();
    private List<LabelSelector> including = List.of();
    private BgpSettings settings = new BgpSettings(null, "");
    /** What is configured is not what the classes were made with. */
    private boolean stale = true;
    /** Not all nodes have been looked at since then. */
    private boolean beginning;
    private boolean sessionsChanged;
    private boolean uncounted;

    NodeClasses(Predicate<Node> draining, Set<String> keptWhileDraining) {
        this.draining = draining;
        this.keptWhileDraining = Set.copyOf(keptWhileDraining);
    }

    /** What is configured has changed. */
    void configChanged() {
        stale = true;
    }

    /** A Node came, went or changed. */
    void nodeChanged(String name) {
        if (queued.add(name)) {
            queue.add(name);
        }
    }

    void sessionsChanged() {
        sessionsChanged = true;
    }

    /** An advertiser looks at a label that it did not look at before. */
    void labelRead(String key) {
        if (labelsRead.add(key)) {
            stale = true;
        }
    }

    boolean ready() {
        return !stale && queue.isEmpty();
    }

    Collection<NodeClass> all() {
        return classes.values();
    }

    Optional<NodeClass> of(String node) {
        return Optional.ofNullable(ofNode.get(node));
    }

    int nodes() {
        return ofNode.size();
    }

    /** Looks at so many nodes at most; returns whether what is to be said of any class has changed by it. */
    boolean work(ClusterView cluster, BgpSettings now, int most) {
        boolean changed = false;
        if (stale) {
            begin(cluster, now);
            changed = true;
        }
        for (int i = 0; i < most && !queue.isEmpty(); i++) {
            String name = queue.remove();
            queued.remove(name);
            changed |= place(name, cluster);
        }
        if (beginning && queue.isEmpty()) {
            beginning = false;
            classes.values().forEach(nodes -> nodes.size().exactly(nodes.names().size()));
        }
        if (uncounted && queue.isEmpty()) {
            countSessions(cluster);
        }
        return changed;
    }

    private void begin(ClusterView cluster, BgpSettings now) {
        stale = false;
        beginning = true;
        settings = now;
        configs = BgpChecks.byAge(cluster.all(BgpClusterConfig.class));
        Set<LabelSelector> selectors = new LinkedHashSet<>();
        cluster.all(BgpAdvertisement.class).forEach(advertisement -> advertisement.entries().forEach(entry -> {
            if (entry.nodeSelector() != null) {
                selectors.add(entry.nodeSelector());
            }
        }));
        including = List.copyOf(selectors);
        classes.clear();
        ofNode.clear();
        cluster.all(Node.class).forEach(node -> nodeChanged(node.meta().name()));
    }

    private boolean place(String name, ClusterView cluster) {
        Optional<Node> node = cluster.get(Node.class, "", name);
        NodeClass before = ofNode.get(name);
        NodeClass.@Nullable Key key = node.map(known -> key(known, cluster)).orElse(null);
        if (before != null && before.key().equals(key)) {
            return false;
        }
        boolean changed = false;
        if (before != null) {
            before.names().remove(name);
            ofNode.remove(name);
            changed = before.size().set(before.names().size());
            if (before.names().isEmpty()) {
                classes.remove(before.key());
            }
        }
        if (key != null && node.isPresent()) {
            NodeClass now = classes.computeIfAbsent(key, absent -> planned(absent, node.get(), cluster));
            now.names().add(name);
            ofNode.put(name, now);
            changed |= now.size().set(now.names().size());
        }
        sessionsChanged = true;
        return changed;
    }

    private NodeClass.Key key(Node node, ClusterView cluster) {
        String name = node.meta().name();
        Map<String, String> labels = node.meta().labels();
        BitSet selecting = new BitSet();
        for (int i = 0; i < configs.size(); i++) {
            LabelSelector selector = configs.get(i).nodeSelector();
            selecting.set(i, selector == null || selector.matches(labels));
        }
        BitSet matching = new BitSet();
        for (int i = 0; i < including.size(); i++) {
            matching.set(i, including.get(i).matches(labels));
        }
        TreeSet<String> numbered = new TreeSet<>();
        cluster.get(BgpNodeConfigOverride.class, "", name).ifPresent(override -> override.instances().stream()
                .filter(instance -> instance.localAsn() != null).forEach(instance -> numbered.add(instance.name())));
        Map<String, String> read = new HashMap<>();
        if (labelsRead.contains(ReadLabels.ALL)) {
            read.putAll(labels);
            read.put(ReadLabels.ALL, name); // alone in its class
        } else {
            labelsRead.stream().filter(labels::containsKey).forEach(label -> read.put(label, labels.getOrDefault(label, "")));
        }
        boolean drains = draining.test(node) || cluster.get(BgpNodeConfig.class, "", name).filter(BgpNodeConfig::draining).isPresent();
        return new NodeClass.Key(selecting, matching, numbered, read, drains);
    }

    /** A class that there was not before; its sessions are to be counted before anything is told of it. */
    private NodeClass planned(NodeClass.Key key, Node node, ClusterView cluster) {
        ClusterView view = new AsOfNode(cluster, node, label -> {
        });
        NodePlan plan = new InstancePlanner(settings,
                family -> Optional.ofNullable(SOME_GATEWAY.get(family)).map(address -> new DefaultGateways.Gateway(address, "")))
                .plan(view, null, peer -> Optional.empty());
        Restraint restraint =
                key.draining() ? new Restraint(Reason.of(RouteReason.NODE_DRAINED), true, keptWhileDraining) : Restraint.NONE;
        uncounted = true;
        NodeClass made = new NodeClass(key);
        made.plan(plan, AdvertisementPlanner.plan(view, plan.peers(), restraint));
        plan.peers().forEach(peer -> made.sessions(peer.id()));
        return made;
    }

    /** Counts sessions again if any has changed; returns whether what is to be said of any class has. */
    boolean countSessions(ClusterView cluster) {
        if (!sessionsChanged) {
            return false;
        }
        sessionsChanged = false;
        uncounted = false;
        boolean changed = false;
        for (NodeClass nodes : classes.values()) {
            Map<PeerId, int[]> counts = new HashMap<>();
            nodes.sessions().keySet().forEach(peer -> counts.put(peer, new int[2]));
            for (String name : nodes.names()) {
                Optional<BgpNodeConfig> reported = cluster.get(BgpNodeConfig.class, "", name);
                counts.forEach((peer, count) -> {
                    Boolean established = established(reported, peer);
                    count[0] += Boolean.TRUE.equals(established) ? 1 : 0;
                    count[1] += established == null ? 1 : 0;
                });
            }
            for (Map.Entry<PeerId, int[]> count : counts.entrySet()) {
                NodeClass.Sessions sessions = nodes.sessions(count.getKey());
                changed |= sessions.established.set(count.getValue()[0]);
                changed |= sessions.unknown.set(count.getValue()[1]);
            }
        }
        return changed;
    }

    /** Null when the node does not say. */
    @SuppressWarnings("NullableWrapperType")
    static @Nullable Boolean established(Optional<BgpNodeConfig> reported, PeerId peer) {
        if (reported.isPresent()) {
            for (BgpNodeConfig.Session session : reported.get().sessions()) {
                if (session.peer().equals(peer.peer()) && session.instance().equals(peer.instance())) {
                    return session.state() == SessionState.ESTABLISHED;
                }
            }
        }
        return null;
    }
}
