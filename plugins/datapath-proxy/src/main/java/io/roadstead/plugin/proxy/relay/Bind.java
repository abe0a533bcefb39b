package io.roadstead.plugin.proxy.relay;

import java.net.InetSocketAddress;
import java.util.Set;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.proxy.select.BackendKey;
import io.roadstead.plugin.proxy.select.Choice;
import io.roadstead.plugin.proxy.select.Client;
import io.roadstead.plugin.proxy.select.Selector;
import io.roadstead.plugin.proxy.select.Serving;

/**
 * One address and port that is listened on for the frontends there. Confined to one worker, which is where new flows are decided; what is volatile may be read
 * from anywhere. A bind that fails is tried again, less and less often.
 */
public abstract class Bind implements Ticked {

    private static final Logger log = LoggerFactory.getLogger(Bind.class);
    private static final long LONGEST_PAUSE = 60;

    /** What tells binds apart. Frontends of both scopes share one. */
    public record Key(IpAddress address, int port, Protocol protocol) {
        public static Key of(Frontend frontend) {
            return new Key(frontend.address(), frontend.port(), frontend.protocol());
        }
    }

    private final Key key;
    private final Environment environment;
    private final Worker worker;
    private final Selector selector;
    private volatile Serving serving = Serving.NOBODY;
    private volatile boolean listening;
    private volatile @Nullable BindFailure failure;
    private @Nullable Channel channel;
    private long pause;
    private long retryAt;
    private boolean closed;

    Bind(Key key, Environment environment, Worker worker) {
        this.key = key;
        this.environment = environment;
        this.worker = worker;
        selector = new Selector(environment.random());
    }

    /** A bind that listens when it is first given somebody to serve. */
    public static Bind of(Key key, Environment environment) {
        Worker worker = environment.nextWorker();
        return key.protocol() == Protocol.UDP ? new UdpBind(key, environment, worker) : new TcpBind(key, environment, worker);
    }

    /** Opens the socket; on the loop. */
    abstract ChannelFuture open(InetSocketAddress local);

    /** Flows that go on whatever is served: none are left when it is 0. */
    public abstract int flows();

    /** Serves these from now on; nobody any more closes the socket but leaves the flows. Any thread. */
    public void serve(Serving wanted) {
        serving = wanted;
        worker.loop().execute(this::follow);
    }

    private void follow() {
        if (closed) {
            return;
        }
        worker.add(this);
        if (serving.isEmpty()) {
            closeSocket();
            failure = null;
            pause = 0;
        } else if (channel == null && failure == null) {
            listen();
        }
    }

    /** Does not wait for its next turn if it failed: something has changed. Any thread. */
    public void retry() {
        worker.loop().execute(() -> {
            if (failure != null && channel == null && !serving.isEmpty()) {
                listen();
            }
        });
    }

    private void listen() {
        ChannelFuture opening = open(new InetSocketAddress(key.address().toInetAddress(), key.port()));
        Channel opened = opening.channel();
        channel = opened;
        opening.addListener(done -> {
            if (!opened.equals(channel)) {
                opened.close(); // not wanted any more
            } else if (done.isSuccess()) {
                listening = true;
                failure = null;
                pause = 0;
                log.debug("listening frontend={}", name());
            } else {
                channel = null;
                failed(BindFailure.of(done.cause()));
            }
        });
    }

    private void failed(BindFailure why) {
        if (!why.equals(failure) && !expected(why)) {
            log.warn("cannot listen frontend={} cause={}", name(), why.text());
        }
        failure = why;
        pause = Math.min(LONGEST_PAUSE, Math.max(1, pause * 2));
        retryAt = worker.now() + pause;
    }

    /** A ClusterIP is on no machine: that it cannot be listened on is as it should be. */
    private boolean expected(BindFailure why) {
        FrontendState state = serving.any();
        return why.foreign() && state != null && state.type() == FrontendType.CLUSTER_IP;
    }

    private void closeSocket() {
        listening = false;
        Channel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void tick(long now) {
        selector.expire(now);
        if (failure != null && channel == null && !serving.isEmpty() && now >= retryAt) {
            listen();
        }
    }

    /** Decides on a new flow; on the loop. */
    Choice choose(Client client, Set<BackendKey> tried) {
        return selector.choose(serving, client, environment.node().get(), worker.now(), tried);
    }

    /** What would be decided; on the loop. */
    public Choice explain(Client client) {
        return selector.decide(serving, client, environment.node().get(), worker.now(), Set.of());
    }

    /** A flow that is not to be. */
    void refused(Client client, Choice.Refuse refusal) {
        environment.traffic().end(refusal.reason());
        Frontend frontend = refusal.state() == null
                ? new Frontend(key.address(), key.port(), key.protocol(), Scope.EXTERNAL)
                : refusal.state().frontend();
        environment.feed().dropped(frontend, client, refusal.state(), refusal.reason());
    }

    /** Ends it for good; on the loop. */
    public void close() {
        closed = true;
        serving = Serving.NOBODY;
        worker.remove(this);
        closeSocket();
    }

    public Key key() {
        return key;
    }

    /** Where new flows are decided. */
    public Worker worker() {
        return worker;
    }

    public Serving serving() {
        return serving;
    }

    public boolean listening() {
        return listening;
    }

    /** Null while it listens, or has not tried. */
    public @Nullable BindFailure failure() {
        return failure;
    }

    /** Why it does not listen although it could; null when it does, or when nobody can expect it. */
    public @Nullable BindFailure problem() {
        BindFailure now = failure;
        return now == null || expected(now) ? null : now;
    }

    /** Clients whose backend is remembered; on the loop. */
    public int affinities() {
        return selector.remembered();
    }

    Environment environment() {
        return environment;
    }

    @Nullable
    Channel channel() {
        return channel;
    }

    String name() {
        return new Frontend(key.address(), key.port(), key.protocol(), Scope.EXTERNAL).toString();
    }
}
