package io.roadstead.plugin.bgp.session;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerListener;
import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSession.CloseReason;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.RibEntry;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.plugin.bgp.rib.DecisionProcess;
import io.roadstead.plugin.netty.api.NettyTransport;

/** BGP-4 with any number of peers. Sessions are spread over the transport's loops. */
public final class BgpProtocol implements PeerProtocol<BgpConfig> {

    private static final int CLOSE_SECONDS = 4;

    private final PluginContext context;
    private final NettyTransport transport;
    private final BgpConfig config;
    private final Listeners listeners;
    private final Map<PeerId, BgpPeerSession> sessions = new ConcurrentHashMap<>();
    private @Nullable Environment environment;

    /** Does nothing before {@link #start}. */
    public BgpProtocol(PluginContext context, NettyTransport transport, BgpConfig config) {
        this.context = context;
        this.transport = transport;
        this.config = config;
        this.listeners = new Listeners(transport, config.listenAddress());
    }

    @Override
    public void start(PeerListener listener) {
        InstanceRibs ribs =
                new InstanceRibs(transport.nextLoop(), listener, new DecisionProcess(config.maximumPaths(), config.multipathRelax()));
        environment = new Environment(transport, context.clock(), new Jitter(context.random()), listener, ribs, context.clock().instant(),
                config.shutdownCommunication(), config.allowOwnAs());
    }

    @Override
    public PeerSession open(PeerSpec spec) {
        if (sessions.containsKey(spec.id())) {
            throw new RoadsteadException(CommonErrorCode.BAD_REQUEST, "peer " + spec.id(), "its session is open already", "close it first");
        }
        if (spec.password() != null && !transport.allSettings()) {
            throw new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, "peer " + spec.id(),
                    "a password needs TCP MD5, which this system's transport lacks",
                    "run on Linux with the native epoll library, or remove the password");
        }
        PeerLoop loop = new PeerLoop(started(), transport.nextLoop(), spec);
        listeners.join(spec, loop);
        BgpPeerSession session = new BgpPeerSession(loop, listeners, spec, () -> sessions.remove(spec.id()));
        sessions.put(spec.id(), session);
        return session;
    }

    @Override
    public CompletionStage<List<RibEntry>> rib(String instance, AfiSafi family) {
        return started().ribs().entries(instance, family);
    }

    private Environment started() {
        if (environment == null) {
            throw new IllegalStateException("not started");
        }
        return environment;
    }

    /** A change of these few settings applies to new connections and tables only: a new instance is cleaner than a mixture. */
    @Override
    public boolean reconfigure(BgpConfig changed) {
        return config.equals(changed);
    }

    @Override
    public InstanceStatus status() {
        long established = sessions.values().stream().filter(session -> session.status().state() == SessionState.ESTABLISHED).count();
        return InstanceStatus.ok(established + " of " + sessions.size() + " sessions established");
    }

    @Override
    public void close() {
        CompletableFuture<?>[] gone = List.copyOf(sessions.values()).stream()
                .map(session -> session.close(CloseReason.AGENT_STOPPING).toCompletableFuture()).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(gone).completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS).join();
    }
}
