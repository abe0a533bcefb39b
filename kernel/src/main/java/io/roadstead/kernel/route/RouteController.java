package io.roadstead.kernel.route;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.metrics.Metrics;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfigOverride;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerListener;
import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerSession.CloseReason;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.time.Loop;
import io.roadstead.api.view.ExplainView;
import io.roadstead.api.view.RoutePolicyView;
import io.roadstead.kernel.cluster.ChangeSet;
import io.roadstead.kernel.cluster.ClusterListener;
import io.roadstead.kernel.cluster.ClusterState;

/**
 * From the cluster's objects to what each peer is told. Everything runs on the control loop unless it says otherwise. Nothing is planned, opened or told before the
 * cluster's objects have been read completely once; from then on each change costs in proportion to what it touches.
 */
public final class RouteController implements ClusterListener {

    private static final Set<String> PLAN_KINDS = Set.of(BgpClusterConfig.KIND, BgpPeerConfig.KIND, BgpNodeConfigOverride.KIND,
            BgpAdvertisement.KIND);

    private final Loop control;
    private final ClusterState cluster;
    private final InstantSource clock;
    private final Metrics.Timer runDuration;
    private final DecisionEngine engine = new DecisionEngine();
    private final PeerSessions sessions;
    private final Advertisers advertisers;
    private final GatewayWatch gateways;
    private final List<Runnable> peerListeners = new ArrayList<>();
    private final List<BiConsumer<String, AfiSafi>> learnedListeners = new ArrayList<>();
    private final AtomicBoolean peerChangePosted = new AtomicBoolean();
    private BgpSettings settings;
    private Restraint restraint = Restraint.NONE;
    private NodePlan plan = NodePlan.UNKNOWN;
    private boolean started;
    private boolean stopped;
    private volatile List<PeerInfo> published = List.of();
    private volatile long errors;

    /** Does nothing until {@link #start}. */
    public RouteController(Loop control, ClusterState cluster, BgpSettings settings, InstantSource clock, Metrics metrics,
            DefaultGateways gateways) {
        this.control = control;
        this.cluster = cluster;
        this.settings = settings;
        this.clock = clock;
        this.runDuration = metrics.timer("roadstead_bgp_control_plane_reconcile_run_duration_seconds",
                "How long it took to turn a change into what the peers are to be told.");
        this.sessions = new PeerSessions(control, this::replan);
        this.advertisers = new Advertisers(control, this::invalidated);
        this.gateways = new GatewayWatch(control, gateways, this::replan);
    }

    /** Follows the cluster's state from now on. */
    public Registration start() {
        if (cluster.synced()) {
            started = true;
            replan();
        }
        return cluster.listen(this);
    }

    @Override
    public void changed(ChangeSet changes, ClusterView view) {
        if (!started) {
            if (changes.synced()) {
                started = true;
                replan();
            }
            return;
        }
        timed(() -> {
            boolean replan = changes.keys().stream().anyMatch(key -> isPlanned(key, view));
            if (replan) {
                plan(view);
            }
            if (changes.keys().stream().anyMatch(key -> isLocalNode(key, view))) {
                engine.decideAll(view);
            } else {
                engine.changed(changes.keys(), view);
            }
            finish(replan);
        });
    }

    private static boolean isLocalNode(ResourceKey key, ClusterView view) {
        return key.name().equals(view.localNodeName()) && (key.kind().equals(Node.KIND) || key.kind().equals(CiliumNode.KIND));
    }

    private boolean isPlanned(ResourceKey key, ClusterView view) {
        return PLAN_KINDS.contains(key.kind()) || isLocalNode(key, view)
                || key.kind().equals(SecretObject.KIND) && key.namespace().equals(settings.secretsNamespace());
    }

    /** Takes changed settings. */
    public void reconfigure(BgpSettings newSettings) {
        settings = newSettings;
        replan();
    }

