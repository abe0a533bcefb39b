package com.example.zoneaware;

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
 * Hashes flows over the backends of this node's zone, or over all when it has too few. Nodes of one zone agree on every flow; nodes of different zones do
 * not, so a flow that a router moves to another zone's node gets another backend.
 */
final class ZoneAwareAlgorithm implements LoadBalancingAlgorithm<ZoneAwareConfig> {

    private static final Comparator<WeightedBackend> BY_ADDRESS = Comparator.comparing(WeightedBackend::address)
            .thenComparingInt(WeightedBackend::port).thenComparingInt(WeightedBackend::weight);

    private final ZoneAwareConfig config;

    ZoneAwareAlgorithm(ZoneAwareConfig config) {
        this.config = config;
    }

    @Override
    public SelectionTable build(TableRequest request) {
        if (request.tableSize() > SelectionTable.MAX_SLOTS) {
            throw new IllegalArgumentException("a table has at most " + SelectionTable.MAX_SLOTS + " slots, not " + request.tableSize());
        }
        int[] candidates = candidates(request);
        Slots slots = new Slots(request.tableSize());
        int[] turns = new int[candidates.length];
        int[] tries = new int[candidates.length];
        while (slots.anyFree()) {
            int next = mostBehind(request.backends(), candidates, turns);
            tries[next] = slots.take(request.backends().get(candidates[next]), candidates[next], tries[next]);
            turns[next]++;
        }
        return SelectionTable.of(SlotChoice.FLOW_HASH, slots.owners());
    }

    /** Indexes into the request's backends, by address: the order in which the request has them must not matter. */
    private int[] candidates(TableRequest request) {
        List<WeightedBackend> backends = request.backends();
        int[] all = IntStream.range(0, backends.size()).boxed().sorted(Comparator.comparing(backends::get, BY_ADDRESS))
                .mapToInt(Integer::intValue).toArray();
        String zone = request.localZone();
        int[] near = IntStream.of(all).filter(index -> !zone.isEmpty() && backends.get(index).zone().equals(zone)).toArray();
        return near.length >= config.leastBackends() ? near : all;
    }

    /** Whose turn it is: the one that has fewest slots for its weight. */
    private static int mostBehind(List<WeightedBackend> backends, int[] candidates, int[] turns) {
        int next = 0;
        for (int i = 1; i < candidates.length; i++) {
            // turns / weight < turns / weight, without the rounding of a division
            long mine = (long) turns[i] * backends.get(candidates[next]).weight();
            long best = (long) turns[next] * backends.get(candidates[i]).weight();
            if (mine < best) {
                next = i;
            }
        }
        return next;
    }

    /** Any change makes a new instance, and with it new tables: the agent does that when it hears false. */
    @Override
    public boolean reconfigure(ZoneAwareConfig changed) {
        return changed.equals(config);
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("keeps flows in zones of " + config.leastBackends() + " backends or more");
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
