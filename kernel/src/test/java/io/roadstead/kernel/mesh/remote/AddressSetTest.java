package io.roadstead.kernel.mesh.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.kernel.mesh.remote.AddressSet.Entry;

class AddressSetTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 42, -7})
    void itHoldsWhatASetOfObjectsHolds(long seed) {
        Random random = new Random(seed);
        AddressSet set = new AddressSet();
        Set<Entry> model = new HashSet<>();
        for (int step = 0; step < 20_000; step++) {
            Entry entry = entry(random);
            if (random.nextInt(5) < 3) {
                assertThat(set.add(entry)).isEqualTo(model.add(entry));
            } else {
                assertThat(set.remove(entry)).isEqualTo(model.remove(entry));
            }
            assertThat(set.size()).isEqualTo(model.size());
        }
        Set<Entry> all = new HashSet<>();
        set.forEach(entry -> assertThat(all.add(entry)).isTrue());
        assertThat(all).isEqualTo(model);
    }

    @Test
    void anAddressWithAndWithoutItsLengthAreTwoEntries() {
        AddressSet set = new AddressSet();
        IpPrefix host = IpPrefix.parse("10.0.0.1/32");

        assertThat(set.add(new Entry(host, false))).isTrue();
        assertThat(set.add(new Entry(host, true))).isTrue();
        assertThat(set.add(new Entry(IpPrefix.parse("::a00:1/128"), false))).isTrue();
        assertThat(set.remove(new Entry(host, false))).isTrue();

        assertThat(set.size()).isEqualTo(2);
    }

    private static Entry entry(Random random) {
        IpAddress address =
                random.nextBoolean() ? IpAddress.ipv4(random.nextInt(2000)) : IpAddress.ipv6(random.nextInt(3), random.nextInt(500));
        int bits = address.family() == AddressFamily.IPV4 ? 32 : 128;
        return random.nextInt(10) == 0
                ? new Entry(IpPrefix.containing(address, random.nextInt(bits + 1)), true)
                : new Entry(IpPrefix.host(address), random.nextBoolean());
    }
}