    /** Marks and withholds routes from now on, or with {@link Restraint#NONE} no longer; sessions stay as they are. Peer listeners are told of a change. */
    public void restrain(Restraint wanted) {
        if (!wanted.equals(restraint)) {
            restraint = wanted;
            replan();
            tellPeerListeners();
        }
    }

    /** What is in force. */
    public Restraint restraint() {
        return restraint;
    }

    /** Starts an advertiser and announces what it decides. One of the same type that is there already is replaced without a withdrawal in between. */
    public void advertiserAdded(RouteAdvertiser<?> advertiser) {
        timed(() -> {
            advertisers.add(advertiser);
            if (started) {
                engine.advertiser(advertiser.advertisementType(), advertiser, cluster.view());
                finish(false);
            }
        });
    }

    /**
     * Withdraws what only this advertiser announced; the caller closes it afterwards. Does nothing when another has taken its place; returns whether none had.
     */
    public boolean advertiserRemoved(RouteAdvertiser<?> advertiser) {
        boolean inUse = advertisers.remove(advertiser);
        timed(() -> {
            if (inUse && started) {
                engine.advertiser(advertiser.advertisementType(), null, cluster.view());
                finish(false);
            }
        });
        return inUse;
    }

    /** Starts a protocol and opens the planned sessions with it. A second one is started but not used. */
    public void protocolAdded(PeerProtocol<?> protocol) {
        protocol.start(new Listener());
        if (sessions.protocol() == null) {
            sessions.protocol(protocol);
            replan();
        }
    }

    /** Ends the protocol's sessions, with graceful restart in such a way that peers keep the routes. The caller closes it when the stage is complete. */
    public CompletionStage<Void> protocolRemoved(PeerProtocol<?> protocol) {
        if (!protocol.equals(sessions.protocol())) {
            return CompletableFuture.completedFuture(null);
        }
        sessions.protocol(null);
        CompletionStage<Void> closed = sessions.closeAll(CloseReason.AGENT_STOPPING);
        publish();
        return closed;
    }

    /** Ends all sessions for the agent's end; nothing happens afterwards. */
    public CompletionStage<Void> stop() {
        stopped = true;
        CompletionStage<Void> closed = sessions.closeAll(CloseReason.AGENT_STOPPING);
        publish();
        return closed;
    }

    private void invalidated(RouteAdvertiser<?> advertiser, Set<ResourceKey> subjects) {
        if (started) {
            timed(() -> {
                engine.invalidate(advertiser.advertisementType(), subjects, cluster.view());
                finish(false);
            });
        }
    }

    private void replan() {
        if (started) {
            timed(() -> {
                plan(cluster.view());
                finish(true);
            });
        }
    }

    private void plan(ClusterView view) {
        gateways.begin();
        plan = new InstancePlanner(settings, gateways::of).plan(view, plan.owner(), sessions::lastGood);
        engine.plan(AdvertisementPlanner.plan(view, plan.peers(), restraint), view);
        advertisers.all().forEach(advertiser -> {
            if (!advertiser.equals(engine.advertiser(advertiser.advertisementType()))) {
                engine.advertiser(advertiser.advertisementType(), advertiser, view);
            }
        });
    }

    /** Sessions first hear of changes in tables that they have, then are opened, closed and given other tables. */
    private void finish(boolean replanned) {
        var deltas = engine.flush(clock.instant());
        if (stopped) {
            return;
        }
        sessions.deliver(deltas);
        if (replanned) {
            sessions.reconcile(plan, engine::routes);
        }
        publish();
    }

    private void timed(Runnable work) {
        Instant begin = clock.instant();
        work.run();
        runDuration.record(Duration.between(begin, clock.instant()));
    }

    private void publish() {
        boolean protocolMissing = sessions.protocol() == null;
        List<PeerInfo> now = sessions.peers().stream().map(state -> state.info(protocolMissing)).toList();
        errors = engine.errors() + sessions.errors();
        if (!now.equals(published)) {
            published = now;
            tellPeerListeners();
        }
    }

