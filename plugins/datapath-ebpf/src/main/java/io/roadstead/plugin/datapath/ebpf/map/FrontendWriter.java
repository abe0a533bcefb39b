package io.roadstead.plugin.datapath.ebpf.map;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.time.Scheduler;
import io.roadstead.plugin.datapath.ebpf.map.LutSlab.Region;

/**
 * Makes the maps hold what the frontends are, by writing differences only. On the datapath's loop. A frontend that does not fit is refused alone, with what it had
 * before left in force, and tried again whenever something was freed.
 */
public final class FrontendWriter {
    /** Programs that read the entry before its change are long through by then. */
    private static final Duration REGION_REST = Duration.ofSeconds(1);
    /** By then the flows of an owner that went are gone from rs_flow: their backend is unused, which ends them. */
    private static final Duration ID_REST = Duration.ofMinutes(5);

    private final LbMaps maps;
    private final DispatchIndexes dispatch;
    private final Catalog catalog;
    private final Scheduler scheduler;
    private final Runnable changed;
    private final Map<Frontend, FrontendState> desired = new LinkedHashMap<>();
    private final Map<Frontend, String> refused = new LinkedHashMap<>();
    private final Map<String, Integer> dispatchUses = new HashMap<>();
    private final Map<ServiceKey, Held> held = new HashMap<>();
    /** What is given back once it has rested from the next writing on. */
    private final List<Runnable> resting = new ArrayList<>();
    private final List<Runnable> restingRegions = new ArrayList<>();
    private Set<IpAddress> nodeAddresses = Set.of();
    private Predicate<Backend> reached = backend -> true;
    private Backends backends;
    private IdAllocator serviceIds;
    private LutSlab slab;
    private Vips vips = new Vips();
    private WriteBatch batch = new WriteBatch();
    private int members;
    private int ranges;
    private boolean inStep;

    /**
     * @param scheduler the datapath's loop
     * @param changed   called after each change of a map
     */
    public FrontendWriter(LbMaps maps, DispatchIndexes dispatch, Catalog catalog, Scheduler scheduler, Runnable changed) {
        this.maps = maps;
        this.dispatch = dispatch;
        this.catalog = catalog;
        this.scheduler = scheduler;
        this.changed = changed;
        this.backends = newBackends();
        this.serviceIds = new IdAllocator(maps.service().maxEntries());
        this.slab = new LutSlab(maps.lutSlots());
    }

    /** These and no others. The first call takes over what the maps hold. */
    public void replace(Collection<FrontendState> states) {
        desired.clear();
        states.forEach(state -> desired.put(state.frontend(), state));
        if (inStep) {
            removeUndesired();
            apply(desired.values());
        } else {
            resync();
        }
    }

    /** These as they are now, those gone. One that stands in both stays. */
    public void update(List<FrontendState> states, List<Frontend> removed) {
        removed.forEach(desired::remove);
        states.forEach(state -> desired.put(state.frontend(), state));
        if (!inStep) {
            resync();
            return;
        }
        for (Frontend frontend : removed) {
            if (!desired.containsKey(frontend)) {
                refused.remove(frontend);
                remove(ServiceEntries.key(frontend));
            }
        }
        apply(states);
    }

    /** The node's own addresses, which are no VIPs. */
    public void nodeAddresses(Collection<IpAddress> addresses) {
        nodeAddresses = new HashSet<>(addresses);
        vips.nodeAddresses(nodeAddresses);
        if (inStep) {
            commit();
        }
    }

    /** Whether every dispatch mode brings packets to a backend; flows to one that it does not hold for get there by source NAT. */
    public void reached(Predicate<Backend> test) {
        reached = test;
        if (inStep) {
            held.values().stream().map(Held::state).filter(Objects::nonNull).forEach(state -> state.backends()
                    .forEach(backend -> backends.use(backend, ServiceEntries.number(state.frontend().protocol()))));
            commit();
        }
    }

    /** Whether the maps may hold otherwise than this believes, because writing failed; {@link #resync} is due. */
    public boolean outOfStep() {
        return !inStep;
    }

