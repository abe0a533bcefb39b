package io.roadstead.plugin.mesh.etcd.client;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Which key hangs on which lease. A lease has few keys: the cost of each of etcd's writes grows with the keys of its lease. */
final class LeaseLedger {

    private final int keysPerLease;
    private final Map<Long, Set<String>> leases = new LinkedHashMap<>();
    private final Map<String, Long> leaseOf = new HashMap<>();

    LeaseLedger(int keysPerLease) {
        this.keysPerLease = keysPerLease;
    }

    /** A new lease with room for keys. */
    void granted(long lease) {
        leases.put(lease, new LinkedHashSet<>());
    }

    /** The lease that a key is written with, the one it had if it had one; empty when a new lease is needed first. */
    OptionalLong assign(String key) {
        Long held = leaseOf.get(key);
        if (held != null) {
            return OptionalLong.of(held);
        }
        for (Map.Entry<Long, Set<String>> lease : leases.entrySet()) {
            if (lease.getValue().size() < keysPerLease) {
                lease.getValue().add(key);
                leaseOf.put(key, lease.getKey());
                return OptionalLong.of(lease.getKey());
            }
        }
        return OptionalLong.empty();
    }

    /** The key is gone from the store: its place is free. */
    void release(String key) {
        Long lease = leaseOf.remove(key);
        if (lease != null) {
            leases.getOrDefault(lease, new LinkedHashSet<>()).remove(key);
        }
    }

    /** The lease has ended, and its keys with it. Returns them: they have no lease now. */
    List<String> lost(long lease) {
        Set<String> keys = leases.remove(lease);
        if (keys == null) {
            return List.of();
        }
        keys.forEach(leaseOf::remove);
        return List.copyOf(keys);
    }

    /** All leases. */
    List<Long> leases() {
        return List.copyOf(leases.keySet());
    }
}
