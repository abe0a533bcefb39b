package io.roadstead.kernel.lb;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.HealthCheckServer;
import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.source.Needs;
import io.roadstead.api.time.Scheduler;
import io.roadstead.api.view.SimulationView;
import io.roadstead.kernel.cluster.ChangeSet;
import io.roadstead.kernel.cluster.ClusterListener;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.lb.BalancingFigures.Events;

/**
 * From Services and their endpoints to what the datapath carries. Everything runs on the control loop unless it says otherwise. Nothing is handed over before the
 * cluster's objects, and what other clusters share, have been read completely once; from then on each change costs in proportion to the Services that it touches. Without a datapath it only plans.
 */
public final class LoadBalancerController implements ClusterListener, MetricSource {

    private static final int MOST_PROBLEMS = 20;

    private final ClusterState cluster;
    private final Algorithms algorithms = new Algorithms();
    private final DispatchModes dispatchModes = new DispatchModes();
    private final FrontendClaims claims = new FrontendClaims();
    private final HealthChecks healthChecks = new HealthChecks();
    private final NodeTable nodes = new NodeTable();
    private final ModesInUse modesInUse = new ModesInUse();
    private final Consumer<Needs> needs;
    private final MeshWatch mesh;
    private final Alarm alarm;
    private final Map<ResourceKey, ServiceEntry> services = new TreeMap<>();
    private final PlanIndex index = new PlanIndex();
    private final Map<Frontend, FrontendState> frontends = new HashMap<>();
    private final Map<ResourceKey, List<Reason>> noted = new TreeMap<>();
    /** Frontends of Services that went, until the next delivery. */
    private final Set<Frontend> gone = new LinkedHashSet<>();
    private LoadBalancerSettings settings;
    private @Nullable DatapathLink datapath;
    private Events events = Events.NONE;
    private boolean meshSettled;
    private boolean started;
    /** Whether a datapath has been told everything once. */
    private boolean carrying;
    private volatile List<String> problems = List.of();
    private volatile BalancingFigures figures = new BalancingFigures(0, 0, 0, 0, Events.NONE);

    /**
     * Does nothing until {@link #start} and {@link #meshSettled}.
     *
     * @param ownCluster name of the own cluster
     * @param scheduler  of the control loop
     * @param needs      told what is needed of the cluster's objects
     */
    public LoadBalancerController(ClusterState cluster, String ownCluster, Scheduler scheduler, InstantSource clock,
            LoadBalancerSettings settings, Consumer<Needs> needs) {
        this.needs = needs;
        this.cluster = cluster;
        this.mesh = new MeshWatch(ownCluster);
        this.alarm = new Alarm(scheduler, clock);
        this.settings = settings;
    }

    /** Follows the cluster's state from now on. */
    public Registration start() {
        beginOnce(cluster.synced());
        return cluster.listen(this);
    }

    /** What other clusters share is known, or need not be waited for any longer: to begin without would take their backends from what an earlier run left. */
    public void meshSettled() {
        meshSettled = true;
        beginOnce(cluster.synced());
    }

    private void beginOnce(boolean synced) {
        if (!started && synced && meshSettled) {
            begin(cluster.view());
        }
    }

    @Override
    public void changed(ChangeSet changes, ClusterView view) {
        if (!started) {
            beginOnce(changes.synced());
            return;
        }
        Set<ResourceKey> touched = new LinkedHashSet<>();
        for (ResourceKey key : changes.keys()) {
            if (key.kind().equals(Service.KIND)) { // a change of a slice comes with its Service
                touched.add(key);
            } else if (key.kind().equals(Node.KIND) && nodes.update(key.name(), view)) {
                touched.addAll(key.name().equals(view.localNodeName()) ? services.keySet() : index.ofNode(key.name()));
                tellLocalNode(view);
            } else if (key.kind().equals(CiliumNode.KIND)) {
                tellLocalNode(view);
            } else {
                touched.addAll(mesh.changed(key, view, index));
            }
        }
        evaluate(touched, view);
    }

    private void begin(ClusterView view) {
        started = true;
        view.all(Node.class).forEach(node -> nodes.update(node.meta().name(), view));
        mesh.begin(view);
        tellLocalNode(view);
        if (datapath != null) {
            datapath.dispatchModes(dispatchModes.all());
        }
        evaluateAll(view);
    }

    private void evaluateAll(ClusterView view) {
        Set<ResourceKey> all = new LinkedHashSet<>(services.keySet());
        view.all(Service.class).stream().map(Service::key).sorted().forEach(all::add);
        evaluate(all, view);
    }

    /** Takes changed settings. */
    public void reconfigure(LoadBalancerSettings changed) {
        if (changed.equals(settings)) {
            return;
        }
        settings = changed;
        if (started) {
            tellLocalNode(cluster.view());
            evaluateAll(cluster.view());
        }
    }

