package com.example.healthcheck;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.route.AdvertiserSink;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.api.time.Loop;

/**
 * Its subjects are the checks of its configuration, each named {@code HealthCheck <name>}. A probe that changes its outcome invalidates its subject, and the
 * agent asks again.
 */
final class HealthCheckAdvertiser implements RouteAdvertiser<HealthCheckConfig> {

    static final String TYPE = "HealthCheck";

    private final Map<ResourceKey, TcpProbe> probes = new HashMap<>();
    private final HealthCheckConfig config;
    private final Function<String, Loop> loops;

    HealthCheckAdvertiser(HealthCheckConfig config, Function<String, Loop> loops) {
        this.config = config;
        this.loops = loops;
    }

    @Override
    public String advertisementType() {
        return TYPE;
    }

    @Override
    public void start(AdvertiserSink sink) {
        config.checks().forEach((name, check) -> {
            ResourceKey subject = new ResourceKey(TYPE, "", name);
            probes.put(subject, new TcpProbe(check, loops.apply(name), () -> sink.invalidate(List.of(subject))));
        });
        probes.values().forEach(TcpProbe::start);
    }

    @Override
    public Collection<ResourceKey> subjects(ClusterView cluster) {
        return probes.keySet();
    }

    @Override
    public Set<ResourceKey> affectedBy(ResourceKey changed, ClusterView cluster) {
        return Set.of();
    }

    @Override
    public List<RouteDecision> decide(ResourceKey subject, BgpAdvertisement.Entry entry, ClusterView cluster) {
        TcpProbe probe = probes.get(subject);
        if (probe == null) {
            return List.of();
        }
        HealthCheckConfig.Check check = probe.check();
        String target = check.host() + ":" + check.port();
        return List.of(switch (probe.outcome()) {
            case SUCCEEDS -> RouteDecision.announce(check.prefix(), "");
            case FAILS -> RouteDecision.refuse(check.prefix(), new Reason(HealthCheckReason.CHECK_FAILS, target), "");
            case UNKNOWN -> RouteDecision.refuse(check.prefix(), new Reason(HealthCheckReason.NOT_CHECKED_YET, target), "");
        });
    }

    /** Any change makes a new instance: the agent does that when it hears false. */
    @Override
    public boolean reconfigure(HealthCheckConfig changed) {
        return changed.equals(config);
    }

    @Override
    public InstanceStatus status() {
        long healthy = probes.values().stream().filter(probe -> probe.outcome() == TcpProbe.Outcome.SUCCEEDS).count();
        return InstanceStatus.ok(healthy + " of " + config.checks().size() + " checks succeed");
    }

    @Override
    public void close() {
        probes.values().forEach(TcpProbe::close);
    }
}
