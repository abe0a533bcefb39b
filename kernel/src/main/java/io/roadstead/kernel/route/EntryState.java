package io.roadstead.kernel.route;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.route.RouteDecision;

/** The decisions of one item of an advertisement, per subject. Confined to the control loop. */
final class EntryState {

    private final PlannedEntry planned;
    private final Map<ResourceKey, List<RouteDecision>> decisions = new HashMap<>();
    /** Subjects whose latest decision failed, with what was thrown; their earlier decisions stay. */
    private final Map<ResourceKey, String> failures = new HashMap<>();

    EntryState(PlannedEntry planned) {
        this.planned = planned;
    }

    PlannedEntry planned() {
        return planned;
    }

    EntryKey key() {
        return planned.key();
    }

    String type() {
        return planned.entry().type();
    }

    Map<ResourceKey, List<RouteDecision>> decisions() {
        return decisions;
    }

    Map<ResourceKey, String> failures() {
        return failures;
    }

    static Set<IpPrefix> announced(List<RouteDecision> decisions) {
        Set<IpPrefix> prefixes = HashSet.newHashSet(decisions.size());
        for (RouteDecision decision : decisions) {
            IpPrefix prefix = decision.prefix();
            if (decision.announced() && prefix != null) {
                prefixes.add(prefix);
            }
        }
        return prefixes;
    }
}
