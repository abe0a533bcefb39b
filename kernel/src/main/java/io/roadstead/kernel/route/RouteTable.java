package io.roadstead.kernel.route;

import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.RouteDelta;

/**
 * The wanted routes of one {@link TableKey}, merged from contributions. A prefix stays while anyone contributes it; the attributes of several items are merged in
 * the order of their keys, whatever the order in which they came. Changes become visible at {@link #flush}. Confined to the control loop.
 */
final class RouteTable {

    private final TableKey key;
    private final SortedSet<EntryKey> attached = new TreeSet<>();
    private final Map<IpPrefix, TreeMap<Contributor, RouteAttributes>> contributions = new HashMap<>();
    private final Map<IpPrefix, RouteAttributes> routes = new HashMap<>();
    private final Map<IpPrefix, Instant> since = new HashMap<>();
    private Set<IpPrefix> dirty = new HashSet<>();

    RouteTable(TableKey key) {
        this.key = key;
    }

    TableKey key() {
        return key;
    }

    /** The items that this table takes in. */
    SortedSet<EntryKey> attached() {
        return attached;
    }

    /** Prefixes of another family than the table's are left out. */
    void add(IpPrefix prefix, EntryKey entry, ResourceKey subject, RouteAttributes attributes) {
        if (prefix.family() == key.family().addressFamily()) {
            contributions.computeIfAbsent(prefix, absent -> new TreeMap<>()).put(new Contributor(entry, subject), attributes);
            dirty.add(prefix);
        }
    }

    void remove(IpPrefix prefix, EntryKey entry, ResourceKey subject) {
        TreeMap<Contributor, RouteAttributes> contributors = contributions.get(prefix);
        if (contributors != null && contributors.remove(new Contributor(entry, subject)) != null) {
            dirty.add(prefix);
            if (contributors.isEmpty()) {
                contributions.remove(prefix);
            }
        }
    }

    /** Makes the changes since the last call visible and returns them; what ended as it was is no change. */
    RouteDelta flush(Instant at) {
        if (dirty.isEmpty()) {
            return new RouteDelta(Map.of(), Set.of());
        }
        Map<IpPrefix, RouteAttributes> announce = new HashMap<>();
        Set<IpPrefix> withdraw = new HashSet<>();
        for (IpPrefix prefix : dirty) {
            RouteAttributes now = merged(prefix);
            RouteAttributes before = now == null ? routes.remove(prefix) : routes.put(prefix, now);
            if (now != null && !now.equals(before)) {
                announce.put(prefix, now);
                since.put(prefix, at);
            } else if (now == null && before != null) {
                withdraw.add(prefix);
                since.remove(prefix);
            }
        }
        dirty = new HashSet<>(); // not cleared: that costs in proportion to the most that it ever held
        return new RouteDelta(announce, withdraw);
    }

    private @Nullable RouteAttributes merged(IpPrefix prefix) {
        TreeMap<Contributor, RouteAttributes> contributors = contributions.get(prefix);
        if (contributors == null) {
            return null;
        }
        RouteAttributes merged = null;
        for (RouteAttributes attributes : contributors.values()) {
            merged = merged == null || merged.equals(attributes) ? attributes : merged.merge(attributes);
        }
        return merged;
    }

    /** As of the last flush. */
    Map<IpPrefix, RouteAttributes> routes() {
        return Collections.unmodifiableMap(routes);
    }

    /** When each got the attributes that it has; same keys as {@link #routes}. */
    Map<IpPrefix, Instant> since() {
        return Collections.unmodifiableMap(since);
    }

    private record Contributor(EntryKey entry, ResourceKey subject) implements Comparable<Contributor> {

        private static final Comparator<Contributor> ORDER = Comparator.comparing(Contributor::entry).thenComparing(Contributor::subject);

        @Override
        public int compareTo(Contributor other) {
            return ORDER.compare(this, other);
        }
    }
}
