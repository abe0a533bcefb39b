package io.roadstead.plugin.datapath.ebpf.map;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.model.net.IpAddress;

/**
 * The entries of addresses themselves, by which programs know an unknown port on a VIP from one that is none of theirs. An address of the node is never a VIP,
 * whatever frontends it has: its other ports belong to the host.
 */
final class Vips {
    /** Per address, how many frontends of each type have it. */
    private final Map<IpAddress, Map<FrontendType, Integer>> uses = new HashMap<>();
    private final Map<IpAddress, ServiceEntry> written = new HashMap<>();
    /** Those that have, had or are going to have an entry. */
    private final Set<IpAddress> known = new HashSet<>();
    private final Set<IpAddress> touched = new LinkedHashSet<>();
    private Set<IpAddress> nodeAddresses = Set.of();

    static ServiceKey key(IpAddress address) {
        return new ServiceKey(address, 0, 0, Abi.SCOPE_EXTERNAL);
    }

    static boolean isVip(ServiceKey key) {
        return key.port() == 0 && key.protocol() == 0;
    }

    /** How many entries there are, or are going to be. */
    int size() {
        return known.size();
    }

    /** How many more it takes for a frontend of that address and type. */
    int sizeFor(IpAddress address, FrontendType type) {
        return type == FrontendType.NODE_PORT || known.contains(address) ? 0 : 1;
    }

    /** Takes over an entry from the maps; it goes if no frontend turns up. */
    void found(IpAddress address, ServiceEntry entry) {
        written.put(address, entry);
        known.add(address);
        touched.add(address);
    }

    void nodeAddresses(Set<IpAddress> addresses) {
        touched.addAll(nodeAddresses);
        nodeAddresses = new HashSet<>(addresses);
        touched.addAll(addresses);
    }

    void add(IpAddress address, FrontendType type) {
        if (type != FrontendType.NODE_PORT) {
            uses.computeIfAbsent(address, added -> new EnumMap<>(FrontendType.class)).merge(type, 1, Integer::sum);
            known.add(address);
            touched.add(address);
        }
    }

    void remove(IpAddress address, FrontendType type) {
        Map<FrontendType, Integer> counts = uses.get(address);
        if (counts != null && type != FrontendType.NODE_PORT) {
            counts.computeIfPresent(type, (same, count) -> count == 1 ? null : count - 1);
            touched.add(address);
        }
    }

    /** Writes those whose entry is not what it ought to be. */
    void settle(WriteBatch batch) {
        for (IpAddress address : touched) {
            int flags = flags(uses.get(address));
            if (flags == 0) {
                uses.remove(address);
                known.remove(address);
            }
            if (flags == 0 || nodeAddresses.contains(address)) {
                if (written.remove(address) != null) {
                    batch.serviceGone(key(address));
                }
                continue;
            }
            ServiceEntry entry = new ServiceEntry(0, Abi.SVC_VIP | flags, 0, 0, 0, 0, 0, 0);
            if (!entry.equals(written.put(address, entry))) {
                batch.service(key(address), entry);
            }
        }
        touched.clear();
    }

    private static int flags(@Nullable Map<FrontendType, Integer> counts) {
        int flags = 0;
        if (counts != null) {
            for (FrontendType type : counts.keySet()) {
                flags |= ServiceEntries.typeFlags(type);
            }
        }
        return flags;
    }
}
