package io.roadstead.plugin.maglev;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

/** Against what Cilium's own tests state of its tables. */
class CiliumCompatibleTest {

    private final MaglevAlgorithm algorithm =
            new MaglevAlgorithm(new MaglevConfig(MaglevConfig.Mode.CILIUM_COMPATIBLE, HashSeed.parse("JLfvgnHc2kaSUFaI")));

    /** Its table of four weighted backends and 251 slots, index(run length). */
    @Test
    void aWeightedTableIsCiliumsBitForBit() {
        SelectionTable table = algorithm.build(request(251, backend(1, 2), backend(3, 13), backend(4, 111), backend(5, 10)));

        assertThat(runs(table)).isEqualTo("2(5),3(1),2(3),1(1),2(2),0(1),2(1),3(1),2(1),3(1),2(1),1(1),2(7),1(1),2(14),3(1),2(1),"
                + "1(2),2(12),3(1),2(3),1(1),2(4),3(1),2(8),3(1),2(2),1(1),2(16),1(2),2(3),3(1),2(11),1(2),2(4),3(1),2(3),"
                + "1(1),2(4),3(1),2(1),0(1),1(1),2(8),1(1),2(7),1(1),2(4),3(1),2(1),3(1),2(9),1(2),2(5),1(1),2(7),3(1),2(1),"
                + "3(1),1(1),2(8),1(1),2(4),0(1),2(1),1(1),2(5),3(1),2(3),1(1),2(4),3(1),2(3),1(1),2(12),0(1),3(1),2(3),3(1),"
                + "2(4),3(1),2(2),1(1),2(7)");
    }

    /** The shares that its tests state for 1021 slots. */
    @Test
    void weightedSharesAreCiliums() {
        SelectionTable table = algorithm.build(request(1021, backend(1, 2), backend(2, 13), backend(3, 111), backend(4, 10)));

        int[] counts = new int[4];
        for (int slot = 0; slot < table.slots(); slot++) {
            counts[table.backendIndex(slot)]++;
        }
        assertThat(counts).containsExactly(16, 98, 832, 75);
    }

    @Test
    void whatIsHashedIsCiliumsFrozenText() {
        assertThat(MaglevAlgorithm.ciliumKey(new WeightedBackend(IpAddress.parse("10.0.0.1"), 8080, 100, ""), Protocol.TCP))
                .isEqualTo("[10.0.0.1:8080/TCP,State:active]");
        assertThat(MaglevAlgorithm.ciliumKey(new WeightedBackend(IpAddress.parse("fd00:0:0::1"), 53, 100, ""), Protocol.UDP))
                .isEqualTo("[[fd00::1]:53/UDP,State:active]");
    }

    /** By text, in which 10.0.0.10 comes before 10.0.0.9. */
    @Test
    void theOrderOfTurnsIsThatOfTheTexts() {
        WeightedBackend nine = new WeightedBackend(IpAddress.parse("10.0.0.9"), 80, 100, "");
        WeightedBackend ten = new WeightedBackend(IpAddress.parse("10.0.0.10"), 80, 100, "");

        SelectionTable table = algorithm.build(request(251, nine, ten));

        long ofTen = IntStream.range(0, 251).filter(slot -> table.backendIndex(slot) == 1).count();
        assertThat(ofTen).as("the first in turn gets the odd slot").isEqualTo(126);
    }

    private static WeightedBackend backend(int number, int weight) {
        return new WeightedBackend(IpAddress.ipv4(number), number, weight, "");
    }

    private static TableRequest request(int tableSize, WeightedBackend... backends) {
        return new TableRequest("default/web:http", Protocol.TCP, List.of(backends), tableSize, "");
    }

    private static String runs(SelectionTable table) {
        List<String> runs = new ArrayList<>();
        int length = 0;
        for (int slot = 0; slot < table.slots(); slot++) {
            length++;
            if (slot + 1 == table.slots() || table.backendIndex(slot + 1) != table.backendIndex(slot)) {
                runs.add(table.backendIndex(slot) + "(" + length + ")");
                length = 0;
            }
        }
        return String.join(",", runs);
    }
}
