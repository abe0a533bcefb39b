package io.roadstead.kernel.lb;

import java.util.Set;

import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.plugin.InstanceStatus;

/** A dispatch mode of which only its needs matter. */
record NamedDispatch(String label, String carrier, Set<DispatchMode.Need> needs) implements DispatchMode<NamedDispatch.Config> {

    record Config() {
    }

    NamedDispatch {
        needs = Set.copyOf(needs);
    }

    @Override
    public boolean reconfigure(Config config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("");
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
