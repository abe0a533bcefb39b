package io.roadstead.bench;

import java.util.Map;
import java.util.Set;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.plugin.InstanceStatus;

/** A datapath that carries nothing: what it does with frontends is its subclass's business. */
public abstract class IdleDatapath implements Datapath<IdleDatapath.Config> {

    /** Nothing to set. */
    public record Config() {
    }

    @Override
    public final Set<DispatchMode.Need> abilities() {
        return Set.of();
    }

    @Override
    public final void dispatchModes(Map<String, DispatchMode<?>> modes) {
        // carries nothing
    }

    @Override
    public final void localNode(LocalNode node) {
        // carries nothing
    }

    @Override
    public final boolean reconfigure(Config config) {
        return true;
    }

    @Override
    public final InstanceStatus status() {
        return InstanceStatus.ok("");
    }

    @Override
    public final void close() {
        // holds nothing
    }
}
