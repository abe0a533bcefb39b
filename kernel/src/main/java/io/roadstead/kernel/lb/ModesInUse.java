package io.roadstead.kernel.lb;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.DispatchMode.Need;
import io.roadstead.api.lb.FrontendState;

/** By how many frontends each dispatch mode is used. Confined to the control loop. */
final class ModesInUse {

    private final Map<String, Integer> frontends = new HashMap<>();

    /** A frontend is another one than before; null for none. */
    void replace(@Nullable FrontendState before, @Nullable FrontendState now) {
        if (before != null) {
            frontends.computeIfPresent(before.dispatch(), (mode, count) -> count == 1 ? null : count - 1);
        }
        if (now != null) {
            frontends.merge(now.dispatch(), 1, Integer::sum);
        }
    }

    void clear() {
        frontends.clear();
    }

    /** Whether any in use wraps packets for other nodes. */
    boolean wraps(Map<String, DispatchMode<?>> modes) {
        return frontends.keySet().stream().map(modes::get).anyMatch(mode -> mode != null && wraps(mode));
    }

    static boolean wraps(DispatchMode<?> mode) {
        return mode.needs().contains(Need.ENCAPSULATION);
    }
}
