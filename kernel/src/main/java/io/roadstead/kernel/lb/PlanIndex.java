package io.roadstead.kernel.lb;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;

/** Which Services' plans a change concerns that is not one of the Service's own objects. Confined to the control loop. */
final class PlanIndex {

    private final Map<String, Set<ResourceKey>> byNode = new HashMap<>();
    private final NavigableMap<RemoteAddress, Set<ResourceKey>> byAddress = new TreeMap<>();
    private final Map<String, Set<ResourceKey>> byLink = new HashMap<>();
    private final NavigableMap<Instant, Set<ResourceKey>> byTime = new TreeMap<>();

    /** A Service has another plan; null for none. */
    void put(ResourceKey service, @Nullable ServicePlan before, @Nullable ServicePlan now) {
        RemoteReads was = before == null ? RemoteReads.NOTHING : before.remote();
        RemoteReads is = now == null ? RemoteReads.NOTHING : now.remote();
        move(byNode, service, before == null ? Set.of() : before.nodes(), now == null ? Set.of() : now.nodes());
        move(byAddress, service, was.addresses(), is.addresses());
        move(byLink, service, was.links(), is.links());
        move(byTime, service, times(was), times(is));
    }

    private static Set<Instant> times(RemoteReads reads) {
        return reads.reconsider() == null ? Set.of() : Set.of(reads.reconsider());
    }

    private static <K> void move(Map<K, Set<ResourceKey>> index, ResourceKey service, Set<K> from, Set<K> to) {
        if (from.equals(to)) {
            return;
        }
        for (K key : from) {
            if (!to.contains(key)) {
                index.computeIfPresent(key, (same, services) -> {
                    services.remove(service);
                    return services.isEmpty() ? null : services;
                });
            }
        }
        to.forEach(key -> index.computeIfAbsent(key, absent -> new HashSet<>()).add(service));
    }

    /** Those with backends on a node of the own cluster. */
    Set<ResourceKey> ofNode(String name) {
        return byNode.getOrDefault(name, Set.of());
    }

    /** Those with backends within these prefixes of another cluster. */
    Set<ResourceKey> within(RemoteNodes.Change change) {
        Set<ResourceKey> found = new LinkedHashSet<>();
        for (IpPrefix prefix : change.prefixes()) {
            Collection<Set<ResourceKey>> there = byAddress.subMap(new RemoteAddress(change.cluster(), prefix.address()), true,
                    new RemoteAddress(change.cluster(), prefix.last()), true).values();
            there.forEach(found::addAll);
        }
        return found;
    }

    /** Those to which it matters whether a cluster can be reached. */
    Set<ResourceKey> ofLink(String cluster) {
        return byLink.getOrDefault(cluster, Set.of());
    }

    /** Those whose time has come. */
    Set<ResourceKey> due(Instant now) {
        Set<ResourceKey> due = new LinkedHashSet<>();
        byTime.headMap(now, true).values().forEach(due::addAll);
        return due;
    }

    /** When the next one's comes. */
    Optional<Instant> nextTime() {
        return byTime.isEmpty() ? Optional.empty() : Optional.of(byTime.firstKey());
    }
}
