package io.roadstead.plugin.datapath.ebpf.map;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.model.net.IpAddress;

/** The backends of all frontends, one per address, port and protocol: who has which number, and in which states frontends have it. */
final class Backends {
    private final Map<BackendKey, Use> uses = new HashMap<>();
    private final Set<Use> touched = new LinkedHashSet<>();
    private final IdAllocator ids;
    private final Catalog catalog;
    private final Predicate<Backend> reached;

    /** @param reached whether every dispatch mode brings packets there */
    Backends(int limit, Catalog catalog, Predicate<Backend> reached) {
        this.reached = reached;
        this.ids = new IdAllocator(limit);
        this.catalog = catalog;
    }

    /** One backend; its number stays for as long as a frontend has it. */
    static final class Use {
        private final int id;
        private final BackendKey key;
        /** By {@code BACKEND_} state, how many frontends have it in that state. */
        private final int[] states = new int[Abi.BACKEND_MAINTENANCE + 1];
        private IpAddress node = IpAddress.ipv6(0, 0);
        private int flags;
        /** As the map has it; null when it has none, or what another one left. */
        private @Nullable BackendEntry written;
        private boolean listed;

        private Use(int id, BackendKey key) {
            this.id = id;
            this.key = key;
        }

        int id() {
            return id;
        }

        private BackendEntry entry() {
            int best = Abi.BACKEND_UNUSED;
            int services = 0;
            for (int state = Abi.BACKEND_MAINTENANCE; state > Abi.BACKEND_UNUSED; state--) {
                best = states[state] > 0 ? state : best;
                services += states[state];
            }
            return new BackendEntry(key.address(), node, key.port(), key.protocol(), best, flags, services);
        }
    }

    static BackendKey key(Backend backend, int protocol) {
        return new BackendKey(backend.address(), backend.port(), protocol);
    }

    boolean knows(BackendKey key) {
        return uses.containsKey(key);
    }

    int size() {
        return uses.size();
    }

    int available() {
        return ids.available();
    }

    IdAllocator ids() {
        return ids;
    }

    /** Takes over a number from the maps; false when it cannot be. */
    boolean found(BackendKey key, int id, BackendEntry entry) {
        if (uses.containsKey(key) || !ids.take(id)) {
            return false;
        }
        Use use = new Use(id, key);
        use.node = entry.node();
        use.flags = entry.flags();
        use.written = entry;
        use.listed = true;
        uses.put(key, use);
        touched.add(use); // should nothing turn out to have it, it goes
        return true;
    }

    /** The backend's number, a new one when it has none. */
    Use use(Backend backend, int protocol) {
        BackendKey key = key(backend, protocol);
        Use use = uses.computeIfAbsent(key, added -> new Use(ids.allocate(), added));
        use.node = backend.nodeAddress().isUnspecified() ? IpAddress.ipv6(0, 0) : backend.nodeAddress();
        use.flags = backend.local() ? Abi.BACKEND_LOCAL : reached.test(backend) ? 0 : Abi.BACKEND_FAR;
        touched.add(use);
        return use;
    }

    /** A frontend has it in another state now, as {@code rs_member} says it; {@code BACKEND_UNUSED} is not at all. */
    void moved(BackendKey key, int from, int to) {
        Use use = uses.get(key);
        if (use == null) {
            throw new IllegalStateException("no frontend has " + key);
        }
        if (from != Abi.BACKEND_UNUSED) {
            use.states[from & ~Abi.MEMBER_STANDBY]--;
        }
        if (to != Abi.BACKEND_UNUSED) {
            use.states[to & ~Abi.MEMBER_STANDBY]++;
        }
        touched.add(use);
    }

    /** Writes those whose entry is not what it ought to be. Those that nothing has go; their numbers are told, to rest. */
    void settle(WriteBatch batch, IntConsumer gone) {
        for (Use use : touched) {
            BackendEntry entry = use.entry();
            if (entry.services() == 0) {
                uses.remove(use.key);
                catalog.backend(use.id, null);
                if (use.listed) {
                    batch.backendGone(use.id, use.key, entry);
                }
                gone.accept(use.id);
                continue;
            }
            if (!entry.equals(use.written)) {
                batch.backend(use.id, entry);
                use.written = entry;
            }
            if (!use.listed) {
                batch.backendId(use.key, use.id);
                use.listed = true;
            }
            catalog.backend(use.id, use.key);
        }
        touched.clear();
    }
}