    /** Reads the maps anew and writes what is missing. */
    public void resync() {
        inStep = false;
        held.clear();
        dispatchUses.clear();
        backends = newBackends();
        serviceIds = new IdAllocator(maps.service().maxEntries());
        slab = new LutSlab(maps.lutSlots());
        vips = new Vips();
        vips.nodeAddresses(nodeAddresses);
        batch = new WriteBatch();
        resting.clear();
        restingRegions.clear();
        TakeOver before = new TakeOver(maps, backends, vips, serviceIds, slab, batch);
        before.read();
        held.putAll(before.held());
        members = before.members();
        ranges = before.ranges();
        IdAllocator ids = backends.ids();
        restAll(ID_REST, before.restingBackends().stream().<Runnable>map(id -> () -> ids.release(id)).toList());
        inStep = true;
        removeUndesired();
        apply(desired.values());
    }

    /** What could not be written, each with subject and remedy, by frontend. */
    public List<String> problems() {
        return refused.entrySet().stream().sorted(Map.Entry.comparingByKey((one, other) -> one.toString().compareTo(other.toString())))
                .map(Map.Entry::getValue).toList();
    }

    /** How many entries of services, of backends and of slots are in use. */
    public Map<String, Integer> used() {
        Map<String, Integer> used = new TreeMap<>();
        used.put(Abi.SERVICE, held.size() + vips.size());
        used.put(Abi.BACKEND, backends.size());
        used.put(Abi.LUT, (slab.slots() - slab.freeSlots()) / 2);
        used.put(Abi.MEMBER, members);
        used.put(Abi.SOURCE_RANGE, ranges);
        return used;
    }

    /** Whether a frontend's entry names that dispatch mode. */
    public boolean uses(String mode) {
        return dispatchUses.getOrDefault(mode, 0) > 0;
    }

    private Backends newBackends() {
        return new Backends(Math.min(maps.backend().maxEntries() - 1, maps.backendIds().maxEntries()), catalog,
                backend -> reached.test(backend));
    }

    private void removeUndesired() {
        Set<ServiceKey> wanted = new HashSet<>();
        desired.keySet().forEach(frontend -> wanted.add(ServiceEntries.key(frontend)));
        held.keySet().stream().filter(key -> !wanted.contains(key)).toList().forEach(this::remove);
        refused.keySet().removeIf(frontend -> !desired.containsKey(frontend));
    }

    private void apply(Collection<FrontendState> states) {
        for (FrontendState state : states) {
            if (state.equals(stateOf(state.frontend()))) {
                refused.remove(state.frontend());
            } else {
                applyOrRefuse(state);
            }
        }
        commit();
    }

    private @Nullable FrontendState stateOf(Frontend frontend) {
        Held now = held.get(ServiceEntries.key(frontend));
        return now == null ? null : now.state();
    }

    private void applyOrRefuse(FrontendState state) {
        Optional<String> reason = lacks(state);
        if (reason.isPresent() && batch.removesSomething()) {
            commit(); // what goes makes room
            reason = lacks(state);
        }
        if (reason.isPresent()) {
            refused.put(state.frontend(), "service " + state.service() + " (" + state.frontend() + "): " + reason.get());
        } else {
            refused.remove(state.frontend());
            apply(state);
        }
    }

    private static String full(String what, int limit, String key) {
        return "no room is left for its " + what + " (" + limit + " in all); raise roadstead.datapaths.ebpf.maps." + key
                + ", which takes effect when the datapath was detached";
    }

    /** Why it cannot be written; empty when it can. */
    private Optional<String> lacks(FrontendState state) {
        if (state.frontend().protocol() == Protocol.SCTP) {
            return Optional.of("this datapath carries TCP and UDP only; have the Service use another datapath");
        }
        String wrong = state.table() == null ? "" : ServiceEntries.wrong(state.table(), state.selectable());
        if (!wrong.isEmpty()) {
            return Optional
                    .of("the algorithm " + state.algorithm() + " gave a table that cannot be: " + wrong + "; report it to its author");
        }
        if (dispatch.of(state.dispatch()).isEmpty()) {
            return Optional.of("there are more than " + (Abi.MAX_DISPATCH - 1) + " dispatch modes; use fewer");
        }
        Held now = held.get(ServiceEntries.key(state.frontend()));
        int protocol = ServiceEntries.number(state.frontend().protocol());
        Set<BackendKey> wanted = new HashSet<>();
        state.backends().forEach(backend -> wanted.add(Backends.key(backend, protocol)));
        if (wanted.stream().filter(key -> !backends.knows(key)).count() > backends.available()) {
            return Optional.of(full("backends", maps.backend().maxEntries() - 1, "backends"));
        }
        if (wanted.stream().filter(key -> now == null || !now.members().containsKey(key)).count() > maps.member().maxEntries() - members) {
            return Optional.of(full("backends' memberships", maps.member().maxEntries(), "members"));
        }
        if (now == null && (serviceIds.available() == 0 || held.size() + vips.size() + 1
                + vips.sizeFor(state.frontend().address(), state.type()) > maps.service().maxEntries())) {
            return Optional.of(full("frontends", maps.service().maxEntries(), "services"));
        }
        if (state.sourceRanges().prefixes().size() > maps.sourceRange().maxEntries() - ranges) {
            return Optional.of(full("source ranges", maps.sourceRange().maxEntries(), "source-ranges"));
        }
        SelectionTable table = state.table();
        if (table != null && !keepsRegion(now, table)) {
            Optional<Region> room = slab.allocate(table.slots());
            room.ifPresent(slab::release);
            return room.isPresent() ? Optional.empty()
                    : Optional.of(full("table of " + table.slots() + " slots", slab.slots(), "lut-slots"));
        }
        return Optional.empty();
    }

