package io.roadstead.plugin.proxy;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents;
import io.roadstead.api.lb.FlowExplainer;
import io.roadstead.api.lb.FlowTables;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.lb.ProxyDispatch;
import io.roadstead.api.lb.ProxyDispatch.ClientAddress;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.plugin.netty.api.TransportLoop;
import io.roadstead.plugin.proxy.relay.Bind;
import io.roadstead.plugin.proxy.relay.Environment;
import io.roadstead.plugin.proxy.relay.FlowFeed;
import io.roadstead.plugin.proxy.relay.ProxyConfig;
import io.roadstead.plugin.proxy.relay.Traffic;
import io.roadstead.plugin.proxy.relay.Worker;

/**
 * Accepts what comes to the addresses of frontends and carries it to backends. Calls are handed to one loop of the transport, which owns what is wanted; sockets
 * and connections are spread over all loops. A changed table decides on new flows only.
 */
final class ProxyDatapath implements Datapath<ProxyConfig>, DatapathTables, FlowTables, FlowExplainer, FlowEvents {

    private static final Logger log = LoggerFactory.getLogger(ProxyDatapath.class);
    private static final int CLOSE_SECONDS = 4;
    private static final LocalNode NOWHERE = new LocalNode("", List.of(), List.of(), "", 0);

    private final Environment environment;
    private final List<Worker> workers;
    private final TransportLoop owner;
    private final Frontends frontends;
    private final FlowFeed feed;
    private final ProxyViews views;
    private final ProxyStatus status;
    private final Registration metrics;
    private volatile ProxyConfig config;
    private volatile LocalNode node = NOWHERE;
    private volatile Map<String, ClientAddress> modes = Map.of();
    private volatile boolean closed;

    ProxyDatapath(PluginContext context, NettyTransport transport, ProxyConfig config) {
        this.config = config;
        Traffic traffic = new Traffic();
        feed = new FlowFeed(context.clock());
        workers = transport.loops().stream().map(Worker::new).toList();
        environment = new Environment(transport, workers, new AtomicInteger(), () -> this.config, () -> node, () -> modes, context.random(),
                traffic, feed);
        owner = workers.getFirst().loop();
        frontends = new Frontends(environment);
        views = new ProxyViews(environment, owner, frontends);
        status = new ProxyStatus(environment, frontends);
        metrics = context.metrics().register(status::metrics);
        workers.forEach(worker -> worker.loop().execute(worker::start));
    }

    /** All: the proxy stands between client and backend, so that nothing of what modes do to packets comes into it. What counts is {@link ProxyDispatch}. */
    @Override
    public Set<DispatchMode.Need> abilities() {
        return Set.of(DispatchMode.Need.values());
    }

    @Override
    public void dispatchModes(Map<String, DispatchMode<?>> wanted) {
        modes = wanted.entrySet().stream().filter(entry -> entry.getValue() instanceof ProxyDispatch)
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> ((ProxyDispatch) entry.getValue()).clientAddress()));
    }

    @Override
    public void localNode(LocalNode local) {
        node = local;
    }

    @Override
    public void replace(Collection<FrontendState> wanted) {
        List<FrontendState> all = List.copyOf(wanted);
        onOwner(() -> frontends.replace(all));
    }

    @Override
    public void update(List<FrontendState> changed, List<Frontend> removed) {
        List<FrontendState> some = List.copyOf(changed);
        List<Frontend> gone = List.copyOf(removed);
        onOwner(() -> frontends.update(some, gone));
    }

    private void onOwner(Runnable change) {
        owner.execute(() -> {
            if (!closed) {
                change.run();
            }
        });
    }

    @Override
    public boolean reconfigure(ProxyConfig changed) {
        config = changed;
        frontends.binds().forEach(Bind::retry);
        return true;
    }

    @Override
    public InstanceStatus status() {
        return status.status();
    }

    @Override
    public Map<String, String> facts() {
        return status.facts();
    }

    @Override
    public CompletionStage<List<Entry>> entries() {
        return views.entries();
    }

    @Override
    public CompletionStage<List<Table>> tables() {
        return views.tables();
    }

    @Override
    public CompletionStage<List<Counter>> counters() {
        return CompletableFuture.completedFuture(status.counters());
    }

    @Override
    public CompletionStage<List<Connection>> connections(int limit) {
        return views.connections(limit);
    }

    @Override
    public CompletionStage<List<Translation>> translations(int limit) {
        return views.translations(limit);
    }

    @Override
    public CompletionStage<Explanation> explain(Flow flow) {
        return views.explain(flow);
    }

    @Override
    public Registration subscribe(Consumer<FlowEvent> consumer) {
        return feed.subscribe(consumer);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        metrics.close();
        // First what is still to be done on the owner's loop, then every socket, then what these left to do.
        CompletableFuture<?> ended = owner.submit(this::closeSockets).thenCompose(sockets -> sockets);
        try {
            ended.orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            log.warn("sockets did not close in time seconds={}", CLOSE_SECONDS, e);
        }
    }

    private CompletableFuture<?> closeSockets() {
        frontends.binds().forEach(bind -> bind.worker().loop().execute(bind::close));
        return onEachLoop(Worker::close).thenCompose(closedOnce -> onEachLoop(Worker::close));
    }

    private CompletableFuture<?> onEachLoop(Consumer<Worker> task) {
        return CompletableFuture.allOf(workers.stream().map(worker -> {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            worker.loop().execute(() -> {
                task.accept(worker);
                done.complete(true);
            });
            return done;
        }).toArray(CompletableFuture[]::new));
    }
}
