package io.roadstead.kernel.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpRange;

class RangeIndexTest {

    /** Against looking at every range. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void findsWhatASearchOfAllFinds(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<IpRange> ranges = new ArrayList<>();
            RangeIndex.Builder<IpRange> builder = new RangeIndex.Builder<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                IpRange range = range(random);
                ranges.add(range);
                builder.add(range, range);
            }
            IpRange asked = range(random);

            var found = builder.build().overlapping(asked);

            assertThat(found.isPresent()).as("seed %d: %s in %s", seed, asked, ranges)
                    .isEqualTo(ranges.stream().anyMatch(asked::overlaps));
            found.ifPresent(range -> assertThat(range.overlaps(asked)).isTrue());
        }
    }

    private static IpRange range(Random random) {
        int first = random.nextInt(60);
        int last = first + random.nextInt(10);
        return random.nextBoolean()
                ? new IpRange(IpAddress.ipv4(first), IpAddress.ipv4(last))
                : new IpRange(IpAddress.ipv6(0, first), IpAddress.ipv6(0, last));
    }
}