    private static boolean keepsRegion(@Nullable Held now, SelectionTable table) {
        return now != null && now.region() != null && now.region().slots() == table.slots();
    }

    private void apply(FrontendState state) {
        ServiceKey key = ServiceEntries.key(state.frontend());
        Held now = held.get(key);
        int id = now == null ? serviceIds.allocate() : now.id();
        Map<BackendKey, Integer> states = new LinkedHashMap<>();
        Map<BackendKey, Integer> ids = new HashMap<>();
        int[] slots = writeBackends(state, states, ids);
        writeMembers(id, now, states, ids);
        Region region = writeTable(state.table(), now, slots);
        Set<RangeKey> wantedRanges = writeRanges(id, state, now);
        int index = dispatch.of(state.dispatch()).orElseThrow();
        ServiceEntry entry = new ServiceEntry(id, ServiceEntries.flags(state) | twoScopes(key), region == null ? 0 : region.base(),
                region == null ? 0 : region.slots(), ServiceEntries.affinitySeconds(state),
                state.table() == null ? Abi.SELECT_FLOW_HASH : ServiceEntries.select(state.table()), index,
                ServiceEntries.type(state.type()));
        if (now == null || !entry.equals(now.entry())) {
            batch.service(key, entry);
        }
        held.put(key, new Held(state, entry, region, states, ids, wantedRanges));
        catalog.service(id, state);
        count(now == null ? null : now.state(), -1);
        count(state, 1);
        if (now == null) {
            siblingChanged(key);
        }
    }

    /** Backend ids by slot; none when there is no table. */
    private int[] writeBackends(FrontendState state, Map<BackendKey, Integer> states, Map<BackendKey, Integer> ids) {
        int protocol = ServiceEntries.number(state.frontend().protocol());
        int[] byIndex = new int[state.backends().size()];
        for (int i = 0; i < byIndex.length; i++) {
            Backend backend = state.backends().get(i);
            byIndex[i] = backends.use(backend, protocol).id();
            BackendKey key = Backends.key(backend, protocol);
            boolean standby = backend.state() == BackendState.ACTIVE && i >= state.selectable();
            states.merge(key, ServiceEntries.state(backend.state()) | (standby ? Abi.MEMBER_STANDBY : 0), Math::min);
            ids.put(key, byIndex[i]);
        }
        SelectionTable table = state.table();
        int[] slots = new int[table == null ? 0 : table.slots()];
        for (int slot = 0; slot < slots.length; slot++) {
            slots[slot] = byIndex[Objects.requireNonNull(table).backendIndex(slot)];
        }
        return slots;
    }

    private void writeMembers(int id, @Nullable Held now, Map<BackendKey, Integer> states, Map<BackendKey, Integer> ids) {
        Map<BackendKey, Integer> before = now == null ? Map.of() : now.members();
        states.forEach((key, state) -> {
            int was = before.getOrDefault(key, Abi.BACKEND_UNUSED);
            if (was != state) {
                batch.member(new MemberKey(id, Objects.requireNonNull(ids.get(key))), state);
                backends.moved(key, was, state);
                members += was == Abi.BACKEND_UNUSED ? 1 : 0;
            }
        });
        before.forEach((key, state) -> {
            if (!states.containsKey(key)) {
                batch.memberGone(new MemberKey(id, Objects.requireNonNull(Objects.requireNonNull(now).ids().get(key))));
                backends.moved(key, state, Abi.BACKEND_UNUSED);
            }
        });
    }

