package io.roadstead.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.maglev.HashSeed;
import io.roadstead.plugin.maglev.MaglevAlgorithm;
import io.roadstead.plugin.maglev.MaglevConfig;
import io.roadstead.plugin.rendezvous.RendezvousAlgorithm;
import io.roadstead.plugin.rendezvous.RendezvousConfig;

/** One table, from request to result; beside it what a build costs that writes every backend's permutation out first. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SelectionTableBenchmark {

    private static final HashSeed SEED = HashSeed.parse("JLfvgnHc2kaSUFaI");

    /** Slots x backends. */
    @Param({"16381x160", "65521x655"})
    public String size = "";

    private final MaglevAlgorithm maglev = new MaglevAlgorithm(new MaglevConfig(MaglevConfig.Mode.NATIVE, SEED));
    private final MaglevAlgorithm compatible = new MaglevAlgorithm(new MaglevConfig(MaglevConfig.Mode.CILIUM_COMPATIBLE, SEED));
    private final RendezvousAlgorithm rendezvous = new RendezvousAlgorithm(new RendezvousConfig(0.05));
    private TableRequest equal = request(1, 2, false);
    private TableRequest weighted = equal;

    /** Makes the requests. */
    @Setup(Level.Trial)
    public void requests() {
        int slots = Integer.parseInt(size.substring(0, size.indexOf('x')));
        int backends = Integer.parseInt(size.substring(size.indexOf('x') + 1));
        equal = request(backends, slots, false);
        weighted = request(backends, slots, true);
    }

    /** Equal weights. */
    @Benchmark
    public SelectionTable maglev() {
        return maglev.build(equal);
    }

    /** Weights of 1 to 100. */
    @Benchmark
    public SelectionTable maglevWeighted() {
        return maglev.build(weighted);
    }

    /** Cilium's tables, equal weights. */
    @Benchmark
    public SelectionTable maglevCiliumCompatible() {
        return compatible.build(equal);
    }

    /** Bounded rendezvous, equal weights. */
    @Benchmark
    public SelectionTable rendezvous() {
        return rendezvous.build(equal);
    }

    /** The paper's pseudocode with a permutation per backend as an array, and nothing else: no requests, no hashing of addresses. */
    @Benchmark
    public int[] permutationsWrittenOut() {
        int slots = equal.tableSize();
        int[][] permutation = new int[equal.backends().size()][slots];
        for (int i = 0; i < permutation.length; i++) {
            int position = (int) (i * 2654435761L % slots);
            int skip = (int) (i * 40503L % (slots - 1)) + 1;
            for (int j = 0; j < slots; j++) {
                permutation[i][j] = position;
                position = (position + skip) % slots;
            }
        }
        int[] next = new int[permutation.length];
        int[] table = new int[slots];
        Arrays.fill(table, -1);
        for (int n = 0; n < slots; n++) {
            int turn = n % permutation.length;
            while (table[permutation[turn][next[turn]]] >= 0) {
                next[turn]++;
            }
            table[permutation[turn][next[turn]]] = turn;
        }
        return table;
    }

    private static TableRequest request(int backends, int slots, boolean weighted) {
        List<WeightedBackend> list = new ArrayList<>();
        for (int i = 0; i < backends; i++) {
            list.add(new WeightedBackend(IpAddress.ipv4(0x0a000001 + i), 80, weighted ? 1 + i * 7 % 100 : 100, ""));
        }
        return new TableRequest("default/web:http", Protocol.TCP, list, slots, "");
    }
}