    /** Takes an algorithm into use, also one of a type that is in use: with another configuration, or made by another version of its plugin. */
    public void algorithmAdded(String type, LoadBalancingAlgorithm<?> algorithm) {
        algorithms.put(type, algorithm);
        resolveAll();
    }

    /** Uses it no more; tables that it built stay until others are built. */
    public void algorithmRemoved(String type, LoadBalancingAlgorithm<?> algorithm) {
        if (algorithms.remove(type, algorithm)) {
            resolveAll();
        }
    }

    /** Takes a dispatch mode into use, also one of a type that is in use. */
    public void dispatchModeAdded(String type, DispatchMode<?> mode) {
        dispatchModes.put(type, mode);
        modesChanged();
    }

    /** Uses it no more. */
    public void dispatchModeRemoved(String type, DispatchMode<?> mode) {
        if (dispatchModes.remove(type, mode)) {
            modesChanged();
        }
    }

    private void modesChanged() {
        tellNeeds();
        if (started && datapath != null) {
            datapath.dispatchModes(dispatchModes.all());
            resolveAll();
        }
    }

    /** Has it carry everything; one that did so before is told nothing more. */
    public void datapathAdded(String type, Datapath<?> added) {
        DatapathLink link = new DatapathLink(type, added);
        datapath = link;
        tellNeeds();
        if (started) {
            tellLocalNode(cluster.view());
            link.dispatchModes(dispatchModes.all());
            resolveAll();
        }
    }

    /** Tells it nothing more. What it does in the kernel, it goes on doing. */
    public void datapathRemoved(Datapath<?> removed) {
        if (datapath != null && removed.equals(datapath.datapath())) {
            datapath = null;
            frontends.clear();
            modesInUse.clear();
            services.forEach((key, entry) -> entry.resolved(Map.of(), entry.plan().notes()));
            publish();
        }
    }

    /** Has it answer health checks. */
    public void healthCheckServerAdded(HealthCheckServer server) {
        healthChecks.add(server);
    }

    /** Tells it nothing more. */
    public void healthCheckServerRemoved(HealthCheckServer server) {
        healthChecks.remove(server);
    }

    private void tellLocalNode(ClusterView view) {
        if (datapath != null) {
            NodeFacts facts = nodes.of(view.localNodeName());
            datapath.localNode(
                    new LocalNode(view.localNodeName(), facts.addresses(), view.localPodCidrs(), facts.zone(), settings.hashSeed()));
        }
    }

    /** Plans these Services anew, and resolves them and those whose frontends changed hands by it. */
    private void evaluate(Set<ResourceKey> touched, ClusterView view) {
        ServicePlanner planner = new ServicePlanner(settings, nodes, mesh.facts(alarm.now()), view.localNodeName());
        Set<ResourceKey> affected = new LinkedHashSet<>();
        for (ResourceKey key : touched) {
            Optional<Service> service = view.get(Service.class, key.namespace(), key.name()).filter(planner::ours);
            ServiceEntry entry = services.get(key);
            if (service.isPresent()) {
                ServicePlan plan = planner.plan(service.get(), view.slicesOf(key.namespace(), key.name()),
                        view.remoteServicesOf(key.namespace(), key.name()));
                affected.addAll(put(key, entry, plan));
            } else if (entry != null) {
                affected.addAll(remove(key, entry));
            }
        }
        affected.addAll(touched);
        resolve(affected);
        alarm.set(index.nextTime(), () -> evaluate(index.due(alarm.now()), cluster.view()));
    }

    private Set<ResourceKey> put(ResourceKey key, @Nullable ServiceEntry entry, ServicePlan plan) {
        if (entry == null) {
            services.put(key, new ServiceEntry(algorithms.tables(), plan));
            events = events.and(1, 0, 0);
        } else {
            events = events.and(0, 1, 0);
        }
        index.put(key, entry == null ? null : entry.plan(), plan);
        if (entry != null) {
            entry.plan(plan);
        }
        healthChecks.put(key, plan.healthCheck());
        return claims.set(key, plan.created(),
                plan.frontends().stream().map(planned -> Target.of(planned.frontend())).collect(Collectors.toSet()));
    }

    private Set<ResourceKey> remove(ResourceKey key, ServiceEntry entry) {
        services.remove(key);
        events = events.and(0, 0, 1);
        noted.remove(key);
        index.put(key, entry.plan(), null);
        healthChecks.put(key, null);
        gone.addAll(entry.states().keySet());
        return claims.set(key, entry.plan().created(), Set.of());
    }

    private void resolveAll() {
        if (started) {
            resolve(services.keySet());
        }
    }

