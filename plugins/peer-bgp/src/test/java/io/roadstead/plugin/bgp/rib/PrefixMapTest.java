package io.roadstead.plugin.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.plugin.bgp.Seeds;

class PrefixMapTest {

    @ParameterizedTest
    @EnumSource
    void itBehavesLikeATreeMap(AddressFamily family) {
        for (int seed : Seeds.many(PrefixMapTest.class, 60)) {
            Random random = new Random(seed);
            PrefixMap<Integer> map = new PrefixMap<>(family);
            TreeMap<IpPrefix, Integer> model = new TreeMap<>();
            int universe = 1 + random.nextInt(400);
            for (int step = 0; step < 3000; step++) {
                // Waves: mostly filling, then mostly emptying.
                boolean fill = random.nextInt(10) < (step / 500 % 2 == 0 ? 8 : 2);
                IpPrefix prefix = prefix(family, random.nextInt(universe));
                if (fill) {
                    assertThat(map.put(prefix, step)).as("seed %d step %d", seed, step).isEqualTo(model.put(prefix, step));
                } else {
                    assertThat(map.remove(prefix)).as("seed %d step %d", seed, step).isEqualTo(model.remove(prefix));
                }
                assertThat(map.size()).isEqualTo(model.size());
            }

            assertThat(map.sorted()).as("seed %d", seed).isEqualTo(List.copyOf(model.entrySet().stream().map(Map.Entry::copyOf).toList()));
            model.forEach((prefix, value) -> assertThat(map.get(prefix)).isEqualTo(value));
        }
    }

    @Test
    void emptyingItBySomeMeetsEveryPrefixOnce() {
        PrefixMap<Integer> map = new PrefixMap<>(AddressFamily.IPV6);
        for (int i = 0; i < 1000; i++) {
            map.put(prefix(AddressFamily.IPV6, i), i);
        }
        int met = 0;
        while (!map.isEmpty()) {
            int slot = map.some();
            assertThat(map.remove(map.highAt(slot), map.lowAt(slot), map.lengthAt(slot))).isNotNull();
            met++;
        }

        assertThat(met).isEqualTo(1000);
        assertThatThrownBy(map::some).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void prefixesOfOneAddressAndOtherLengthsAreOthers() {
        PrefixMap<String> map = new PrefixMap<>(AddressFamily.IPV4);
        map.put(IpPrefix.parse("0.0.0.0/0"), "default");
        map.put(IpPrefix.parse("0.0.0.0/8"), "eight");

        assertThat(map.get(IpPrefix.parse("0.0.0.0/0"))).isEqualTo("default");
        assertThat(map.get(IpPrefix.parse("0.0.0.0/16"))).isNull();
        map.clear();
        assertThat(map.isEmpty()).isTrue();
        assertThat(map.get(IpPrefix.parse("0.0.0.0/0"))).isNull();
    }

    private static IpPrefix prefix(AddressFamily family, int index) {
        int length = 8 + index % 25;
        return family == AddressFamily.IPV4
                ? IpPrefix.containing(IpAddress.ipv4(index * 0x9e3779b9), length)
                : IpPrefix.containing(IpAddress.ipv6(index * 0x9e3779b97f4a7c15L, index), index % 3 == 0 ? 128 : length);
    }
}
