package io.roadstead.kernel.lb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.FlowHash;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.view.SimulationView.Share;
import io.roadstead.api.view.SimulationView.Table;

/** Builds the tables that a Service would have without one of its backends, and compares. Changes nothing. */
record TableSimulator(LoadBalancerSettings settings, Algorithms algorithms, String localZone) {

    /** Tables of unequal size share no slots: flows are compared instead, so many. */
    private static final int SAMPLED_FLOWS = 1 << 18;

    /** @param without null takes nothing away */
    List<Table> simulate(ServiceEntry entry, @Nullable IpAddress without, int port) {
        Map<List<Backend>, List<PlannedFrontend>> byBackends = new LinkedHashMap<>();
        for (PlannedFrontend planned : entry.plan().frontends()) {
            FrontendState state = entry.state(planned.frontend());
            if (state != null && state.table() != null) {
                byBackends.computeIfAbsent(state.backends().subList(0, state.selectable()), absent -> new ArrayList<>()).add(planned);
            }
        }
        List<Table> tables = new ArrayList<>();
        byBackends.forEach((backends, frontends) -> {
            boolean has = backends.stream().anyMatch(backend -> is(backend, without, port));
            if (without == null || has) {
                tables.add(table(entry, backends, frontends, without, port));
            }
        });
        if (without != null && tables.isEmpty()) {
            List<String> known = byBackends.keySet().stream().flatMap(List::stream).map(backend -> backend.address() + ":" + backend.port())
                    .distinct().toList();
            throw new RoadsteadException(CommonErrorCode.NOT_FOUND, entry.plan().service(),
                    "no table of it has the backend " + without + (port == 0 ? "" : ":" + port),
                    known.isEmpty() ? "it has no backend that new flows may get" : "it has " + String.join(", ", known));
        }
        return tables;
    }

    private static boolean is(Backend backend, @Nullable IpAddress without, int port) {
        return backend.address().equals(without) && (port == 0 || port == backend.port());
    }

    private Table table(ServiceEntry entry, List<Backend> backends, List<PlannedFrontend> frontends, @Nullable IpAddress without,
            int port) {
        FrontendState state = Objects.requireNonNull(entry.state(frontends.getFirst().frontend()));
        SelectionTable now = Objects.requireNonNull(state.table());
        List<Backend> others = backends.stream().filter(backend -> !is(backend, without, port)).toList();
        SelectionTable after = without == null ? now : others.isEmpty() ? null : built(entry.plan(), frontends.getFirst(), state, others);
        int[] to = new int[backends.size()]; // index in the table without it; −1 for what is taken away
        for (int i = 0, next = 0; i < to.length; i++) {
            to[i] = is(backends.get(i), without, port) ? -1 : next++;
        }
        int[] slots = count(now, backends.size());
        int[] slotsAfter = after == null ? new int[others.size()] : count(after, others.size());
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < to.length; i++) {
            Backend backend = backends.get(i);
            shares.add(new Share(backend.address(), backend.port(), backend.weight(), slots[i], to[i] < 0 ? -1 : slotsAfter[to[i]]));
        }
        int freed = shares.stream().filter(share -> share.slotsAfter() < 0).mapToInt(Share::slots).sum();
        int[] moved = after == null ? new int[] {0, 0} : moved(now, after, to);
        double[] balance = balance(slots, backends);
        double[] balanceAfter = after == null ? new double[] {0, 0} : balance(slotsAfter, others);
        return new Table(frontends.stream().map(planned -> planned.frontend().toString()).toList(), frontends.getFirst().port().protocol(),
                state.algorithm(), now.slots(), after == null ? 0 : after.slots(), shares, balance[0], balance[1], balanceAfter[0],
                balanceAfter[1], freed, moved[0], moved[1]);
    }

    private SelectionTable built(ServicePlan plan, PlannedFrontend planned, FrontendState state, List<Backend> others) {
        if (!algorithms.has(state.algorithm())) {
            throw new RoadsteadException(CommonErrorCode.NOT_FOUND, "algorithm " + state.algorithm(), "is not loaded", "load its plugin");
        }
        int known = Math.max(1, planned.backends().known() - 1);
        Algorithms.Built built = algorithms.build(state.algorithm(),
                FrontendResolver.request(plan, planned.port(), others, plan.tableSize(settings).slots(known), localZone));
        if (built.table() == null) {
            throw new RoadsteadException(CommonErrorCode.EXTENSION_FAILED, plan.service(), built.failure(), "see the agent's log");
        }
        return built.table();
    }

    private static int[] count(SelectionTable table, int backends) {
        int[] slots = new int[backends];
        for (int slot = 0; slot < table.slots(); slot++) {
            slots[table.backendIndex(slot)]++;
        }
        return slots;
    }

    /** Least and greatest share in relation to the weights'. */
    private static double[] balance(int[] slots, List<Backend> backends) {
        double weights = backends.stream().mapToInt(Backend::weight).sum();
        double all = 0;
        for (int count : slots) {
            all += count;
        }
        double least = Double.MAX_VALUE;
        double greatest = 0;
        for (int i = 0; i < slots.length; i++) {
            double share = slots[i] / all / (backends.get(i).weight() / weights);
            least = Math.min(least, share);
            greatest = Math.max(greatest, share);
        }
        return new double[] {least, greatest};
    }

    /** How many move between backends that both tables have, and out of how many. */
    private static int[] moved(SelectionTable now, SelectionTable after, int[] to) {
        boolean bySlot = now.slots() == after.slots();
        int moved = 0;
        int looked = 0;
        int flows = bySlot ? now.slots() : SAMPLED_FLOWS;
        for (int i = 0; i < flows; i++) {
            int hash = bySlot ? i : i * 0x9e3779b1; // an odd factor: every hash once, far apart
            int before = to[now.backendIndex(FlowHash.slot(hash, now.slots()))];
            if (before >= 0) {
                looked++;
                moved += before == after.backendIndex(FlowHash.slot(hash, after.slots())) ? 0 : 1;
            }
        }
        return new int[] {moved, looked};
    }
}
