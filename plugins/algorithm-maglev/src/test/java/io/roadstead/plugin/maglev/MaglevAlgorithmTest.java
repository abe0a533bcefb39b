package io.roadstead.plugin.maglev;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

class MaglevAlgorithmTest {

    private static final MaglevConfig CONFIG = new MaglevConfig(MaglevConfig.Mode.NATIVE, HashSeed.parse("JLfvgnHc2kaSUFaI"));

    @Test
    void turnsGoByExactProportionAndAllBeginBeforeAnyoneHasASecondOne() {
        StrideTurns turns = new StrideTurns(new int[] {1, 3, 2});

        int[] order = new int[12];
        Arrays.setAll(order, i -> turns.next());

        assertThat(order).containsExactly(0, 1, 2, 1, 2, 1, 0, 1, 2, 1, 2, 1);
    }

    @Test
    void turnsOfRandomWeightsStayWithinOneOfTheirShare() {
        long seed = 20261123;
        Random random = new Random(seed);
        int[] weights = random.ints(50, 1, 65536).toArray();
        long sum = Arrays.stream(weights).asLongStream().sum();
        StrideTurns turns = new StrideTurns(weights);
        int[] had = new int[weights.length];

        int total = 100_000;
        for (int i = 0; i < total; i++) {
            had[turns.next()]++;
        }

        for (int i = 0; i < weights.length; i++) {
            assertThat((double) had[i]).as("seed " + seed + ", weight " + weights[i]).isBetween((double) total * weights[i] / sum - 2,
                    (double) total * weights[i] / sum + 2);
        }
    }

    @Test
    void aTableIsThatOfTheWrittenOutPermutations() {
        List<WeightedBackend> backends = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            backends.add(new WeightedBackend(IpAddress.ipv4(0x0a000001 + i), 80, 100, ""));
        }

        SelectionTable table = new MaglevAlgorithm(CONFIG).build(new TableRequest("a/b:c", Protocol.TCP, backends, 4093, ""));

        assertThat(table.slots()).isEqualTo(4093);
        int[] indexes = new int[4093];
        Arrays.setAll(indexes, table::backendIndex);
        assertThat(indexes).isEqualTo(paper(backends, 4093));
    }

    @Test
    void anotherSeedGivesAnotherTable() {
        TableRequest request =
                new TableRequest("a/b:c", Protocol.TCP, List.of(new WeightedBackend(IpAddress.parse("10.0.0.1"), 80, 100, ""),
                        new WeightedBackend(IpAddress.parse("10.0.0.2"), 80, 100, "")), 251, "");
        MaglevConfig other = new MaglevConfig(MaglevConfig.Mode.NATIVE, HashSeed.parse("AAECAwQFBgcICQoL"));

        assertThat(new MaglevAlgorithm(other).build(request)).isNotEqualTo(new MaglevAlgorithm(CONFIG).build(request));
    }

    @Test
    void anotherConfigurationNeedsAnotherInstance() {
        MaglevAlgorithm algorithm = new MaglevAlgorithm(CONFIG);

        assertThat(algorithm.reconfigure(CONFIG)).isTrue();
        assertThat(algorithm.reconfigure(new MaglevConfig(MaglevConfig.Mode.CILIUM_COMPATIBLE, CONFIG.hashSeed()))).isFalse();
        assertThat(algorithm.status().summary()).isEqualTo("native tables");
    }

    /** The paper's pseudocode (section 3.4), with permutation lists written out. */
    private static int[] paper(List<WeightedBackend> backends, int slots) {
        int[][] permutation = new int[backends.size()][slots];
        for (int i = 0; i < permutation.length; i++) {
            byte[] key = new byte[18];
            System.arraycopy(backends.get(i).address().toBytes(), 0, key, 12, 4);
            key[17] = 80;
            Murmur3 hash = Murmur3.hash128(key, CONFIG.hashSeed().murmur());
            long offset = Long.remainderUnsigned(hash.high(), slots);
            long skip = Long.remainderUnsigned(hash.low(), slots - 1) + 1;
            for (int j = 0; j < slots; j++) {
                permutation[i][j] = (int) ((offset + j * skip) % slots);
            }
        }
        int[] next = new int[permutation.length];
        int[] entry = new int[slots];
        Arrays.fill(entry, -1);
        for (int n = 0; true;) {
            for (int i = 0; i < permutation.length; i++) {
                while (entry[permutation[i][next[i]]] >= 0) {
                    next[i]++;
                }
                entry[permutation[i][next[i]]] = i;
                if (++n == slots) {
                    return entry;
                }
            }
        }
    }
}
