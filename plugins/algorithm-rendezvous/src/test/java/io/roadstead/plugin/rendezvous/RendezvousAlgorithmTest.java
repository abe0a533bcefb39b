package io.roadstead.plugin.rendezvous;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.testkit.LoadBalancingAlgorithmContract;

final class RendezvousAlgorithmTest extends LoadBalancingAlgorithmContract {

    private static final String PATH = "roadstead.algorithms.rendezvous";

    @Override
    protected LoadBalancingAlgorithm<?> algorithm() {
        return new RendezvousAlgorithm(new RendezvousConfig(0.05));
    }

    @Override
    protected double mostOverload() {
        return 1.06; // 5 %, rounded up to a slot of 102
    }

    /** What it is for: Maglev is at 1.6 % in the same test. */
    @Override
    protected double mostDisruption() {
        return 0.005;
    }

    @Test
    void withoutABoundThatIsReachedNothingMovesBetweenBackendsThatStay() {
        RendezvousAlgorithm unbounded = new RendezvousAlgorithm(new RendezvousConfig(1));
        List<WeightedBackend> all = backends(5, 100, 200, 300);
        List<WeightedBackend> fewer = new ArrayList<>(all);
        WeightedBackend gone = fewer.remove(2);

        SelectionTable before = unbounded.build(request(all));
        SelectionTable after = unbounded.build(request(fewer));

        for (int slot = 0; slot < before.slots(); slot++) {
            WeightedBackend was = all.get(before.backendIndex(slot));
            if (!was.equals(gone)) {
                assertThat(fewer.get(after.backendIndex(slot))).as("slot " + slot).isEqualTo(was);
            }
        }
    }

    @Test
    void withEpsilonZeroNobodyIsAboveItsFairShareRoundedUp() {
        SelectionTable table = new RendezvousAlgorithm(new RendezvousConfig(0)).build(request(backends(10, 100)));

        int[] counts = new int[10];
        for (int slot = 0; slot < table.slots(); slot++) {
            counts[table.backendIndex(slot)]++;
        }
        assertThat(counts).hasSize(10);
        assertThat(IntStream.of(counts)).allMatch(count -> count <= 103);
    }

    @Test
    void configuration() {
        assertDefaults(RendezvousConfig.class, PATH, new RendezvousConfig(0.05));
        assertFullMapping(PATH + ".epsilon = 0.1", PATH, new RendezvousConfig(0.1));
        assertRefused(PATH + ".epsilon = -0.1", PATH, RendezvousConfig.class, "epsilon", "-0.1");
        assertRefused(PATH + ".epsilon = 1.5", PATH, RendezvousConfig.class, "epsilon", "1.5");
        assertRefused(PATH + ".epsilon = some", PATH, RendezvousConfig.class, "epsilon");
    }

    @Test
    void anotherConfigurationNeedsAnotherInstance() {
        RendezvousAlgorithm algorithm = new RendezvousAlgorithm(new RendezvousConfig(0.1));

        assertThat(algorithm.reconfigure(new RendezvousConfig(0.1))).isTrue();
        assertThat(algorithm.reconfigure(new RendezvousConfig(0.2))).isFalse();
        assertThat(algorithm.status().summary()).contains("10 %");
    }

    private static List<WeightedBackend> backends(int count, int... weights) {
        List<WeightedBackend> backends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            backends.add(new WeightedBackend(IpAddress.ipv4(0x0a000001 + i), 80, weights[i % weights.length], ""));
        }
        return backends;
    }

    private static TableRequest request(List<WeightedBackend> backends) {
        return new TableRequest("default/web:http", Protocol.TCP, backends, 1021, "");
    }
}
