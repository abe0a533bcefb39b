package io.roadstead.plugin.netlink;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.route.RouteInstaller;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.netlink.NetlinkConfig.OnStop;
import io.roadstead.plugin.netlink.socket.Bell;
import io.roadstead.plugin.netlink.table.Events;
import io.roadstead.plugin.netlink.table.Events.Effect;
import io.roadstead.plugin.netlink.table.KernelTable;

/**
 * Keeps one table of the kernel equal to what is wanted. The table belongs to a loop of its own; a second one waits for the kernel's events, which blocks it. Any
 * thread may call any method.
 */
final class NetlinkRouteInstaller implements RouteInstaller<NetlinkConfig> {

    private static final Logger log = LoggerFactory.getLogger(NetlinkRouteInstaller.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final PluginContext context;
    private final Loop loop;
    private final Pace pace;
    private final AtomicReference<@Nullable Wanted> wanted = new AtomicReference<>();
    private final AtomicBoolean passPosted = new AtomicBoolean();
    private final AtomicReference<Effect> told = new AtomicReference<>(Effect.NONE);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CompletableFuture<Void> listenerEnded = new CompletableFuture<>();
    private volatile NetlinkConfig config;
    private volatile @Nullable NetlinkConfig successor;
    private volatile Map<IpPrefix, String> refused = Map.of();
    private volatile InstanceStatus status = new InstanceStatus(Health.STARTING, "nothing to install yet", List.of());
    private volatile Runnable refusalListener = () -> {
    };

    /** Confined to the loop. */
    private @Nullable OwnRoutes routes;
    private @Nullable Bell bell;
    private boolean lookSet;

    NetlinkRouteInstaller(NetlinkConfig config, PluginContext context) {
        this.config = config;
        this.context = context;
        this.loop = context.loop("routes");
        this.pace = new Pace(context.clock());
    }

    @Override
    public void replace(Collection<Route> all, boolean complete) {
        Map<IpPrefix, Route> byPrefix = LinkedHashMap.newLinkedHashMap(all.size());
        all.forEach(route -> byPrefix.put(route.prefix(), route));
        wanted.set(new Wanted(byPrefix, complete));
        post();
    }

    private void post() {
        if (passPosted.compareAndSet(false, true)) {
            loop.execute(() -> {
                passPosted.set(false);
                pass(false);
            });
        }
    }

    /** Makes the table what is wanted. */
    private void pass(boolean lookAgain) {
        Wanted now = wanted.get();
        if (now == null || closed.get()) {
            return;
        }
        try {
            OwnRoutes own = open();
            if (lookAgain) {
                own.forget();
            }
            publish(own, own.become(now.routes, now.complete));
        } catch (RoadsteadException failure) {
            if (routes != null) {
                routes.forget();
            }
            status = new InstanceStatus(Health.FAILED, "the kernel's table cannot be used", List.of(failure.getMessage()));
            look(RETRY);
        }
    }

    private OwnRoutes open() {
        OwnRoutes known = routes;
        if (known != null) {
            return known;
        }
        NetlinkConfig now = config;
        Bell newBell = new Bell();
        try {
            // Before the table is read: what happens in between must not be missed.
            Events events = new Events(now.table(), now.protocol(), now.metric());
            try {
                OwnRoutes made = new OwnRoutes(new KernelTable(now.protocol(), now.table()), now.metric());
                int port = made.port();
                context.loop("route-events").execute(() -> listen(events, newBell, port));
                bell = newBell;
                routes = made;
                return made;
            } catch (RoadsteadException failure) {
                events.close();
                throw failure;
            }
        } catch (RoadsteadException failure) {
            newBell.close();
            throw failure;
        }
    }

    private void publish(OwnRoutes own, Map<IpPrefix, String> now) {
        List<String> problems = own.permitted() ? List.of()
                : List.of("routes cannot be changed: not permitted; give the agent the capability CAP_NET_ADMIN, or run it as root");
        String summary = own.size() + " routes" + (now.isEmpty() ? "" : ", " + now.size() + " refused");
        status = new InstanceStatus(problems.isEmpty() ? Health.OK : Health.FAILED, summary, problems);
        if (!now.equals(refused)) {
            refused = Map.copyOf(now);
            refusalListener.run();
        }
    }

    /** Blocks the loop of events. */
    private void listen(Events events, Bell stop, int ownPort) {
        try (events; stop) {
            while (stop.await(events.socket())) {
                Effect effect = events.read(ownPort);
                if (effect == Effect.ALL || effect == Effect.REFUSED && !refused.isEmpty()) {
                    Effect before = told.getAndUpdate(known -> known.compareTo(effect) < 0 ? effect : known);
                    if (before == Effect.NONE) {
                        loop.execute(() -> look(pace.next()));
                    }
                }
            }
        } finally {
            listenerEnded.complete(null);
        }
    }

    private void look(Duration delay) {
        if (!lookSet) {
            lookSet = true;
            loop.schedule(delay, () -> {
                lookSet = false;
                pass(told.getAndSet(Effect.NONE) != Effect.REFUSED);
            });
        }
    }

    @Override
    public Map<IpPrefix, String> refused() {
        return refused;
    }

    @Override
    public void onRefusal(Runnable listener) {
        refusalListener = listener;
    }

    @Override
    public boolean reconfigure(NetlinkConfig changed) {
        NetlinkConfig now = config;
        if (changed.protocol() == now.protocol() && changed.table() == now.table() && changed.metric() == now.metric()) {
            config = changed;
            return true;
        }
        successor = changed;
        return false;
    }

    @Override
    public InstanceStatus status() {
        return status;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CompletableFuture<Void> ended = loop.submit(this::end).thenCombine(listenerEnded, (done, heard) -> null);
        try {
            ended.get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("closing the routes did not end well cause={}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Void end() {
        OwnRoutes own = routes;
        if (bell == null || own == null) {
            listenerEnded.complete(null);
            return null;
        }
        bell.ring();
        try (own) {
            if (removes()) {
                own.forget();
                own.become(new HashMap<>(), true);
            }
        } catch (RoadsteadException failure) {
            log.warn("routes were not removed cause=\"{}\"", failure.getMessage());
        }
        return null;
    }

    /** A successor with another number or table would never know of them. */
    private boolean removes() {
        NetlinkConfig next = successor;
        return config.onStop() == OnStop.REMOVE
                || next != null && (next.protocol() != config.protocol() || next.table() != config.table());
    }

    /** All routes by prefix, and whether what else there is of an earlier run may go. */
    private record Wanted(Map<IpPrefix, Route> routes, boolean complete) {
    }
}
