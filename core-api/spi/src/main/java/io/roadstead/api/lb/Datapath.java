package io.roadstead.api.lb;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.api.plugin.Instance;

/**
 * Carries the traffic of frontends to backends. Called on the control loop; every call hands over and returns at once. Optional abilities:
 * {@link DatapathTables}, {@link FlowTables}, {@link FlowExplainer}, {@link FlowEvents}.
 */
public interface Datapath<C extends Record> extends Instance<C> {
    /** What it can do for dispatch modes. */
    Set<DispatchMode.Need> abilities();

    /** Replaces the dispatch modes, by the names that frontends use. One that went keeps the flows it has, where the datapath can. */
    void dispatchModes(Map<String, DispatchMode<?>> modes);

    /** This node, first of all calls and whenever its addresses change. */
    void localNode(LocalNode node);

    /**
     * Replaces everything. The first call after a restart takes over what the datapath still does from before: nothing that stays the same is
     * touched. Idempotent.
     */
    void replace(Collection<FrontendState> frontends);

    /** Changes some: these as they are now, those gone. Costs in proportion to the change. */
    void update(List<FrontendState> changed, List<Frontend> removed);
}
