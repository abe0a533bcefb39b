package io.roadstead.kernel.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.testkit.ServiceBuilder;

class AllocatorTest {

    private final Allocator allocator = new Allocator();
    private final Lease a = lease("default/a");
    private final Lease b = lease("default/b");

    @Test
    void theLowestFreeAddressOfAHugePoolIsFoundAtOnce() {
        IpRange huge = IpRange.of(IpPrefix.parse("2001:db8::/32"));

        allocator.occupy(IpAddress.parse("2001:db8::"), a);
        allocator.occupy(IpAddress.parse("2001:db8::1"), a);
        allocator.occupy(IpAddress.parse("2001:db8::3"), a);

        assertThat(allocator.lowestFree(huge)).contains(IpAddress.parse("2001:db8::2"));
    }

    @Test
    void anAddressIsFreeWhenItsLastHolderHasGone() {
        IpAddress address = IpAddress.parse("192.0.2.1");

        assertThat(allocator.occupy(address, a)).isTrue();
        assertThat(allocator.occupy(address, b)).isFalse();
        assertThat(allocator.vacate(address, a)).isFalse();
        assertThat(allocator.holders(address)).containsExactly(b);
        assertThat(allocator.vacate(address, b)).isTrue();
        assertThat(allocator.vacate(address, b)).isFalse();
    }

    @Test
    void theEndsOfTheAddressSpacesDoNotRunIntoEachOther() {
        for (String text : List.of("255.255.255.255", "0.0.0.0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")) {
            allocator.occupy(IpAddress.parse(text), a);
        }

        assertThat(allocator.lowestFree(IpRange.of(IpPrefix.parse("0.0.0.0/0")))).contains(IpAddress.parse("0.0.0.1"));
        assertThat(allocator.lowestFree(IpRange.of(IpPrefix.parse("255.255.255.255/32")))).isEmpty();
        assertThat(allocator.lowestFree(IpRange.of(IpPrefix.parse("::/0")))).contains(IpAddress.parse("::1"));
    }

    @Test
    void itAgreesWithANaiveModel() {
        long seed = 20261122;
        System.getLogger("test").log(System.Logger.Level.INFO, "seed " + seed);
        Random random = new Random(seed);
        Map<IpAddress, List<Lease>> model = new TreeMap<>();
        List<Lease> leases = List.of(a, b);
        for (int step = 0; step < 20_000; step++) {
            IpAddress address = IpAddress.ipv4((10 << 24) + random.nextInt(64));
            Lease lease = leases.get(random.nextInt(2));
            List<Lease> holders = model.computeIfAbsent(address, key -> new ArrayList<>());
            if (holders.contains(lease)) {
                holders.remove(lease);
                assertThat(allocator.vacate(address, lease)).isEqualTo(holders.isEmpty());
            } else {
                assertThat(allocator.occupy(address, lease)).isEqualTo(holders.isEmpty());
                holders.add(lease);
            }

            int low = random.nextInt(64);
            int high = low + random.nextInt(64 - low);
            Optional<IpAddress> expected = Optional.empty();
            for (int i = high; i >= low; i--) {
                IpAddress candidate = IpAddress.ipv4((10 << 24) + i);
                expected = model.getOrDefault(candidate, List.of()).isEmpty() ? Optional.of(candidate) : expected;
            }
            assertThat(allocator.lowestFree(new IpRange(IpAddress.ipv4((10 << 24) + low), IpAddress.ipv4((10 << 24) + high))))
                    .as("step %d", step).isEqualTo(expected);
        }
    }

    private static Lease lease(String name) {
        return new Lease(ServiceBuilder.service(name).loadBalancer().build());
    }
}
