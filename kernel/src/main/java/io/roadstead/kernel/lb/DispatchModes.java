package io.roadstead.kernel.lb;

import java.util.Map;
import java.util.TreeMap;

import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.model.service.Protocol;

/** The dispatch modes that are loaded, by type. Confined to the control loop. */
final class DispatchModes {

    /** Two modes under one name: which one it is depends on the protocol. */
    static final String HYBRID = "hybrid";

    private final Map<String, DispatchMode<?>> loaded = new TreeMap<>();

    void put(String type, DispatchMode<?> mode) {
        loaded.put(type, mode);
    }

    /** Forgets it, unless another has taken its place; returns whether it was in use. */
    @SuppressWarnings("ReferenceEquality") // a successor may be equal to it
    boolean remove(String type, DispatchMode<?> mode) {
        return loaded.get(type) == mode && loaded.remove(type, mode);
    }

    Map<String, DispatchMode<?>> all() {
        return Map.copyOf(loaded);
    }

    /** The mode that a name means for a protocol. */
    static String resolve(String name, Protocol protocol) {
        if (!name.equals(HYBRID)) {
            return name;
        }
        return protocol == Protocol.TCP ? "dsr" : "snat";
    }
}
