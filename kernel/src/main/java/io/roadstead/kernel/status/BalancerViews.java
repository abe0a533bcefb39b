package io.roadstead.kernel.status;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents;
import io.roadstead.api.lb.FlowExplainer;
import io.roadstead.api.lb.FlowTables;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.time.Loop;
import io.roadstead.api.view.BalancingViews;
import io.roadstead.api.view.SimulationView;
import io.roadstead.api.view.SourceRangesView;
import io.roadstead.api.view.StatusView;
import io.roadstead.api.view.StatusView.Fact;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.lb.LoadBalancerController;
import io.roadstead.kernel.lb.LoadBalancerController.Carrier;
import io.roadstead.kernel.lb.LoadBalancerSettings;
import io.roadstead.kernel.registry.PluginBoundary;

/** Views of load balancing: of what was decided, from the controller; of what packets see, from the datapath. */
final class BalancerViews implements BalancingViews {

    static final Comparator<Frontend> BY_FRONTEND = Comparator.comparing(Frontend::address).thenComparingInt(Frontend::port)
            .thenComparing(Frontend::protocol).thenComparing(Frontend::scope);

    private final Loop control;
    private final ClusterState cluster;
    private final LoadBalancerController balancer;
    private final String node;

    BalancerViews(Loop control, ClusterState cluster, LoadBalancerController balancer, String node) {
        this.control = control;
        this.cluster = cluster;
        this.balancer = balancer;
        this.node = node;
    }

    @Override
    public CompletionStage<List<DatapathTables.Entry>> entries() {
        return ask(DatapathTables.class, "its tables", DatapathTables::entries)
                .thenCompose(entries -> control.submit(() -> entries.stream().map(this::withClusters).toList()));
    }

    private DatapathTables.Entry withClusters(DatapathTables.Entry entry) {
        FrontendState state = balancer.frontend(entry.frontend());
        if (state == null || state.backends().stream().allMatch(backend -> backend.cluster().isEmpty())) {
            return entry;
        }
        Map<Place, String> clusters = new HashMap<>();
        state.backends().forEach(backend -> clusters.put(new Place(backend.address(), backend.port()), backend.cluster()));
        return new DatapathTables.Entry(entry.frontend(), entry.id(), entry.flags(), entry.dispatch(), entry.tableSize(), entry.backends()
                .stream().map(slot -> slot.withCluster(clusters.getOrDefault(new Place(slot.address(), slot.port()), ""))).toList());
    }

    private record Place(IpAddress address, int port) {
    }

    @Override
    public CompletionStage<List<DatapathTables.Table>> tables() {
        return ask(DatapathTables.class, "its tables", DatapathTables::tables);
    }

    @Override
    public CompletionStage<List<DatapathTables.Counter>> counters() {
        return ask(DatapathTables.class, "counters", DatapathTables::counters);
    }

    @Override
    public CompletionStage<List<FlowTables.Connection>> connections(int limit) {
        return ask(FlowTables.class, "its flows", flows -> flows.connections(limit));
    }

    @Override
    public CompletionStage<List<FlowTables.Translation>> translations(int limit) {
        return ask(FlowTables.class, "its flows", flows -> flows.translations(limit));
    }

    @Override
    public CompletionStage<FlowExplainer.Explanation> explainFlow(Flow flow) {
        return ask(FlowExplainer.class, "explanations of flows", explainer -> explainer.explain(flow));
    }

    @Override
    public CompletionStage<Registration> observe(Consumer<FlowEvents.FlowEvent> consumer) {
        return ask(FlowEvents.class, "flow events", events -> CompletableFuture.completedFuture(events.subscribe(consumer)));
    }

    @Override
    public CompletionStage<List<SourceRangesView>> sourceRanges() {
        return control.submit(() -> {
            carrier();
            return balancer.frontends().stream().filter(state -> !state.sourceRanges().equals(SourceRanges.EVERYBODY))
                    .sorted(Comparator.comparing(FrontendState::frontend, BY_FRONTEND))
                    .map(state -> new SourceRangesView(state.frontend(), state.service(), state.sourceRanges())).toList();
        });
    }

