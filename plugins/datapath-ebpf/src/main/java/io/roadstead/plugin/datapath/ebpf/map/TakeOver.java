package io.roadstead.plugin.datapath.ebpf.map;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.plugin.datapath.ebpf.map.LutSlab.Region;

/**
 * Reads what maps hold from before: numbers stay with those that had them, and what is right is not written again. What does not fit together, as a writer leaves
 * it that was killed, is put down for removal.
 */
final class TakeOver {
    private final LbMaps maps;
    private final Backends backends;
    private final Vips vips;
    private final IdAllocator serviceIds;
    private final LutSlab slab;
    private final WriteBatch repairs;
    private final Map<ServiceKey, Held> held = new HashMap<>();
    private final Set<Integer> restingBackends = new HashSet<>();
    private int members;
    private int ranges;

    TakeOver(LbMaps maps, Backends backends, Vips vips, IdAllocator serviceIds, LutSlab slab, WriteBatch repairs) {
        this.maps = maps;
        this.backends = backends;
        this.vips = vips;
        this.serviceIds = serviceIds;
        this.slab = slab;
        this.repairs = repairs;
    }

    /** Frontends by key. */
    Map<ServiceKey, Held> held() {
        return held;
    }

    /** Numbers that had an owner, who is gone. */
    Set<Integer> restingBackends() {
        return restingBackends;
    }

    int members() {
        return members;
    }

    int ranges() {
        return ranges;
    }

    void read() {
        Map<Integer, BackendKey> keys = readBackends();
        Map<Integer, Map<BackendKey, Integer>> memberStates = new HashMap<>();
        Map<Integer, Map<BackendKey, Integer>> memberIds = new HashMap<>();
        Map<Integer, Set<RangeKey>> rangesOf = new HashMap<>();
        Map<ServiceKey, ServiceEntry> entries = new HashMap<>();
        Set<Integer> services = readServices(entries);
        maps.member().forEach((key, value) -> {
            MemberKey member = MemberKey.read(key);
            BackendKey backend = keys.get(member.backend());
            int state = Struct.getInt(value, 0);
            members++;
            boolean possible = state == (Abi.BACKEND_ACTIVE | Abi.MEMBER_STANDBY)
                    || state >= Abi.BACKEND_ACTIVE && state <= Abi.BACKEND_MAINTENANCE;
            if (backend == null || !services.contains(member.service()) || !possible) {
                repairs.memberGone(member);
            } else {
                memberStates.computeIfAbsent(member.service(), ignored -> new HashMap<>()).put(backend, state);
                memberIds.computeIfAbsent(member.service(), ignored -> new HashMap<>()).put(backend, member.backend());
            }
        });
        maps.sourceRange().forEach((key, value) -> {
            RangeKey range = RangeKey.read(key);
            ranges++;
            if (services.contains(range.service())) {
                rangesOf.computeIfAbsent(range.service(), ignored -> new HashSet<>()).add(range);
            } else {
                repairs.rangeGone(range);
            }
        });
        entries.forEach((key, entry) -> {
            Map<BackendKey, Integer> states = memberStates.getOrDefault(entry.id(), Map.of());
            states.forEach((backend, state) -> backends.moved(backend, Abi.BACKEND_UNUSED, state));
            Region region = new Region(entry.lutBase(), entry.lutSlots());
            held.put(key, new Held(null, entry, slab.take(region) ? region : null, states,
                    memberIds.getOrDefault(entry.id(), Map.of()), rangesOf.getOrDefault(entry.id(), Set.of())));
        });
    }

    /** Backend keys by number. */
    private Map<Integer, BackendKey> readBackends() {
        Map<Integer, BackendEntry> elements = new HashMap<>();
        maps.backend().forEach((key, value) -> {
            BackendEntry entry = BackendEntry.read(value);
            if (!entry.address().isUnspecified() || entry.state() != Abi.BACKEND_UNUSED) {
                elements.put(Struct.getInt(key, 0), entry);
            }
        });
        Map<Integer, BackendKey> keys = new HashMap<>();
        List<BackendKey> lost = new ArrayList<>();
        maps.backendIds().forEach((key, value) -> {
            BackendKey backend = BackendKey.read(key);
            int id = Struct.getInt(value, 0);
            BackendEntry entry = elements.get(id);
            if (entry != null && backend.equals(new BackendKey(entry.address(), entry.port(), entry.protocol()))
                    && backends.found(backend, id, entry)) {
                keys.put(id, backend);
                elements.remove(id);
            } else {
                lost.add(backend);
            }
        });
        lost.forEach(repairs::backendIdGone);
        elements.forEach((id, entry) -> {
            if (entry.state() != Abi.BACKEND_UNUSED) {
                repairs.backendGone(id, entry);
            }
            if (backends.ids().take(id)) {
                restingBackends.add(id);
            }
        });
        return keys;
    }

    /** Their numbers. An entry whose number is impossible, or another one's, goes. */
    private Set<Integer> readServices(Map<ServiceKey, ServiceEntry> entries) {
        Set<Integer> ids = new HashSet<>();
        Map<ServiceKey, ServiceEntry> all = new HashMap<>();
        maps.service().forEach((key, value) -> all.put(ServiceKey.read(key), ServiceEntry.read(value)));
        all.forEach((key, entry) -> {
            if (Vips.isVip(key)) {
                if (key.equals(Vips.key(key.address()))) {
                    vips.found(key.address(), entry);
                } else {
                    repairs.serviceGone(key);
                }
            } else if (serviceIds.take(entry.id())) {
                entries.put(key, entry);
                ids.add(entry.id());
            } else {
                repairs.serviceGone(key);
            }
        });
        return ids;
    }
}
