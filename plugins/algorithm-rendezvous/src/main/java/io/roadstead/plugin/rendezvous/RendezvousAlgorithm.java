package io.roadstead.plugin.rendezvous;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.plugin.InstanceStatus;

/**
 * Fills tables by bounded rendezvous hashing: in the order of slots, each goes to the backend that scores best there and is below its bound,
 * {@code ⌈(1 + ε) × fair share⌉}. Without bounds nothing would move between backends that stay; the bounds keep load even and move a little. A build takes
 * slots × backends steps. Stateless.
 */
public final class RendezvousAlgorithm implements LoadBalancingAlgorithm<RendezvousConfig> {

    private static final Comparator<WeightedBackend> BY_ADDRESS = Comparator.comparing(WeightedBackend::address)
            .thenComparingInt(WeightedBackend::port).thenComparingInt(WeightedBackend::weight);

    private final RendezvousConfig config;

    /** With that configuration for good. */
    public RendezvousAlgorithm(RendezvousConfig config) {
        this.config = config;
    }

    @Override
    public SelectionTable build(TableRequest request) {
        if (request.tableSize() > SelectionTable.MAX_SLOTS) {
            throw new IllegalArgumentException("a table has at most " + SelectionTable.MAX_SLOTS + " slots, not " + request.tableSize());
        }
        List<WeightedBackend> backends = request.backends();
        int[] order = IntStream.range(0, backends.size()).boxed().sorted(Comparator.comparing(backends::get, BY_ADDRESS))
                .mapToInt(Integer::intValue).toArray();
        List<WeightedBackend> sorted = IntStream.of(order).mapToObj(backends::get).toList();

        Scores scores = new Scores(sorted);
        int[] bounds = bounds(sorted, request.tableSize());
        int[] room = bounds.clone();
        int[] table = new int[request.tableSize()];
        for (int slot = 0; slot < table.length; slot++) {
            table[slot] = scores.winner(slot, room);
            room[table[slot]]--;
        }
        leaveNobodyOut(table, scores, IntStream.range(0, room.length).map(i -> bounds[i] - room[i]).toArray());
        for (int slot = 0; slot < table.length; slot++) {
            table[slot] = order[table[slot]];
        }
        return SelectionTable.of(SlotChoice.FLOW_HASH, table);
    }

    private int[] bounds(List<WeightedBackend> backends, int slots) {
        long sum = backends.stream().mapToLong(WeightedBackend::weight).sum();
        return backends.stream().mapToInt(backend -> {
            // The whole-number bound makes sure that rounding leaves no slot without an owner.
            long least = Math.ceilDiv((long) slots * backend.weight(), sum);
            return (int) Math.max((double) least, Math.ceil((1 + config.epsilon()) * slots * backend.weight() / sum));
        }).toArray();
    }

    /** A light backend may have won nothing: it gets the slot that it wants most of those whose owners have more than one. */
    private static void leaveNobodyOut(int[] table, Scores scores, int[] had) {
        for (int position = 0; position < had.length; position++) {
            if (had[position] > 0) {
                continue;
            }
            int wanted = -1;
            for (int slot = 0; slot < table.length; slot++) {
                if (had[table[slot]] > 1 && (wanted < 0 || scores.score(position, slot) < scores.score(position, wanted))) {
                    wanted = slot;
                }
            }
            if (wanted >= 0) {
                had[table[wanted]]--;
                had[position]++;
                table[wanted] = position;
            }
        }
    }

    @Override
    public boolean reconfigure(RendezvousConfig changed) {
        return changed.equals(config);
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("shares at most " + Math.round(100 * config.epsilon()) + " % above fair");
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