    private void tellPeerListeners() {
        List.copyOf(peerListeners).forEach(Runnable::run);
    }

    /** Calls, on the control loop, after a peer came, went or changed its status; several changes are folded into one call. */
    public Registration onPeerChange(Runnable listener) {
        peerListeners.add(listener);
        return () -> peerListeners.remove(listener);
    }

    /** Calls, on the control loop, with the instance and the family of a table whose best paths changed; see {@link PeerProtocol#rib}. */
    public Registration onLearned(BiConsumer<String, AfiSafi> listener) {
        learnedListeners.add(listener);
        return () -> learnedListeners.remove(listener);
    }

    /** The peers in the order of their ids, as last published; any thread. */
    public List<PeerInfo> peers() {
        return published;
    }

    /** How often an advertiser, or a session that was opened or changed, failed; any thread. */
    public long errors() {
        return errors;
    }

    /** The cluster configuration in force on this node; empty when none is. */
    public Optional<String> owner() {
        return Optional.ofNullable(plan.owner());
    }

    /** The protocol that sessions are held with; empty while no plugin provides one. */
    public Optional<PeerProtocol<?>> protocol() {
        return Optional.ofNullable(sessions.protocol());
    }

    /** What an instance originates towards any of its peers, ordered by prefix. */
    public List<OriginatedRoute> originated(String instance, AfiSafi family) {
        return new RouteReports(cluster.view().localNodeName(), engine, sessions).originated(instance, family);
    }

    /** One import policy per instance, one export policy per peer, family, type and, for Services, object and address kind. */
    public List<RoutePolicyView> routePolicies() {
        return new RouteReports(cluster.view().localNodeName(), engine, sessions).policies();
    }

    /** Why a prefix is, or is not, announced to each peer. */
    public ExplainView explainRoute(IpPrefix prefix) {
        return new Explainer(cluster.view(), plan, engine, sessions).route(prefix);
    }

    /**
     * Why a Service's addresses are, or are not, announced to each peer.
     *
     * @throws io.roadstead.api.error.RoadsteadException NOT_FOUND when there is no such Service
     */
    public ExplainView explainService(String namespace, String name) {
        return new Explainer(cluster.view(), plan, engine, sessions).service(namespace, name);
    }

    /**
     * What all nodes announce, for who leads; it is told of changes by whoever asks it.
     *
     * @param draining          nodes that are taken out of service, as far as their objects say
     * @param keptWhileDraining types of advertisement that such nodes go on with
     */
    public ClusterAnnouncements announcements(Predicate<Node> draining, Set<String> keptWhileDraining) {
        return new ClusterAnnouncements(() -> settings, engine::advertiser, draining, keptWhileDraining);
    }

    /** Everything that somebody should look at, each a clause with its remedy. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>(engine.problems());
        if (plan.none() != null && started) {
            problems.add(Explainer.withRemedy(plan.none()));
        }
        plan.conflicts().forEach(conflict -> problems.add(Explainer.withRemedy(conflict)));
        for (PeerInfo peer : published) {
            if (peer.reason() != null) {
                problems.add("peer " + peer.id() + ": " + Explainer.withRemedy(peer.reason()));
            }
        }
        return problems;
    }

    /** Posts to the control loop and folds. */
    private final class Listener implements PeerListener {
        @Override
        public void statusChanged(PeerStatus status) {
            if (peerChangePosted.compareAndSet(false, true)) {
                control.execute(() -> {
                    peerChangePosted.set(false);
                    tellPeerListeners();
                });
            }
        }

        @Override
        public void endOfRib(PeerId peer, AfiSafi family) {
            // told as a change of the status as well
        }

        @Override
        public void bestPathsChanged(String instance, AfiSafi family, List<IpPrefix> prefixes) {
            control.execute(() -> List.copyOf(learnedListeners).forEach(listener -> listener.accept(instance, family)));
        }
    }
}