    @Override
    public CompletionStage<SimulationView> simulate(String namespace, String name, @Nullable IpAddress without, int port) {
        String backend = without == null ? "" : port == 0 ? without.toString() : without + ":" + port;
        return control.submit(() -> {
            carrier();
            return new SimulationView(node, namespace + "/" + name, backend,
                    balancer.simulate(new ResourceKey(Service.KIND, namespace, name), without, port));
        });
    }

    @Override
    public CompletionStage<List<IpAddress>> podAddresses(String namespace, String name) {
        String pod = namespace + "/" + name;
        return control.submit(() -> cluster.view().all(EndpointSlice.class).stream().flatMap(slice -> slice.endpoints().stream())
                .filter(endpoint -> endpoint.pod().equals(pod)).flatMap(endpoint -> endpoint.addresses().stream()).distinct().toList());
    }

    private Carrier carrier() {
        return balancer.datapath().orElseThrow(() -> new RoadsteadException(CommonErrorCode.NOT_FOUND, "datapath",
                "none carries traffic on this node", "set roadstead.load-balancer.datapath, and see roadstead status"));
    }

    private <A, R> CompletionStage<R> ask(Class<A> ability, String what, Function<A, CompletionStage<R>> question) {
        return control.submit(this::carrier).thenCompose(carrier -> {
            if (!ability.isInstance(carrier.datapath())) {
                throw new RoadsteadException(CommonErrorCode.NOT_FOUND, "datapath " + carrier.type(), "does not offer " + what,
                        "use one that does");
            }
            return call("datapath " + carrier.type(), carrier.datapath(), () -> question.apply(ability.cast(carrier.datapath())));
        });
    }

    private static <R> R call(String subject, Object plugins, Supplier<R> question) {
        return PluginBoundary.call(CommonErrorCode.EXTENSION_FAILED, subject, plugins.getClass().getClassLoader(), question::get);
    }

    /** The datapath's numbers of frontends; empty when it has none to tell. Asked on the control loop. */
    CompletionStage<Map<Frontend, Long>> ids() {
        if (balancer.datapath().map(Carrier::datapath).filter(DatapathTables.class::isInstance).isEmpty()) {
            return CompletableFuture.completedFuture(Map.of());
        }
        return entries().handle((entries, failure) -> {
            Map<Frontend, Long> ids = new HashMap<>();
            if (failure == null) { // else the list is shown without
                entries.forEach(entry -> ids.put(entry.frontend(), entry.id()));
            }
            return ids;
        });
    }

    /** For the agent's status. Asked on the control loop. */
    StatusView.Balancing status() {
        return balancer.datapath().map(carrier -> new StatusView.Balancing(carrier.type(), balancer.serviceCount(),
                balancer.frontends().size(), facts(carrier))).orElse(new StatusView.Balancing("", 0, 0, List.of()));
    }

    private List<Fact> facts(Carrier carrier) {
        LoadBalancerSettings settings = balancer.settings();
        List<Fact> facts = new ArrayList<>();
        boolean hybrid = settings.dispatch().equals("hybrid");
        DispatchMode<?> mode = balancer.dispatchModes().get(hybrid ? "dsr" : settings.dispatch());
        String label = mode == null ? settings.dispatch() + " (not loaded)" : call("dispatch mode", mode, mode::label);
        facts.add(new Fact("Mode", hybrid ? "Hybrid" : label));
        String told = mode == null ? "" : call("dispatch mode", mode, mode::carrier);
        if (!told.isEmpty()) {
            facts.add(new Fact("  " + label + " Dispatch Mode", told));
        }
        facts.add(new Fact("Backend Selection", selection(settings)));
        facts.add(new Fact("Session Affinity", "Enabled"));
        if (carrier.datapath() instanceof DatapathTables tables) {
            call("datapath " + carrier.type(), tables, tables::facts).forEach((name, value) -> facts.add(new Fact(name, value)));
        }
        return facts;
    }

    private String selection(LoadBalancerSettings settings) {
        String name = settings.algorithm();
        String title = name.substring(0, Math.min(1, name.length())).toUpperCase(Locale.ROOT) + name.substring(Math.min(1, name.length()));
        boolean random = name.equals("random") || balancer.frontends().stream().anyMatch(state -> state.algorithm().equals(name)
                && state.table() != null && state.table().slotChoice() == SlotChoice.RANDOM);
        return random ? title : title + " (Table Size: " + settings.tableSize() + ")";
    }
}
