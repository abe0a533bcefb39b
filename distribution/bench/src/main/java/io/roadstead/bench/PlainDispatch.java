package io.roadstead.bench;

import java.util.Set;

import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.plugin.InstanceStatus;

/** A dispatch mode that needs nothing. */
public record PlainDispatch() implements DispatchMode<PlainDispatch> {
    @Override
    public Set<Need> needs() {
        return Set.of();
    }

    @Override
    public String label() {
        return "SNAT";
    }

    @Override
    public boolean reconfigure(PlainDispatch config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("");
    }

    @Override
    public void close() {
        // holds nothing
    }
}
