package io.roadstead.kernel.route;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteDecision;

/**
 * The decisions of one item of an advertisement, per subject. What is withheld is decided all the same, so that it can be explained, and is there when it is no
 * longer withheld although its advertiser fails then. Confined to the control loop.
 */
final class EntryState {

    private final PlannedEntry planned;
    /** As the advertiser made them. */
    private final Map<ResourceKey, List<RouteDecision>> made = new HashMap<>();
    /** As they are in force: the same map unless something is withheld. */
    private final Map<ResourceKey, List<RouteDecision>> decisions;
    private final Map<ResourceKey, List<RouteDecision>> inForce;
    /** Subjects whose latest decision failed, with what was thrown; their earlier decisions stay. */
    private final Map<ResourceKey, String> failures = new HashMap<>();

    EntryState(PlannedEntry planned) {
        this.planned = planned;
        this.decisions = planned.withheld() == null ? made : new HashMap<>();
        this.inForce = Collections.unmodifiableMap(decisions);
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

    /** What is in force; changed by {@link #put} only. */
    Map<ResourceKey, List<RouteDecision>> decisions() {
        return inForce;
    }

    /** Takes what the advertiser decided for a subject; an empty list forgets it. */
    void put(ResourceKey subject, List<RouteDecision> now) {
        Reason withheld = planned.withheld();
        if (now.isEmpty()) {
            made.remove(subject);
            decisions.remove(subject);
        } else {
            made.put(subject, now);
            if (withheld != null) {
                decisions.put(subject, now.stream().map(decision -> decision.announced()
                        ? RouteDecision.refuse(decision.prefix(), withheld, decision.variant())
                        : decision).toList());
            }
        }
    }

    /** Takes what was decided for the same item as it was planned before. */
    void inherit(EntryState former) {
        former.made.forEach(this::put);
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
