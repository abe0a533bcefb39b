package io.roadstead.bench.mesh;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.plugin.InstanceStatus;

/** Carries nothing: keeps what it was told last, for any thread to read. */
final class NotedDatapath implements Datapath<NotedDatapath.Config> {

    private final Map<Frontend, FrontendState> frontends = new ConcurrentHashMap<>();
    private volatile Consumer<FrontendState> listener = _ -> {
    };

    record Config() {
    }

    /** What it was told last. */
    Collection<FrontendState> frontends() {
        return List.copyOf(frontends.values());
    }

    /** Called on the control loop for each frontend that changes from now on. */
    void listen(Consumer<FrontendState> changed) {
        listener = changed;
    }

    @Override
    public Set<DispatchMode.Need> abilities() {
        return Set.of();
    }

    @Override
    public void dispatchModes(Map<String, DispatchMode<?>> modes) {
        // carries nothing
    }

    @Override
    public void localNode(LocalNode node) {
        // carries nothing
    }

    @Override
    public void replace(Collection<FrontendState> all) {
        frontends.clear();
        update(List.copyOf(all), List.of());
    }

    @Override
    public void update(List<FrontendState> changed, List<Frontend> removed) {
        removed.forEach(frontends::remove);
        for (FrontendState state : changed) {
            frontends.put(state.frontend(), state);
            listener.accept(state);
        }
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
        // holds nothing
    }
}