    private void resolve(Collection<ResourceKey> keys) {
        Map<Frontend, FrontendState> now = new LinkedHashMap<>();
        Set<Frontend> before = new LinkedHashSet<>(gone);
        gone.clear();
        if (datapath != null) {
            FrontendResolver resolver = new FrontendResolver(settings, algorithms, datapath.dispatchModes(), datapath.abilities(), claims,
                    nodes.of(cluster.view().localNodeName()).zone());
            for (ResourceKey key : keys) {
                ServiceEntry entry = services.get(key);
                if (entry != null) {
                    before.addAll(entry.states().keySet());
                    resolver.resolve(key, entry);
                    now.putAll(entry.states());
                    note(key, entry.notes());
                }
            }
        }
        deliver(now, before);
    }

    private void note(ResourceKey key, List<Reason> notes) {
        if (notes.isEmpty()) {
            noted.remove(key);
        } else {
            noted.put(key, notes);
        }
    }

    private void deliver(Map<Frontend, FrontendState> now, Set<Frontend> before) {
        List<FrontendState> changed = new ArrayList<>();
        now.forEach((frontend, state) -> {
            FrontendState was = frontends.put(frontend, state);
            modesInUse.replace(was, state);
            if (!state.equals(was)) {
                changed.add(state);
            }
        });
        List<Frontend> removed = before.stream().filter(frontend -> !now.containsKey(frontend)).toList();
        removed.forEach(frontend -> modesInUse.replace(frontends.remove(frontend), null));
        if (datapath != null) {
            datapath.frontends(frontends.values(), changed, removed);
            carrying = true;
        }
        publish();
    }

    /** Before anything is carried it is not known which modes will be: one that wraps must find the nodes' addresses known, or flows would move. */
    private void tellNeeds() {
        Map<String, DispatchMode<?>> modes = dispatchModes.all();
        boolean wraps = datapath != null && datapath.abilities().contains(DispatchMode.Need.ENCAPSULATION)
                && (carrying ? modesInUse.wraps(modes) : modes.values().stream().anyMatch(ModesInUse::wraps));
        needs.accept(wraps ? new Needs(Needs.Scope.ALL, Needs.Scope.NONE, false) : Needs.OWN_NODE);
    }

    private void publish() {
        tellNeeds();
        healthChecks.flush(datapath != null);
        List<String> found = new ArrayList<>();
        if (datapath != null && !datapath.problem().isEmpty()) {
            found.add(datapath.problem());
        }
        if (datapath != null) {
            noted.entrySet().stream().limit(MOST_PROBLEMS).forEach(entry -> entry.getValue()
                    .forEach(reason -> found.add(entry.getKey() + ": " + reason)));
            if (noted.size() > MOST_PROBLEMS) {
                found.add((noted.size() - MOST_PROBLEMS) + " further Services have problems of this kind; see roadstead service list");
            }
        }
        problems = List.copyOf(found);
        figures = new BalancingFigures(services.size(), frontends.size(), noted.size(), algorithms.built(), events);
    }

    /** Everything that somebody should look at; any thread. */
    public List<String> problems() {
        return problems;
    }

    /** How many Services are balanced, those without a frontend included. */
    public int serviceCount() {
        return services.size();
    }

    /** What the datapath is to carry, in no particular order; empty without a datapath. */
    public Collection<FrontendState> frontends() {
        return Collections.unmodifiableCollection(frontends.values());
    }

    /** What the datapath is to carry for a frontend; null for nothing. */
    public @Nullable FrontendState frontend(Frontend frontend) {
        return frontends.get(frontend);
    }

    /** Why a Service is not balanced as its owner wrote, each reason once; empty when it is, or nothing is known of it. */
    public List<Reason> notes(ResourceKey service) {
        return noted.getOrDefault(service, List.of());
    }

    /**
     * The tables of a Service, and what would become of them without a backend.
     *
     * @param without null takes nothing away
     * @param port    0 means whatever port it has
     * @throws RoadsteadException NOT_FOUND when there is no such Service or backend
     */
    public List<SimulationView.Table> simulate(ResourceKey service, @Nullable IpAddress without, int port) {
        ServiceEntry entry = services.get(service);
        if (entry == null) {
            throw new RoadsteadException(CommonErrorCode.NOT_FOUND, service.toString(), "is not known or not balanced by this agent",
                    "see roadstead service list");
        }
        return new TableSimulator(settings, algorithms, nodes.of(cluster.view().localNodeName()).zone()).simulate(entry, without, port);
    }

    /** What carries traffic, with its type; empty while nothing does. */
    public Optional<Carrier> datapath() {
        return Optional.ofNullable(datapath).map(link -> new Carrier(link.type(), link.datapath()));
    }

    /** A datapath and its type. */
    public record Carrier(String type, Datapath<?> datapath) {
    }

    /** Settings in force. */
    public LoadBalancerSettings settings() {
        return settings;
    }

    /** The dispatch modes that are loaded, by type. */
    public Map<String, DispatchMode<?>> dispatchModes() {
        return dispatchModes.all();
    }

    @Override
    public List<Metric> collect() {
        return figures.metrics();
    }
}
