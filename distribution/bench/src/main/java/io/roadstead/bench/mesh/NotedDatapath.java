package io.roadstead.bench.mesh;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.bench.IdleDatapath;

/** Carries nothing: keeps what it was told last, for any thread to read. */
final class NotedDatapath extends IdleDatapath {

    private final Map<Frontend, FrontendState> frontends = new ConcurrentHashMap<>();
    private volatile Consumer<FrontendState> listener = _ -> {
    };

    /** What it was told last. */
    Collection<FrontendState> frontends() {
        return List.copyOf(frontends.values());
    }

    /** Called on the control loop for each frontend that changes from now on. */
    void listen(Consumer<FrontendState> changed) {
        listener = changed;
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
}
