package io.roadstead.plugin.healthcheck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lb.HealthCheckNodePort;
import io.roadstead.api.lb.HealthCheckServer;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.plugin.AddOn;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;

/**
 * Keeps a port open for every Service that asks for it. All state belongs to the loop; a port that cannot be opened is named in the status and tried again,
 * while the others are served.
 */
final class HealthCheckAddOn implements AddOn<HealthCheckConfig>, HealthCheckServer {

    private static final Logger log = LoggerFactory.getLogger(HealthCheckAddOn.class);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(4);

    private final HealthCheckConfig config;
    private final Loop loop;
    private final InstantSource clock;
    private final HttpPorts ports;
    /** By address of what is to be open; those that are, and those that cannot be. */
    private final Map<InetSocketAddress, HealthCheckNodePort> checks = new LinkedHashMap<>();
    private final Map<InetSocketAddress, String> failures = new TreeMap<>(HealthCheckAddOn::byPort);
    private final List<InetSocketAddress> open = new ArrayList<>();
    private List<String> conflicts = List.of();
    private @Nullable Instant updated;
    private TimerHandle retry = () -> {
    };
    private boolean closed;
    private volatile InstanceStatus status = new InstanceStatus(Health.STARTING, "not started", List.of());

    HealthCheckAddOn(HealthCheckConfig config, Loop loop, InstantSource clock) {
        this.config = config;
        this.loop = loop;
        this.clock = clock;
        try {
            this.ports = new HttpPorts(loop);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void start() {
        loop.execute(this::reconcile);
    }

    @Override
    public void healthChecks(Collection<HealthCheckNodePort> wanted) {
        List<HealthCheckNodePort> copy = List.copyOf(wanted);
        loop.execute(() -> replace(copy));
        ports.wakeUp();
    }

    private void replace(List<HealthCheckNodePort> wanted) {
        List<String> twice = new ArrayList<>();
        checks.clear();
        for (HealthCheckNodePort check : wanted) {
            HealthCheckNodePort first = checks.putIfAbsent(address(config.address(), check.port()), check);
            if (first != null) {
                twice.add("port " + check.port() + " is asked for by " + first.namespace() + "/" + first.name() + " and "
                        + check.namespace() + "/"
                        + check.name() + "; the first is answered for: give the other another healthCheckNodePort");
            }
        }
        conflicts = twice;
        updated = clock.instant();
        reconcile();
    }

    /** Opens and closes what differs. */
    private void reconcile() {
        if (closed) {
            return;
        }
        retry.cancel();
        failures.clear();
        for (InetSocketAddress address : List.copyOf(open)) {
            if (!checks.containsKey(address) && !address.equals(healthz())) {
                ports.close(address);
                open.remove(address);
            }
        }
        checks.keySet().forEach(address -> open(address, path -> answer(address)));
        InetSocketAddress healthz = healthz();
        if (healthz != null && !checks.containsKey(healthz)) {
            open(healthz, this::answerForNode);
        }
        if (!failures.isEmpty()) {
            retry = loop.schedule(config.retry(), this::reconcile);
        }
        publish();
    }

    private void open(InetSocketAddress address, Responder responder) {
        if (open.contains(address)) {
            return;
        }
        try {
            ports.open(address, responder);
            open.add(address);
        } catch (IOException | RuntimeException e) { // a RuntimeException is an address that the system does not take
            failures.put(address, "port " + address.getPort() + " cannot be listened on: " + e.getMessage()
                    + "; stop what listens there, it is tried again every " + config.retry().toSeconds() + " s");
            log.warn("health check port cannot be opened address={} cause={}", address, e.toString());
        }
    }

    private Answer answer(InetSocketAddress address) {
        HealthCheckNodePort check = checks.get(address);
        return check == null ? Answer.plain(404) : Answer.of(check);
    }

    private Answer answerForNode(String path) {
        if (!path.equals("/healthz")) {
            return Answer.plain(404);
        }
        // Until the kernel has read the cluster it forwards nothing.
        Instant last = updated;
        return Answer.ofNode(last != null, last == null ? Instant.EPOCH : last, clock.instant());
    }

    private @Nullable InetSocketAddress healthz() {
        return config.healthz().enabled() ? address(config.healthz().address(), config.healthz().port()) : null;
    }

    private void publish() {
        List<String> problems = new ArrayList<>(failures.values());
        problems.addAll(conflicts);
        int served = open.size() - (open.contains(healthz()) && !checks.containsKey(healthz()) ? 1 : 0);
        status = new InstanceStatus(problems.isEmpty() ? Health.OK : Health.DEGRADED,
                "answers for " + served + " of " + checks.size() + " Services",
                problems);
    }

    private static InetSocketAddress address(IpAddress address, int port) {
        // "::" by the wildcard that the system has: with IPv6 switched off it is 0.0.0.0.
        boolean any = address.equals(IpAddress.ipv6(0, 0));
        return any ? new InetSocketAddress(port) : new InetSocketAddress(address.toInetAddress(), port);
    }

    private static int byPort(InetSocketAddress one, InetSocketAddress other) {
        int ports = Integer.compare(one.getPort(), other.getPort());
        return ports != 0 ? ports : one.toString().compareTo(other.toString());
    }

    @Override
    public boolean reconfigure(HealthCheckConfig changed) {
        return changed.equals(config);
    }

    @Override
    public InstanceStatus status() {
        return status;
    }

    @Override
    public void close() {
        ports.wakeUp();
        try {
            loop.submit(() -> {
                if (!closed) {
                    closed = true;
                    retry.cancel();
                    ports.close();
                    status = new InstanceStatus(Health.STARTING, "closed", List.of());
                }
                return closed;
            }).orTimeout(CLOSE_TIME.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            log.warn("health check ports did not close in time cause={}", String.valueOf(e.getCause()));
        }
    }
}
