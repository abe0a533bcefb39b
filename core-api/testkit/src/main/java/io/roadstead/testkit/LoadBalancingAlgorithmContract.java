package io.roadstead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

/**
 * What the kernel and the datapaths rely on in every {@link LoadBalancingAlgorithm}. Prints how evenly the algorithm spreads and how many flows it moves
 * without need, so that algorithms can be compared.
 */
public abstract class LoadBalancingAlgorithmContract {

    private static final int TABLE_SIZE = 16381;
    private static final int BACKENDS = 160;

    /** A new instance; two of them are two nodes. */
    protected abstract LoadBalancingAlgorithm<?> algorithm();

    /** How far above its fair share of the slots a backend may be at 100 slots per backend: 1.02 for 2 %. */
    protected abstract double mostOverload();

    /**
     * Share of the slots that may move between backends that stay when one comes or goes, 0 to 1. Not asked of algorithms that choose by chance: their flows
     * are remembered one by one.
     */
    protected abstract double mostDisruption();

    @Test
    void twoNodesBuildEqualTables() {
        SelectionTable one = algorithm().build(request(backends(BACKENDS), TABLE_SIZE));
        SelectionTable other = algorithm().build(request(backends(BACKENDS), TABLE_SIZE));

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    }

    @Test
    void buildingAnotherTableInBetweenChangesNothing() {
        LoadBalancingAlgorithm<?> algorithm = algorithm();
        SelectionTable before = algorithm.build(request(backends(3), 251));
        algorithm.build(request(backends(7), 1021));

        assertThat(algorithm.build(request(backends(3), 251))).isEqualTo(before);
    }

    @Test
    void theOrderOfTheBackendsDoesNotMatter() {
        List<WeightedBackend> ordered = weighted(40);
        List<WeightedBackend> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(7));