    private @Nullable Region writeTable(@Nullable SelectionTable table, @Nullable Held now, int[] slots) {
        Region before = now == null ? null : now.region();
        Region region = table == null ? null : keepsRegion(now, table) ? before : slab.allocate(slots.length).orElseThrow();
        if (region != null) {
            batch.table(region, slots);
        }
        if (before != null && !before.equals(region)) {
            rest(before);
        }
        return region;
    }

    private Set<RangeKey> writeRanges(int id, FrontendState state, @Nullable Held now) {
        Set<RangeKey> before = now == null ? Set.of() : now.ranges();
        Set<RangeKey> wanted = new HashSet<>();
        state.sourceRanges().prefixes().forEach(prefix -> wanted.add(new RangeKey(id, prefix)));
        for (RangeKey range : wanted) {
            if (!before.contains(range)) {
                batch.range(range);
                ranges++;
            }
        }
        before.stream().filter(range -> !wanted.contains(range)).forEach(batch::rangeGone);
        return wanted.isEmpty() ? Set.of() : wanted;
    }

    private void remove(ServiceKey key) {
        Held now = held.remove(key);
        if (now == null) {
            return;
        }
        batch.serviceGone(key);
        now.ranges().forEach(batch::rangeGone);
        now.members().forEach((backend, state) -> {
            batch.memberGone(new MemberKey(now.id(), Objects.requireNonNull(now.ids().get(backend))));
            backends.moved(backend, state, Abi.BACKEND_UNUSED);
        });
        if (now.region() != null) {
            rest(now.region());
        }
        IdAllocator ids = serviceIds;
        resting.add(() -> ids.release(now.id()));
        catalog.service(now.id(), null);
        count(now.state(), -1);
        siblingChanged(key);
    }

    /** An external entry says whether there is an internal one beside it. */
    private void siblingChanged(ServiceKey key) {
        if (key.scope() == Abi.SCOPE_INTERNAL) {
            ServiceKey external = new ServiceKey(key.address(), key.port(), key.protocol(), Abi.SCOPE_EXTERNAL);
            Held sibling = held.get(external);
            if (sibling != null) {
                ServiceEntry entry = sibling.entry();
                ServiceEntry marked = new ServiceEntry(entry.id(), (entry.flags() & ~Abi.SVC_TWO_SCOPES) | twoScopes(external),
                        entry.lutBase(), entry.lutSlots(), entry.affinitySeconds(), entry.select(), entry.dispatch(), entry.type());
                if (!marked.equals(entry)) {
                    batch.service(external, marked);
                    held.put(external,
                            new Held(sibling.state(), marked, sibling.region(), sibling.members(), sibling.ids(), sibling.ranges()));
                }
            }
        }
    }

    private int twoScopes(ServiceKey key) {
        boolean beside = key.scope() == Abi.SCOPE_EXTERNAL
                && held.containsKey(new ServiceKey(key.address(), key.port(), key.protocol(), Abi.SCOPE_INTERNAL));
        return beside ? Abi.SVC_TWO_SCOPES : 0;
    }

    private void count(@Nullable FrontendState state, int by) {
        if (state != null) {
            dispatchUses.merge(state.dispatch(), by, Integer::sum);
            if (by > 0) {
                vips.add(state.frontend().address(), state.type());
            } else {
                vips.remove(state.frontend().address(), state.type());
            }
        }
    }

    private void rest(Region region) {
        LutSlab owner = slab;
        restingRegions.add(() -> owner.release(region));
    }

    private void commit() {
        IdAllocator ids = backends.ids();
        backends.settle(batch, id -> resting.add(() -> ids.release(id)));
        vips.settle(batch);
        WriteBatch now = batch;
        batch = new WriteBatch();
        try {
            if (now.commit(maps)) {
                changed.run();
            }
        } catch (RoadsteadException e) {
            inStep = false;
            throw e;
        }
        members -= now.membersGone();
        ranges -= now.rangesGone();
        restAll(ID_REST, List.copyOf(resting));
        restAll(REGION_REST, List.copyOf(restingRegions));
        resting.clear();
        restingRegions.clear();
    }

    private void restAll(Duration rest, List<Runnable> releases) {
        if (!releases.isEmpty()) {
            scheduler.schedule(rest, () -> {
                releases.forEach(Runnable::run);
                retry();
            });
        }
    }

    private void retry() {
        if (inStep && !refused.isEmpty()) {
            apply(refused.keySet().stream().map(desired::get).filter(Objects::nonNull).toList());
        }
    }
}
