package io.roadstead.plugin.datapath.ebpf.view;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents;
import io.roadstead.api.lb.FlowExplainer;
import io.roadstead.api.lb.FlowTables;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfProgram;
import io.roadstead.plugin.datapath.ebpf.bpf.RingBuffer;
import io.roadstead.plugin.datapath.ebpf.map.Abi;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.LbMaps;

/**
 * All that the datapath's optional abilities are. Made once the programs are loaded, closed before the maps are. Any thread; works on a loop of its own, so
 * that a long look at a large map holds up no change of a service.
 */
public final class DatapathViews implements DatapathTables, FlowTables, FlowExplainer, FlowEvents, AutoCloseable {

    private final Loop loop;
    private final TableReader tables;
    private final FlowTableReader flows;
    private final PacketExplainer explainer;
    private final EventStream events;
    private final Subscribers subscribers;
    private final FlowCollector collector;
    private final PluginContext context;
    private final DatapathMetrics metrics;
    private @Nullable Registration registration;

    /**
     * What the views look at.
     *
     * @param maps         by name, as they come; those of the entry programs are all there
     * @param catalog      what numbers stand for
     * @param entry        the program at traffic control's ingress that is in force
     * @param device       interface number of an uplink; 0 for none
     * @param facts        for the status; does not block
     * @param eventsWanted told, on the views' loop, whether programs are to write events
     * @param nanos        the clock that programs read
     * @param timeouts     after which flows are forgotten
     * @param subscribers  of events
     */
    public record Sources(Supplier<Map<String, BpfMap>> maps, Catalog catalog, Supplier<BpfProgram> entry, IntSupplier device,
            Supplier<Map<String, String>> facts, Consumer<Boolean> eventsWanted, LongSupplier nanos, FlowTimeouts timeouts,
            Subscribers subscribers) {
    }

    public DatapathViews(Sources sources, PluginContext context) {
        this.context = context;
        this.subscribers = sources.subscribers();
        this.loop = context.loop("ebpf-views");
        Catalog catalog = sources.catalog();
        CounterReader counters = new CounterReader(map(sources, Abi.COUNTERS), map(sources, Abi.SERVICE_COUNTERS));
        BpfMap flow = map(sources, Abi.FLOW);
        BpfMap nat = map(sources, Abi.NAT);
        tables = new TableReader(LbMaps.of(name -> map(sources, name)), sources.maps(), counters, catalog, loop, sources.facts());
        flows = new FlowTableReader(flow, nat, catalog, loop, sources.nanos(), sources.timeouts());
        explainer =
                new PacketExplainer(sources.entry(), sources.device(), map(sources, Abi.CONFIG), map(sources, Abi.EXPLAIN), catalog, loop);
        events = new EventStream(new RingBuffer(map(sources, Abi.EVENTS)), catalog, loop, context.clock(), sources.nanos(),
                sources.eventsWanted(), sources.subscribers());
        collector = new FlowCollector(flow, nat, map(sources, Abi.AFFINITY), catalog, loop, sources.nanos(), sources.timeouts(),
                events::fellSilent);
        metrics = new DatapathMetrics(counters, collector, sources.maps(), catalog);
    }

    /** Begins to look after the flows and to state figures. Once the catalog is filled. */
    public void start() {
        registration = context.metrics().register(metrics);
        loop.execute(collector::start);
    }

    @Override
    public Map<String, String> facts() {
        return tables.facts();
    }

    @Override
    public CompletionStage<List<Entry>> entries() {
        return tables.entries();
    }

    @Override
    public CompletionStage<List<Table>> tables() {
        return tables.tables();
    }

    @Override
    public CompletionStage<List<Counter>> counters() {
        return tables.counters();
    }

    @Override
    public CompletionStage<List<Connection>> connections(int limit) {
        return flows.connections(limit);
    }

    @Override
    public CompletionStage<List<Translation>> translations(int limit) {
        return flows.translations(limit);
    }

    @Override
    public CompletionStage<Explanation> explain(Flow flow) {
        return explainer.explain(flow);
    }

    @Override
    public Registration subscribe(Consumer<FlowEvent> consumer) {
        return subscribers.subscribe(consumer);
    }

    /** Ends everything, and waits for what is under way: after that no map is read. */
    @Override
    public void close() {
        if (registration != null) {
            registration.close();
            registration = null;
        }
        loop.submit(() -> {
            collector.close();
            events.close();
            return true;
        }).join();
    }

    private static BpfMap map(Sources sources, String name) {
        return Optional.ofNullable(sources.maps().get().get(name))
                .orElseThrow(() -> new IllegalArgumentException("the map " + name + " is not there"));
    }
}
