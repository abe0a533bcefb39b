package com.example.zoneaware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.testkit.LoadBalancingAlgorithmContract;

import org.junit.jupiter.api.Test;

final class ZoneAwareAlgorithmTest extends LoadBalancingAlgorithmContract {

    private static final List<WeightedBackend> BACKENDS = List.of(backend("10.0.0.1", "west"), backend("10.0.0.2", "east"),
            backend("10.0.0.3", "west"), backend("10.0.0.4", ""));

    @Override
    protected LoadBalancingAlgorithm<?> algorithm() {
        return new ZoneAwareAlgorithm(new ZoneAwareConfig(1));
    }

    @Override
    protected double mostOverload() {
        return 1.02;
    }

    @Override
    protected double mostDisruption() {
        return 0.03;
    }

    @Test
    void flowsStayInTheZoneOfTheNode() {
        assertThat(used("west", 1)).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.3");
        assertThat(used("east", 1)).containsExactly("10.0.0.2");
    }

    @Test
    void aZoneWithoutEnoughBackendsUsesThoseOfAllZones() {
        assertThat(used("north", 1)).hasSize(4);
        assertThat(used("west", 2)).hasSize(2);
        assertThat(used("east", 2)).hasSize(4);
    }

    /** Backends of unknown zone are in no zone, not in one zone together. */
    @Test
    void aNodeOfUnknownZoneUsesAll() {
        assertThat(used("", 1)).hasSize(4);
    }

    @Test
    void fewerThanOneBackendCannotBeAskedFor() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ZoneAwareConfig(0)).withMessageContaining("least-backends");
    }

    private static Set<String> used(String localZone, int leastBackends) {
        SelectionTable table = new ZoneAwareAlgorithm(new ZoneAwareConfig(leastBackends))
                .build(new TableRequest("default/web:http", Protocol.TCP, BACKENDS, 251, localZone));
        return IntStream.range(0, table.slots()).mapToObj(slot -> BACKENDS.get(table.backendIndex(slot)).address().toString())
                .collect(Collectors.toSet());
    }

    private static WeightedBackend backend(String address, String zone) {
        return new WeightedBackend(IpAddress.parse(address), 80, 100, zone);
    }
}
