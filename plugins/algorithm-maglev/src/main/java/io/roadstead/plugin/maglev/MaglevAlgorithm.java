package io.roadstead.plugin.maglev;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.plugin.InstanceStatus;

/** Fills tables by Maglev hashing. Stateless: what a table is depends on its request and the seed alone, not on the order of the backends. */
public final class MaglevAlgorithm implements LoadBalancingAlgorithm<MaglevConfig> {

    private static final Comparator<Candidate> BY_ADDRESS = Comparator.comparing(Candidate::backend,
            Comparator.comparing(WeightedBackend::address).thenComparingInt(WeightedBackend::port)
                    .thenComparingInt(WeightedBackend::weight));

    private final MaglevConfig config;
    private final int seed;

    /** With that configuration for good. */
    public MaglevAlgorithm(MaglevConfig config) {
        this.config = config;
        this.seed = config.hashSeed().murmur();
    }

    @Override
    public SelectionTable build(TableRequest request) {
        int slots = Primes.atLeast(request.tableSize());
        Candidate[] candidates = candidates(request);
        int[] weights = new int[candidates.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = candidates[i].backend().weight();
        }

        int[] table = new Permutations(slots, List.of(candidates).stream().map(Candidate::key).toList(), seed).fill(turns(weights));
        for (int slot = 0; slot < slots; slot++) {
            table[slot] = candidates[table[slot]].index();
        }
        return SelectionTable.of(SlotChoice.FLOW_HASH, table);
    }

    private Turns turns(int[] weights) {
        return switch (config.mode()) {
            case CILIUM_COMPATIBLE -> new CiliumTurns(weights);
            case NATIVE -> allEqual(weights) ? Turns.roundRobin(weights.length) : new StrideTurns(weights);
        };
    }

    private static boolean allEqual(int[] weights) {
        for (int weight : weights) {
            if (weight != weights[0]) {
                return false;
            }
        }
        return true;
    }

    private Candidate[] candidates(TableRequest request) {
        List<WeightedBackend> backends = request.backends();
        Candidate[] candidates = new Candidate[backends.size()];
        for (int i = 0; i < candidates.length; i++) {
            WeightedBackend backend = backends.get(i);
            candidates[i] = new Candidate(i, backend, switch (config.mode()) {
                case CILIUM_COMPATIBLE -> ciliumKey(backend, request.protocol()).getBytes(StandardCharsets.US_ASCII);
                case NATIVE -> nativeKey(backend);
            });
        }
        Arrays.sort(candidates, config.mode() == MaglevConfig.Mode.NATIVE
                ? BY_ADDRESS
                : Comparator.<Candidate, String>comparing(candidate -> new String(candidate.key(), StandardCharsets.US_ASCII))
                        .thenComparing(BY_ADDRESS));
        return candidates;
    }

    private static byte[] nativeKey(WeightedBackend backend) {
        return ByteBuffer.allocate(2 * Long.BYTES + Short.BYTES).putLong(backend.address().high()).putLong(backend.address().low())
                .putShort((short) backend.port()).array();
    }

    /** What Cilium hashes and sorts by, frozen there: {@code [10.0.0.1:80/TCP,State:active]}, {@code [[fd00::1]:80/TCP,State:active]}. */
    static String ciliumKey(WeightedBackend backend, Protocol protocol) {
        String host = backend.address().family() == AddressFamily.IPV6 ? "[" + backend.address() + "]" : backend.address().toString();
        return "[" + host + ":" + backend.port() + "/" + protocol + ",State:active]";
    }

    @Override
    public boolean reconfigure(MaglevConfig changed) {
        return changed.equals(config);
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok(config.mode().name().toLowerCase(Locale.ROOT).replace('_', '-') + " tables");
    }

    @Override
    public void close() {
        // Holds nothing.
    }

    /** A backend with its index in the request, and what is hashed of it. */
    @SuppressWarnings("ArrayRecordComponent") // lives for one build, and is never compared
    private record Candidate(int index, WeightedBackend backend, byte[] key) {
    }
}
