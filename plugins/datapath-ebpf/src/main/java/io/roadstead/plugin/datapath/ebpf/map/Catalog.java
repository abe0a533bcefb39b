package io.roadstead.plugin.datapath.ebpf.map;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.FrontendState;

/** What the numbers in the maps stand for. Written on the datapath's loop, read by any thread; each answer is of its own moment. */
public final class Catalog {
    private final Map<Integer, FrontendState> services = new ConcurrentHashMap<>();
    private final Map<Integer, BackendKey> backends = new ConcurrentHashMap<>();
    private final Map<Integer, String> dispatch = new ConcurrentHashMap<>();

    /** The frontend of that number, as its entry in {@code rs_service} carries it. */
    public Optional<FrontendState> service(int id) {
        return Optional.ofNullable(services.get(id));
    }

    /** All frontends by number. */
    public Map<Integer, FrontendState> services() {
        return Map.copyOf(services);
    }

    /** The backend of that number, for as long as any frontend has it. */
    public Optional<BackendKey> backend(int id) {
        return Optional.ofNullable(backends.get(id));
    }

    /** The dispatch mode of that place; empty when no mode ever had it. */
    public String dispatch(int index) {
        return dispatch.getOrDefault(index, "");
    }

    void service(int id, @Nullable FrontendState state) {
        set(services, id, state);
    }

    void backend(int id, @Nullable BackendKey key) {
        set(backends, id, key);
    }

    void dispatch(int index, String name) {
        dispatch.put(index, name);
    }

    private static <V> void set(Map<Integer, V> map, int id, @Nullable V value) {
        if (value == null) {
            map.remove(id);
        } else {
            map.put(id, value);
        }
    }
}
