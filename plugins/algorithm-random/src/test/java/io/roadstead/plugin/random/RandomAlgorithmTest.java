package io.roadstead.plugin.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.testkit.ConfigRecordAssertions;
import io.roadstead.testkit.LoadBalancingAlgorithmContract;

final class RandomAlgorithmTest extends LoadBalancingAlgorithmContract {

    @Override
    protected LoadBalancingAlgorithm<?> algorithm() {
        return new RandomAlgorithm();
    }

    @Override
    protected double mostOverload() {
        return 1.0001;
    }

    @Override
    protected double mostDisruption() {
        return 0;
    }

    @Test
    void backendsOfEqualWeightsHaveOneSlotEachWhateverSizeWasAskedFor() {
        SelectionTable table = build(16381, 100, 100, 100);

        assertThat(table.slotChoice()).isEqualTo(SlotChoice.RANDOM);
        assertThat(IntStream.range(0, table.slots()).map(table::backendIndex)).containsExactly(0, 1, 2);
    }

    @Test
    void aRatioIsKeptExactlyWithAsFewSlotsAsItTakes() {
        assertThat(IntStream.range(0, 6).map(build(251, 100, 200, 300)::backendIndex)).containsExactly(0, 1, 1, 2, 2, 2);
    }

    @Test
    void aRatioThatWouldTakeMoreSlotsThanAskedForIsRoundedAndNobodyIsLeftOut() {
        assertThat(Shares.of(new int[] {1, 65535, 1}, 251)).containsExactly(1, 249, 1);
        assertThat(Shares.of(new int[] {65535, 65534}, 1)).containsExactly(1, 1);
    }

    @Test
    void roundedSharesAreCompleteAndStayWithinOneSlotOfTheWeights() {
        long seed = 20261123;
        Random random = new Random(seed);
        for (int trial = 0; trial < 200; trial++) {
            int[] weights = random.ints(2 + random.nextInt(60), 1000, 65536).toArray();
            long sum = IntStream.of(weights).asLongStream().sum();
            int[] shares = Shares.of(weights, 4093);

            int slots = IntStream.of(shares).sum();
            assertThat(slots).as("seed " + seed).isLessThanOrEqualTo(4093);
            for (int i = 0; i < weights.length; i++) {
                double exact = (double) slots * weights[i] / sum;
                assertThat((double) shares[i]).as("seed " + seed + ", trial " + trial).isBetween(exact - 1, exact + 1);
            }
        }
    }

    @Test
    void itHasNothingToConfigure() {
        ConfigRecordAssertions.assertDefaults(RandomConfig.class, "roadstead.algorithms.random", new RandomConfig());
        assertThat(new RandomAlgorithm().reconfigure(new RandomConfig())).isTrue();
    }

    private static SelectionTable build(int tableSize, int... weights) {
        List<WeightedBackend> backends = IntStream.range(0, weights.length)
                .mapToObj(i -> new WeightedBackend(IpAddress.ipv4(0x0a000001 + i), 80, weights[i], "")).toList();
        return new RandomAlgorithm().build(new TableRequest("default/web:http", Protocol.TCP, backends, tableSize, ""));
    }
}
