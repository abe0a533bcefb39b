package io.roadstead.plugin.adminhttp;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents;
import io.roadstead.api.lb.FlowExplainer;
import io.roadstead.api.lb.FlowTables;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.view.BalancingViews;
import io.roadstead.api.view.SimulationView;
import io.roadstead.api.view.SourceRangesView;

/** Answers that do not change, and events that the test makes. */
final class FakeBalancing implements BalancingViews {

    static final IpAddress VIP = IpAddress.parse("172.16.1.1");
    static final IpAddress POD = IpAddress.parse("172.20.0.7");
    static final Flow FLOW = new Flow(Protocol.TCP, IpAddress.parse("192.0.2.7"), 40000, VIP, 80);
    private static final Frontend FRONTEND = new Frontend(VIP, 80, Protocol.TCP, Scope.EXTERNAL);

    final Set<Consumer<FlowEvents.FlowEvent>> observers = new CopyOnWriteArraySet<>();

    volatile boolean silent;

    @Override
    public CompletionStage<List<DatapathTables.Entry>> entries() {
        return done(List.of(new DatapathTables.Entry(FRONTEND, 4, List.of("LoadBalancer"), "dsr", 16381,
                List.of(new DatapathTables.Slot(9, POD, 80, BackendState.ACTIVE, true, 16381)))));
    }

    @Override
    public CompletionStage<List<SourceRangesView>> sourceRanges() {
        return done(List.of(
                new SourceRangesView(FRONTEND, "default/webpod", new SourceRanges(List.of(IpPrefix.parse("10.0.0.0/8")), false))));
    }

    @Override
    public CompletionStage<List<DatapathTables.Table>> tables() {
        return done(List.of(new DatapathTables.Table("rs_flow", "lru_hash", 3, 262144, 1 << 20)));
    }

    @Override
    public CompletionStage<List<DatapathTables.Counter>> counters() {
        return CompletableFuture.failedFuture(
                new RoadsteadException(CommonErrorCode.NOT_FOUND, "datapath proxy", "does not offer counters", "the datapath ebpf does"));
    }

    @Override
    public CompletionStage<List<FlowTables.Connection>> connections(int limit) {
        return done(List.of(new FlowTables.Connection(FLOW, 4, "default/webpod", POD, 80, "dsr", "established", Duration.ofSeconds(2),
                Duration.ofSeconds(7998))).subList(0, Math.min(limit, 1)));
    }

    @Override
    public CompletionStage<List<FlowTables.Translation>> translations(int limit) {
        return done(List.of());
    }

    @Override
    public CompletionStage<FlowExplainer.Explanation> explainFlow(Flow flow) {
        return done(new FlowExplainer.Explanation(flow, "forwarded", "", "default/webpod", "172.16.1.1:80/TCP", "172.20.0.7:80", "dsr",
                List.of("found")));
    }

    @Override
    public CompletionStage<SimulationView> simulate(String namespace, String name, @Nullable IpAddress without, int port) {
        return done(new SimulationView("k8s-ctr", namespace + "/" + name, without + " " + port, List.of()));
    }

    @Override
    public CompletionStage<List<IpAddress>> podAddresses(String namespace, String name) {
        return done(name.equals("webpod-1") ? List.of(POD) : List.of());
    }

    @Override
    public CompletionStage<Registration> observe(Consumer<FlowEvents.FlowEvent> consumer) {
        if (silent) {
            return CompletableFuture.failedFuture(
                    new RoadsteadException(CommonErrorCode.NOT_FOUND, "datapath quiet", "does not offer flow events", "use one that does"));
        }
        observers.add(consumer);
        return done(() -> observers.remove(consumer));
    }

    void tell(FlowEvents.FlowEvent event) {
        observers.forEach(observer -> observer.accept(event));
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