        assertThat(owners(algorithm().build(request(shuffled, 4093)), shuffled))
                .isEqualTo(owners(algorithm().build(request(ordered, 4093)), ordered));
    }

    @ParameterizedTest
    @CsvSource({"1, 251", "2, 251", "3, 251", "10, 1021", "160, 16381", "251, 251"})
    void everySlotLeadsToABackendAndEveryBackendHasASlot(int backends, int tableSize) {
        SelectionTable table = algorithm().build(request(backends(backends), tableSize));

        assertThat(table.slots()).isBetween(1, SelectionTable.MAX_SLOTS);
        assertThat(counts(table, backends)).hasSize(backends).allMatch(count -> count > 0);
    }

    @Test
    void aTableThatSpreadsByHashHasTheSizeThatWasAskedFor() {
        SelectionTable table = algorithm().build(request(backends(3), 1021));

        if (table.slotChoice() == SlotChoice.FLOW_HASH) {
            assertThat(table.slots()).isEqualTo(1021);
        }
    }

    @Test
    void addressesOfBothFamiliesAndPortsOfOneAddressAreDifferentBackends() {
        List<WeightedBackend> backends = List.of(new WeightedBackend(IpAddress.parse("10.0.0.1"), 80, 100, ""),
                new WeightedBackend(IpAddress.parse("10.0.0.1"), 65535, 100, ""),
                new WeightedBackend(IpAddress.parse("fd00::1"), 80, 100, ""));

        List<Integer> counts = counts(algorithm().build(request(backends, 1021)), 3);

        assertThat(counts).allMatch(count -> count * 3.0 > 0.8 * counts.stream().mapToInt(Integer::intValue).sum());
    }

    @Test
    void moreBackendsThanSlotsAreNoFault() {
        SelectionTable table = algorithm().build(request(backends(300), 251));

        assertThat(counts(table, 300).stream().mapToInt(Integer::intValue).sum()).isEqualTo(table.slots());
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "4", "250", "1000"})
    void anySizeIsServed(int tableSize) {
        SelectionTable table = algorithm().build(request(backends(3), tableSize));

        assertThat(counts(table, 3).stream().mapToInt(Integer::intValue).sum()).isEqualTo(table.slots());
    }

    @Test
    void aTableBeyondTheLimitIsRefusedOrMadeSmaller() {
        SelectionTable table;
        try {
            table = algorithm().build(request(backends(3), SelectionTable.MAX_SLOTS + 7));
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining("slots");
            return;
        }
        assertThat(table.slots()).isLessThanOrEqualTo(SelectionTable.MAX_SLOTS);
    }

    @Test
    void aRequestWithoutBackendsOrWithAWeightOfZeroCannotBeMade() {
        assertThatIllegalArgumentException().isThrownBy(() -> request(List.of(), 251));
        assertThatIllegalArgumentException().isThrownBy(() -> new WeightedBackend(IpAddress.parse("10.0.0.1"), 80, 0, ""));
    }

    @Test
    void sharesFollowTheWeights() {
        int[] weights = {100, 200, 300, 1000};
        List<WeightedBackend> backends = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            backends.add(backend(i, weights[i]));
        }

        SelectionTable table = algorithm().build(request(backends, TABLE_SIZE));
        List<Integer> counts = counts(table, weights.length);

        for (int i = 0; i < weights.length; i++) {
            double share = (double) counts.get(i) / table.slots();
            assertThat(share).as("share of weight " + weights[i]).isBetween(0.85 * weights[i] / 1600, mostOverload() * weights[i] / 1600);
        }
    }

    @Test
    void weightsAtTheirLimitsLeaveNobodyOut() {
        SelectionTable table = algorithm().build(request(List.of(backend(0, 1), backend(1, 65535), backend(2, 1)), 251));

        assertThat(counts(table, 3)).allMatch(count -> count > 0);
        assertThat(counts(table, 3).get(1)).isGreaterThan((int) (0.9 * table.slots()));
    }

    @Test
    void equalBackendsGetEqualSharesAndAChangeMovesLittle() {
        Figures figures = measure();
        System.out.println(figures.text(algorithm().getClass().getSimpleName()));

        assertThat(figures.most).isLessThanOrEqualTo(mostOverload());
        if (figures.byHash) {
            assertThat(figures.removed).isLessThanOrEqualTo(mostDisruption());
            assertThat(figures.added).isLessThanOrEqualTo(mostDisruption());
        }
    }

    @Test
    void closingTwiceIsHarmless() {
        LoadBalancingAlgorithm<?> algorithm = algorithm();
        algorithm.close();

        assertThatCode(algorithm::close).doesNotThrowAnyException();
    }

    /** Averages over several backends that come and go: one alone says little. */
    private Figures measure() {
        List<WeightedBackend> all = backends(BACKENDS);
        SelectionTable full = algorithm().build(request(all, TABLE_SIZE));
        List<Integer> counts = counts(full, BACKENDS);
        double fair = (double) full.slots() / BACKENDS;
        int trials = 8;
        double removed = 0;
        double added = 0;
        double onePercent = 0;
        for (int trial = 0; trial < trials; trial++) {
            int gone = trial * BACKENDS / trials;
            List<WeightedBackend> fewer = new ArrayList<>(all);
            fewer.remove(gone);
            SelectionTable less = algorithm().build(request(fewer, TABLE_SIZE));
            removed += moved(full, all, less, fewer) / trials;
            List<WeightedBackend> evenFewer = new ArrayList<>(all);
            evenFewer.remove(gone);
            evenFewer.remove((gone + BACKENDS / 2) % (BACKENDS - 1));
            onePercent += moved(full, all, algorithm().build(request(evenFewer, TABLE_SIZE)), evenFewer) / trials;
            List<WeightedBackend> more = new ArrayList<>(all);
            more.add(backend(BACKENDS + trial, 100));
            added += moved(full, all, algorithm().build(request(more, TABLE_SIZE)), more) / trials;
        }
        return new Figures(full.slotChoice() == SlotChoice.FLOW_HASH, full.slots(), Collections.min(counts) / fair,
                Collections.max(counts) / fair, removed, added, onePercent);
    }

    /** Share of the slots that had a backend which is still there, and have another one now, which was there before. */
    private static double moved(SelectionTable before, List<WeightedBackend> were, SelectionTable after, List<WeightedBackend> are) {
        if (before.slots() != after.slots()) {
            return 1;
        }
        List<WeightedBackend> old = owners(before, were);
        List<WeightedBackend> now = owners(after, are);
        int moved = 0;
        for (int slot = 0; slot < before.slots(); slot++) {
            if (!old.get(slot).equals(now.get(slot)) && are.contains(old.get(slot)) && were.contains(now.get(slot))) {
                moved++;
            }
        }
        return (double) moved / before.slots();
    }

    private static List<WeightedBackend> owners(SelectionTable table, List<WeightedBackend> backends) {
        WeightedBackend[] owners = new WeightedBackend[table.slots()];
        for (int slot = 0; slot < owners.length; slot++) {
            owners[slot] = backends.get(table.backendIndex(slot));
        }
        return Arrays.asList(owners);
    }

    private static List<Integer> counts(SelectionTable table, int backends) {
        Integer[] counts = new Integer[backends];
        Arrays.fill(counts, 0);
        for (int slot = 0; slot < table.slots(); slot++) {
            counts[table.backendIndex(slot)]++;
        }
        return Arrays.asList(counts);
    }

    private static TableRequest request(List<WeightedBackend> backends, int tableSize) {
        return new TableRequest("default/web:http", Protocol.TCP, backends, tableSize, "");
    }

    private static List<WeightedBackend> backends(int count) {
        List<WeightedBackend> backends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            backends.add(backend(i, 100));
        }
        return backends;
    }

    private static List<WeightedBackend> weighted(int count) {
        List<WeightedBackend> backends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            backends.add(backend(i, 1 + i * 7 % 100));
        }
        return backends;
    }

    private static WeightedBackend backend(int index, int weight) {
        return new WeightedBackend(IpAddress.ipv4(0xac140000 + 256 * (index / 100) + index % 100 + 1), 80, weight, "");
    }

    /** Shares of the slots; balance in multiples of a fair share. */
    private record Figures(boolean byHash, int slots, double least, double most, double removed, double added, double onePercent) {
        String text(String name) {
            String balance = String.format(Locale.ROOT, "%s, %d backends, %d slots: shares %.2f to %.2f of a fair one", name, BACKENDS,
                    slots, least, most);
            return byHash
                    ? balance + String.format(Locale.ROOT,
                            "; slots moved without need: %.2f %% one removed, %.2f %% one added, %.2f %% 1 %% removed",
                            100 * removed, 100 * added, 100 * onePercent)
                    : balance + "; chosen by chance, nothing moves";
        }
    }
}
