package io.roadstead.api.lb;

import java.util.Collection;
import java.util.List;
import java.util.Set;

import io.roadstead.api.plugin.Instance;

/** Carries the traffic of frontends to backends. */
public interface Datapath<C extends Record> extends Instance<C> {
    /** What it can do for dispatch modes. */
    Set<DispatchMode.Need> abilities();

    /** Replaces everything. Called on the control loop; returns at once; idempotent. */
    void replace(Collection<FrontendState> frontends);

    /** Changes some: these as they are now, those gone. Costs in proportion to the change. */
    void update(List<FrontendState> changed, List<Frontend> removed);
}
