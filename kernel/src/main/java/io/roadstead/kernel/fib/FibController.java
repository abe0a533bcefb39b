package io.roadstead.kernel.fib;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.RouteInstaller;
import io.roadstead.api.route.RouteInstaller.Route;
import io.roadstead.api.time.Loop;
import io.roadstead.api.view.InstalledRouteView;
import io.roadstead.kernel.cluster.ChangeSet;
import io.roadstead.kernel.cluster.ClusterListener;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.route.KernelRoutes;
import io.roadstead.kernel.route.RouteController;

/**
 * From nodes and learned routes to what the system's table is to hold. Everything runs on the control loop unless it says otherwise. Changes of one turn of the
 * loop are folded; without an installer nothing is computed.
 */
public final class FibController implements ClusterListener, MetricSource {

    private static final Logger log = LoggerFactory.getLogger(FibController.class);
    private static final Set<String> KINDS = Set.of(Node.KIND, CiliumNode.KIND, RemoteNode.KIND);
    /** How often the system's routes are read again: a link that came or went changes who is a neighbour. */
    private static final Duration LINKS_INTERVAL = Duration.ofSeconds(5);
    private static final int NAMED = 3;

    private final Loop control;
    private final ClusterState cluster;
    private final KernelRoutes kernelRoutes;
    private final LearnedRoutes learned;
    private FibSettings settings;
    private @Nullable RouteInstaller<?> installer;
    private boolean meshSettled;
    private boolean stopped;
    private boolean planPosted;
    private boolean linksTimerSet;
    private @Nullable LinkTable links;
    private Collection<PlannedRoute> planned = List.of();
    private Map<IpPrefix, Route> wanted = Map.of();
    private boolean complete;
    /** Direct routes that the system refused, while the ways of this node's packets are what they were. */
    private final Set<IpPrefix> failed = new HashSet<>();
    private volatile List<InstalledRouteView> published = List.of();
    private volatile List<String> problems = List.of();

    /** Does nothing until {@link #start}. */
    public FibController(Loop control, ClusterState cluster, RouteController routes, KernelRoutes kernelRoutes, FibSettings settings) {
        this.control = control;
        this.cluster = cluster;
        this.kernelRoutes = kernelRoutes;
        this.settings = settings;
        this.learned = new LearnedRoutes(control, routes, this::changed);
    }

    /** Follows the cluster's state and what is learned from now on. */
    public void start() {
        cluster.listen(this);
        learned.start(settings.learned());
    }

    /** The first look at other clusters is over: what is not known of them now is not waited for. */
    public void meshSettled() {
        meshSettled = true;
        changed();
    }

    /** Changes nothing any more: what follows is the agent's own end, in which sessions and clusters go. */
    public void stop() {
        stopped = true;
    }

    /** Takes changed settings. */
    public void reconfigure(FibSettings changed) {
        settings = changed;
        learned.start(changed.learned());
        changed();
    }

    /** Has it install everything. */
    public void installerAdded(String type, RouteInstaller<?> added) {
        installer = added;
        wanted = Map.of();
        complete = false;
        failed.clear();
        links = null;
        added.onRefusal(() -> control.execute(() -> refusalsChanged(added)));
        log.info("routes are installed type={}", type);
        plan();
        setLinksTimer();
    }

    /** Tells it nothing more. */
    public void installerRemoved(RouteInstaller<?> removed) {
        if (removed.equals(installer)) {
            installer = null;
            planned = List.of();
            publish();
        }
    }

    @Override
    public void changed(ChangeSet changes, ClusterView view) {
        boolean nodes = changes.keys().stream().map(ResourceKey::kind).anyMatch(KINDS::contains);
        if (nodes || !complete) {
            links = nodes ? null : links;
            changed();
        }
    }

    private void changed() {
        if (!planPosted && installer != null && !stopped) {
            planPosted = true;
            control.execute(() -> {
                planPosted = false;
                plan();
            });
        }
    }

