package io.roadstead.kernel.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.view.KernelViews;
import io.roadstead.kernel.config.AgentConfig;
import io.roadstead.kernel.config.ConfigLoader;
import io.roadstead.kernel.config.ConfigOutcome;
import io.roadstead.kernel.config.ConfigSnapshot;
import io.roadstead.kernel.lb.LoadBalancerSettings;
import io.roadstead.kernel.lifecycle.LifecycleManager;
import io.roadstead.kernel.lifecycle.LifecycleManager.Action;
import io.roadstead.kernel.lifecycle.LifecycleManager.Step;
import io.roadstead.kernel.loop.KernelPluginContext;
import io.roadstead.kernel.route.BgpSettings;
import io.roadstead.kernel.status.BgpMetrics;

/**
 * A running agent. Can be embedded; several can run in one process, each with its own loops, plugins and state directory. Methods may be called from any thread.
 */
public final class Agent implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    /** A session ends within three seconds. */
    private static final Duration SESSIONS_LIMIT = Duration.ofSeconds(4);

    private final AgentParts parts;
    private final Duration stopLimit;
    private final LifecycleManager lifecycle = new LifecycleManager();
    private final List<RoadsteadException> hung = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile @Nullable ConfigSource configSource;
    private volatile Registration following = () -> {
    };
    /** Of the configuration in force; confined to the lifecycle loop. */
    private AgentConfig.Logging logging;
    /** In force; confined to the control loop. */
    private BgpSettings bgpSettings;

    private Agent(AgentParts parts) {
        this.parts = parts;
        AgentConfig config = parts.config().agent();
        this.stopLimit = config.stopTimeout();
        this.logging = config.logging();
        this.bgpSettings = KernelModule.bgpSettings(config);
    }

    /**
     * Starts an agent; returns when everything runs, sessions and the reading of the cluster being under way.
     *
     * @throws RoadsteadException when it cannot start, with nothing left running; see {@link ExitCode#of}
     */
    public static Agent start(AgentOptions options) {
        Instant begin = options.clock().instant();
        ConfigLoader loader = new ConfigLoader(options.config());
        ConfigOutcome<ConfigSnapshot> first = loader.load(List.of());
        AgentConfig config = first.orThrow().agent();
        options.logging().accept(config.logging());
        Path state = KernelPluginContext.privateDirectory(config.stateDirectory());
        Agent agent = new Agent(parts(new KernelModule(options, loader, first, state.resolve("loaded-plugins"))));
        agent.addSteps();
        agent.lifecycle.start();
        log.info("agent started node={} cluster={} tookMs={} plugins={}", config.node().name(), config.cluster().name(),
                Duration.between(begin, options.clock().instant()).toMillis(), agent.parts.plugins().plugins().size());
        agent.parts.problems().forEach(problem -> log.warn("needs attention problem=\"{}\"", problem));
        return agent;
    }

    /** Makes an agent's parts, which start no more than the threads of its loops. */
    static AgentParts parts(KernelModule module) {
        try {
            return Guice.createInjector(Stage.PRODUCTION, module).getInstance(AgentParts.class);
        } catch (ProvisionException | CreationException failed) {
            if (failed.getCause() instanceof RoadsteadException known) {
                throw known;
            }
            throw new RoadsteadException(CommonErrorCode.INTERNAL, "kernel", "failed to start: " + failed, "please report it with the log",
                    failed);
        }
    }

    private void addSteps() {
        step("loops", () -> {
        }, parts::endLoops);
        step("controllers", () -> wait(parts.control().submit(this::startControllers)), () -> {
        });
        step("plugins", parts.plugins()::start, parts.plugins()::stop);
        instances("advertisers", parts.advertisers());
        instances("algorithms", parts.algorithms());
        instances("dispatch modes", parts.dispatchModes());
        instances("datapath", parts.datapaths());
        instances("route installer", parts.routeInstallers());
        instances("mesh backend", parts.meshBackends());
        step("sessions", () -> {
        }, () -> TimeLimit.await("sessions", SESSIONS_LIMIT, parts.control().submit(parts.routes()::stop).thenCompose(closed -> closed)));
        instances("peer protocols", parts.protocols());
        instances("add-ons", parts.addOns());
        instances("source", parts.sources());
        step("routes", () -> {
        }, () -> wait(parts.control().submit(() -> {
            parts.fib().stop(); // before sessions and clusters go, which is no reason for routes to go
            return true;
        })));
        step("configuration", () -> onLifecycle(() -> following = parts.config().follow()), () -> onLifecycle(following::close));
        parts.config().onChange(this::configChanged);
    }

    private void step(String name, Action start, Action stop) {
        lifecycle.add(new Step(name, START_LIMIT, start, stopLimit, stop));
    }

    private void instances(String name, ExtensionInstances<?, ?> instances) {
        step(name, () -> onLifecycle(() -> instances.open(parts.registry())), () -> onLifecycle(() -> hung.addAll(instances.closeAll())));
    }

    private ConfigSource startControllers() {
        parts.maintenance().start(); // before the routes, which are planned under it
        parts.routes().start();
        parts.cluster().listen(parts.addresses());
        parts.fib().start();
        parts.mesh().start();
        parts.balancer().start();
        parts.lint().start();
        parts.mesh().settled().thenRun(() -> parts.control().execute(() -> {
            parts.balancer().meshSettled();
            parts.fib().meshSettled();
        }));
        parts.reporter().start();
        parts.announcements().start();
        parts.metrics().register(parts.addresses());
        parts.metrics().register(parts.balancer());
        parts.metrics().register(parts.mesh());
        parts.metrics().register(parts.fib());
        parts.metrics().register(parts.maintenance());
        parts.metrics().register(new BgpMetrics(parts.routes()));
        ConfigSource made = new ConfigSource(parts.cluster(), parts.config().agent());
        configSource = made;
        return made;
    }

    /** On the lifecycle loop. */
    private void configChanged() {
        AgentConfig now = parts.config().agent();
        if (!now.logging().equals(logging)) {
            logging = now.logging();
            parts.options().logging().accept(logging);
        }
        BgpSettings settings = KernelModule.bgpSettings(now);
        boolean reports = now.bgp().statusReport().enabled();
        LoadBalancerSettings balancing = now.loadBalancer().settings();
        parts.control().execute(() -> {
            bgpChanged(settings, reports);
            parts.balancer().reconfigure(balancing);
            parts.fib().reconfigure(now.routes().settings());
            parts.maintenance().reconfigure(now.maintenance().settings());
        });
        parts.mesh().reconfigure(now.mesh().settings(now.cluster()));
        if (configSource != null) {
            configSource.apply(now);
        }
        parts.reconfigure();
        parts.control().execute(() -> parts.announcements().reconfigure(now.maintenance().settings()));
    }

    /** On the control loop. */
    private void bgpChanged(BgpSettings settings, boolean reports) {
        if (!settings.equals(bgpSettings)) {
            bgpSettings = settings;
            parts.routes().reconfigure(settings);
        }
        parts.reporter().reconfigure(settings, reports);
    }

    /** What the agent shows of itself. */
    public KernelViews views() {
        return parts.views();
    }

    /** What this agent is made of. */
    AgentParts parts() {
        return parts;
    }

    /**
     * Stops everything in reverse order: the source, add-ons, sessions (which peers keep the routes of when graceful restart is on), advertisers, plugins. Idempotent.
     *
     * @throws RoadsteadException STOP_TIMEOUT when a part did not end in time and was left behind, or the first other failure; everything else has ended then
     */
    public void stop() {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        Instant begin = parts.options().clock().instant();
        TimeLimit.run("agent", stopLimit, lifecycle::stop);
        log.info("agent stopped node={} tookMs={}", parts.config().agent().node().name(),
                Duration.between(begin, parts.options().clock().instant()).toMillis());
        if (!hung.isEmpty()) {
            throw hung.getFirst();
        }
    }

    /** As {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    private void onLifecycle(Runnable action) {
        wait(parts.lifecycle().submit(() -> {
            action.run();
            return true;
        }));
    }

    /** Without a limit of its own: the step has one. */
    private static void wait(CompletableFuture<?> done) {
        try {
            done.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RoadsteadException known ? known : failed;
        }
    }
}
