package io.roadstead.plugin.datapath.ebpf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DetachableDatapath;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.datapath.ebpf.EbpfConfig.OnStop;
import io.roadstead.plugin.datapath.ebpf.attach.Engine;
import io.roadstead.plugin.datapath.ebpf.attach.PinDirectory;
import io.roadstead.plugin.datapath.ebpf.attach.Requirements;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfErrorCode;
import io.roadstead.plugin.datapath.ebpf.bpf.KernelClock;
import io.roadstead.plugin.datapath.ebpf.view.DatapathViews;

/**
 * Load balancing in the kernel. Everything happens on one loop of the plugin; the public methods only hand over to it. Where the machine lacks something it says so
 * and tries again, with what it was told in mind.
 */
final class EbpfDatapath extends ViewedDatapath implements Datapath<EbpfConfig>, DetachableDatapath {
    private static final Logger log = LoggerFactory.getLogger(EbpfDatapath.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final long CLOSE_TIMEOUT_SECONDS = 5;

    private final PluginContext context;
    private final Loop loop;
    private final EbpfConfig config;
    private final Map<Frontend, FrontendState> frontends = new LinkedHashMap<>();
    private Map<String, DispatchMode<?>> modes = Map.of();
    private @Nullable LocalNode node;
    private boolean told;
    private @Nullable Engine engine;
    private @Nullable TimerHandle timer;
    private boolean closed;
    /** By order: nothing is put in place again until there is a new instance. */
    private boolean detached;
    private String failure = "";
    private volatile Map<String, String> facts = Map.of();
    private volatile int uplink;
    private volatile InstanceStatus status = new InstanceStatus(Health.STARTING, "waits for services", List.of());

    EbpfDatapath(EbpfConfig config, PluginContext context) {
        this.config = config;
        this.context = context;
        this.loop = context.loop("datapath-ebpf");
    }

    @Override
    public Set<DispatchMode.Need> abilities() {
        return EnumSet.allOf(DispatchMode.Need.class);
    }

    @Override
    public void localNode(LocalNode now) {
        onLoop(() -> {
            node = now;
            Engine running = engine;
            if (running != null) {
                running.localNode(now);
            }
        });
    }

    @Override
    public void dispatchModes(Map<String, DispatchMode<?>> now) {
        Map<String, DispatchMode<?>> copy = Map.copyOf(now);
        onLoop(() -> {
            modes = copy;
            Engine running = engine;
            if (running != null) {
                running.dispatchModes(copy);
            }
        });
    }

    @Override
    public void replace(Collection<FrontendState> states) {
        List<FrontendState> copy = List.copyOf(states);
        onLoop(() -> {
            told = !detached;
            frontends.clear();
            copy.forEach(state -> frontends.put(state.frontend(), state));
            Engine running = engine;
            if (running == null && !detached) {
                begin();
            } else if (running != null) {
                running.replace(copy);
            }
        });
    }

    @Override
    public void update(List<FrontendState> changed, List<Frontend> removed) {
        List<FrontendState> changedCopy = List.copyOf(changed);
        List<Frontend> removedCopy = List.copyOf(removed);
        onLoop(() -> {
            removedCopy.forEach(frontends::remove);
            changedCopy.forEach(state -> frontends.put(state.frontend(), state));
            Engine running = engine;
            if (running != null) {
                running.update(changedCopy, removedCopy);
            }
        });
    }

    /** A new instance takes over without a gap what this one leaves, so it need not change itself. */
    @Override
    public boolean reconfigure(EbpfConfig changed) {
        return changed.equals(config);
    }

    @Override
    public InstanceStatus status() {
        return status;
    }

    @Override
    public Map<String, String> facts() {
        return facts;
    }

    @Override
    public CompletionStage<List<String>> detach() {
        return loop.submit(() -> {
            end();
            told = false;
            detached = true;
            frontends.clear();
            List<String> removed = new PinDirectory(config.pinDirectory()).clear();
            log.info("datapath detached pins={}", removed.size());
            failure = "";
            status = new InstanceStatus(Health.DEGRADED, "detached", List.of(
                    "datapath: it was detached, so that nothing is balanced; restart the agent to put it in place again"));
            return removed;
        });
    }

    @Override
    public void close() {
        try {
            loop.submit(() -> {
                closed = true;
                end();
                if (config.onStop() == OnStop.DETACH) {
                    new PinDirectory(config.pinDirectory()).clear();
                }
                return true;
            }).get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("datapath did not close cleanly pinDirectory={}", config.pinDirectory(), e);
        }
    }

    private void onLoop(Runnable task) {
        loop.execute(() -> {
            if (!closed) {
                try {
                    task.run();
                    failure = "";
                } catch (RoadsteadException e) {
                    failed(String.valueOf(e.getMessage()), e);
                } catch (RuntimeException e) {
                    failed("datapath: " + e + "; please report this", e);
                }
                publish();
            }
        });
    }

    private void failed(String problem, RuntimeException e) {
        if (!problem.equals(failure)) {
            log.error("datapath failed pinDirectory={}", config.pinDirectory(), e);
        }
        failure = problem;
    }

    /** Puts everything in place, taking over what an earlier agent left. */
    private void begin() {
        setTimer(RETRY);
        Engine made;
        try {
            made = new Engine(EbpfSettings.engine(config, context.random()), EbpfSettings.objects(), Requirements.ofThisProcess(), loop);
        } catch (IllegalCallerException e) {
            throw new RoadsteadException(BpfErrorCode.BPF_PERMISSION, "eBPF",
                    "this JVM lets the plugin make no system calls: " + e.getMessage(),
                    "start it with --enable-native-access=ALL-UNNAMED, as bin/roadstead does", e);
        }
        engine = made;
        LocalNode known = node;
        if (known != null) {
            made.localNode(known);
        }
        made.dispatchModes(modes);
        setTimer(TICK);
        made.replace(new ArrayList<>(frontends.values()));
        look(made);
    }

    /** Lets people see what there is, now that the catalog is filled. */
    private void look(Engine running) {
        DatapathViews views = new DatapathViews(new DatapathViews.Sources(running::maps, running.catalog(), running::entry, () -> uplink,
                this::facts, this::events, KernelClock::nanos, EbpfSettings.timeouts(config.timeouts()), subscribers()), context);
        show(views);
        views.start();
    }

    private void events(boolean wanted) {
        onLoop(() -> {
            Engine running = engine;
            if (running != null) {
                running.events(wanted);
            }
        });
    }

    private void setTimer(Duration delay) {
        if (timer != null) {
            timer.cancel();
        }
        timer = loop.schedule(delay, () -> onLoop(this::tick));
    }

    private void tick() {
        Engine running = engine;
        if (running != null) {
            setTimer(TICK);
            running.tick();
            if (!isShown()) {
                look(running);
            }
        } else if (told) {
            begin();
        }
    }

    private void end() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        DatapathViews shown = show(null);
        if (shown != null) {
            shown.close();
        }
        Engine running = engine;
        engine = null;
        if (running != null) {
            running.close();
        }
    }

    private static Map<String, String> facts(Engine running) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Socket LB", running.translatesSockets() ? "Enabled" : "Disabled");
        facts.put("Devices", String.join(", ", running.uplinks()));
        facts.put("XDP Acceleration", running.acceleration());
        return Collections.unmodifiableMap(facts);
    }

    private void publish() {
        Engine running = engine;
        List<String> problems = new ArrayList<>();
        if (!failure.isEmpty()) {
            problems.add(failure);
        }
        if (running != null) {
            problems.addAll(running.problems());
            uplink = running.uplinkIndex();
            facts = facts(running);
            String summary = frontends.size() + " frontends on " + String.join(" ", running.uplinks())
                    + (running.translatesSockets() ? " and sockets" : "");
            status = new InstanceStatus(problems.isEmpty() ? Health.OK : Health.DEGRADED, summary, problems);
        } else if (!failure.isEmpty()) {
            status = new InstanceStatus(Health.FAILED, "not in place", problems);
        }
    }
}