    private void plan() {
        RouteInstaller<?> target = installer;
        if (target == null || stopped) {
            return;
        }
        LinkTable table = links == null ? readLinks() : links;
        links = table;
        ClusterView view = cluster.view();
        List<IpAddress> own = view.localNode().map(node -> node.addresses().stream().map(Node.Address::address).toList()).orElse(List.of());
        planned = new RoutePlanner(table, view.localPodCidrs(), own).plan(NodeCidr.all(view, settings.direct()), learned.routes(),
                failed);
        Map<IpPrefix, Route> now = new HashMap<>();
        planned.stream().filter(PlannedRoute::wanted).forEach(route -> now.put(route.prefix(), route.route()));
        boolean completeNow = complete || cluster.synced() && meshSettled && learned.converged();
        if (!now.equals(wanted) || completeNow != complete) {
            wanted = now;
            complete = completeNow;
            target.replace(now.values(), completeNow);
        }
        publish();
    }

    private LinkTable readLinks() {
        return new LinkTable(kernelRoutes, route -> {
            Route ours = wanted.get(route.destination());
            return ours != null && route.gateway() != null && ours.nextHops().contains(route.gateway());
        });
    }

    private void setLinksTimer() {
        if (!linksTimerSet) {
            linksTimerSet = true;
            control.schedule(LINKS_INTERVAL, () -> {
                linksTimerSet = false;
                if (installer != null && !stopped) {
                    lookAtLinks();
                    setLinksTimer();
                }
            });
        }
    }

    private void lookAtLinks() {
        LinkTable now = readLinks();
        if (links == null || !links.equals(now)) {
            links = now;
            failed.clear();
            changed();
        }
    }

    private void refusalsChanged(RouteInstaller<?> of) {
        if (!of.equals(installer) || stopped) {
            return;
        }
        lookAtLinks();
        Map<IpPrefix, String> refused = of.refused();
        Set<IpPrefix> others = new HashSet<>();
        learned.routes().forEach(route -> others.add(route.prefix()));
        for (PlannedRoute route : planned) {
            boolean direct = route.wanted() && route.origin() == Origin.DIRECT;
            if (direct && refused.containsKey(route.prefix()) && others.contains(route.prefix()) && failed.add(route.prefix())) {
                changed();
            }
        }
        publish();
    }

    private void publish() {
        Map<IpPrefix, String> refused = Optional.<RouteInstaller<?>>ofNullable(installer).map(RouteInstaller::refused).orElse(Map.of());
        List<InstalledRouteView> views = new ArrayList<>(planned.size());
        List<String> found = new ArrayList<>();
        for (PlannedRoute route : planned) {
            InstalledRouteView view = route.view(refused.getOrDefault(route.prefix(), ""));
            views.add(view);
            if (!view.refused().isEmpty() && (route.wanted() || route.problem())) {
                found.add("route " + route.prefix() + " (" + route.subject() + ") is not installed: " + view.refused());
            }
        }
        published = List.copyOf(views);
        problems = found.size() <= NAMED ? List.copyOf(found)
                : Stream.concat(found.stream().limit(NAMED), Stream.of((found.size() - NAMED) + " more routes are not installed")).toList();
    }

    /** What is wanted, ordered by prefix; any thread. */
    public List<InstalledRouteView> routes() {
        return published;
    }

    /** Everything that somebody should look at; any thread. */
    public List<String> problems() {
        return problems;
    }

    /** Any thread. */
    @Override
    public List<Metric> collect() {
        Map<String, Integer> installed = new TreeMap<>();
        Stream.of(Origin.values()).forEach(origin -> installed.put(origin.text(), 0));
        int refused = 0;
        for (InstalledRouteView route : published) {
            if (route.refused().isEmpty()) {
                installed.merge(route.origin(), 1, Integer::sum);
            } else {
                refused++;
            }
        }
        List<Metric.Sample> samples = new ArrayList<>();
        installed.forEach((origin, count) -> samples.add(new Metric.Sample(new TreeMap<>(Map.of("origin", origin)), count)));
        return List.of(
                new Metric("roadstead_routes_installed", "Routes of this agent in the system's table, by where they come from.",
                        Metric.Type.GAUGE, samples),
                new Metric("roadstead_routes_refused", "Routes that this node has a use for and that are not installed.", Metric.Type.GAUGE,
                        List.of(new Metric.Sample(new TreeMap<>(), refused))));
    }
}
