package io.roadstead.kernel.ipam;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.api.model.pool.LoadBalancerIpPool;

/** All pools, and which of them are in each other's way. Confined to the control loop. */
final class PoolTable {

    private final Map<String, Pool> byName = new HashMap<>();
    private final Allocator allocator;
    private List<Pool> ordered = List.of();

    PoolTable(Allocator allocator) {
        this.allocator = allocator;
    }

    /** Older ones first. */
    List<Pool> all() {
        return ordered;
    }

    /** Every pool with this address in a block, older ones first. */
    List<Pool> containing(IpAddress address) {
        List<Pool> found = new ArrayList<>(1);
        for (Pool pool : ordered) {
            if (pool.contains(address)) {
                found.add(pool);
            }
        }
        return found;
    }

    /** Puts pools in and takes pools out. Returns those of which a Service may notice something: former ones, new ones, and whose conflict came or went. */
    Set<Pool> change(Collection<LoadBalancerIpPool> puts, Collection<String> removals) {
        Set<Pool> changed = new HashSet<>();
        for (String name : removals) {
            addIfPresent(changed, byName.remove(name));
        }
        for (LoadBalancerIpPool resource : puts) {
            Pool pool = new Pool(resource);
            Set<IpAddress> counted = new HashSet<>();
            for (Pool.Block block : pool.blocks()) {
                allocator.in(block.all()).forEach(entry -> {
                    if (counted.add(entry.getKey())) {
                        pool.count(entry.getKey(), 1);
                    }
                });
            }
            changed.add(pool);
            addIfPresent(changed, byName.put(pool.name(), pool));
        }
        ordered = byName.values().stream().sorted(Pool.ORDER).toList();
        NavigableMap<IpAddress, Taken> taken = new TreeMap<>();
        for (Pool pool : ordered) {
            if (pool.conflict(findConflict(pool, taken))) {
                changed.add(pool);
            }
        }
        return changed;
    }

    private static void addIfPresent(Set<Pool> pools, @Nullable Pool pool) {
        if (pool != null) {
            pools.add(pool);
        }
    }

    /** What the pool overlaps of itself or of those that come before it and are not in conflict; when nothing, its ranges are taken, too. */
    private static String findConflict(Pool pool, NavigableMap<IpAddress, Taken> taken) {
        NavigableMap<IpAddress, Taken> own = new TreeMap<>();
        for (Pool.Block block : pool.blocks()) {
            for (NavigableMap<IpAddress, Taken> ranges : List.of(own, taken)) {
                Map.Entry<IpAddress, Taken> nearest = ranges.floorEntry(block.all().last());
                if (nearest != null && nearest.getValue().range.overlaps(block.all())) {
                    Taken other = nearest.getValue();
                    return block.text() + " overlaps " + other.text + " of "
                            + (other.pool.equals(pool.name()) ? "the same pool" : "pool " + other.pool);
                }
            }
            own.put(block.all().first(), new Taken(block.all(), block.text(), pool.name()));
        }
        taken.putAll(own);
        return "";
    }

    /** An address became occupied (1) or free (-1). */
    void count(IpAddress address, int difference) {
        for (Pool pool : ordered) {
            pool.count(address, difference);
        }
    }

    private record Taken(IpRange range, String text, String pool) {
    }
}
