package io.roadstead.api.view;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents;
import io.roadstead.api.lb.FlowExplainer;
import io.roadstead.api.lb.FlowTables;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.net.IpAddress;

/**
 * What load balancing shows of itself. Safe for any thread. What the datapath does not offer fails with a {@link io.roadstead.api.error.RoadsteadException} that
 * says so.
 */
public interface BalancingViews {
    /** Every frontend with its slots, as packets see it, ordered by frontend. */
    CompletionStage<List<DatapathTables.Entry>> entries();

    /** Who may connect, for frontends that not everybody may connect to, ordered by frontend. */
    CompletionStage<List<SourceRangesView>> sourceRanges();

    /** The datapath's tables, ordered by name. */
    CompletionStage<List<DatapathTables.Table>> tables();

    /** What the datapath counts. */
    CompletionStage<List<DatapathTables.Counter>> counters();

    /** Flows that the datapath remembers, at most so many. */
    CompletionStage<List<FlowTables.Connection>> connections(int limit);

    /** How replies are translated, at most so many. */
    CompletionStage<List<FlowTables.Translation>> translations(int limit);

    /** What would become of a flow's first packet. */
    CompletionStage<FlowExplainer.Explanation> explainFlow(Flow flow);

    /**
     * What would become of a Service's tables without a backend. Changes nothing.
     *
     * @param without its address; null shows the tables as they are
     * @param port    its port; 0 means whatever port it has
     */
    CompletionStage<SimulationView> simulate(String namespace, String name, @Nullable IpAddress without, int port);

    /** Addresses of a Pod that a Service leads to; empty when none of that name is known. */
    CompletionStage<List<IpAddress>> podAddresses(String namespace, String name);

    /** Calls with each event from now on, on a thread of the datapath's; the consumer returns at once. */
    CompletionStage<Registration> observe(Consumer<FlowEvents.FlowEvent> consumer);
}
