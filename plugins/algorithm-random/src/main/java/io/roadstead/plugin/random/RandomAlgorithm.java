package io.roadstead.plugin.random;

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
 * Gives each backend slots in proportion to its weight, as few as that takes, of which a flow picks one by chance: backends of equal weights have one each,
 * whatever size was asked for. Stateless.
 */
final class RandomAlgorithm implements LoadBalancingAlgorithm<RandomConfig> {

    private static final Comparator<WeightedBackend> BY_ADDRESS = Comparator.comparing(WeightedBackend::address)
            .thenComparingInt(WeightedBackend::port).thenComparingInt(WeightedBackend::weight);

    @Override
    public SelectionTable build(TableRequest request) {
        List<WeightedBackend> backends = request.backends();
        int[] order = IntStream.range(0, backends.size()).boxed().sorted(Comparator.comparing(backends::get, BY_ADDRESS))
                .mapToInt(Integer::intValue).toArray();
        int[] weights = IntStream.of(order).map(index -> backends.get(index).weight()).toArray();

        int[] shares = Shares.of(weights, Math.min(request.tableSize(), SelectionTable.MAX_SLOTS));
        int[] slots = new int[IntStream.of(shares).sum()];
        int filled = 0;
        for (int i = 0; i < order.length; i++) {
            for (int share = 0; share < shares[i]; share++) {
                slots[filled++] = order[i];
            }
        }
        return SelectionTable.of(SlotChoice.RANDOM, slots);
    }

    @Override
    public boolean reconfigure(RandomConfig config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("chooses by chance");
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
