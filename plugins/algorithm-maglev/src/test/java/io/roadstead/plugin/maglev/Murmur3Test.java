package io.roadstead.plugin.maglev;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Murmur3Test {

    /** Published values of the reference implementation, for other implementations to compare with. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0 | '' | 0000000000000000 | 0000000000000000",
        "0 | hello | cbd8a7b341bd9b02 | 5b1e906a48ae1d19",
        "0 | hello, world | 342fac623a5ebc8e | 4cdcbc079642414d",
        "0 | 19 Jan 2038 at 3:14:07 AM | b89e5988b737affc | 664fc2950231b2cb",
        "0 | The quick brown fox jumps over the lazy dog. | cd99481f9ee902c9 | 695da1a38987b6e7",
        "1 | hello | a78ddff5adae8d10 | 128900ef20900135",
        "1 | hello, world | 8b95f808840725c6 | 1597ed5422bd493b",
        "1 | 19 Jan 2038 at 3:14:07 AM | 2a929de9c8f97b2f | 56a41d99af43a2db",
        "42 | hello | c4b8b3c960af6f08 | 2334b875b0efbc7a"})
    void givesThePublishedValues(int seed, String text, String high, String low) {
        Murmur3 hash = Murmur3.hash128(text.getBytes(StandardCharsets.US_ASCII), seed);

        assertThat(hash).isEqualTo(new Murmur3(Long.parseUnsignedLong(high, 16), Long.parseUnsignedLong(low, 16)));
    }
}
