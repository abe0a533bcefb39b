package io.roadstead.kernel.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableSizeTest {

    @ParameterizedTest
    @CsvSource({"0, 251", "1, 251", "2, 251", "3, 509", "5, 509", "6, 1021", "160, 16381", "655, 65521", "10485, 1048573",
        "20000, 1048573"})
    void automaticSizesGrowWithTheBackendsInFewSteps(int backends, int slots) {
        assertThat(TableSize.AUTO.slots(backends)).isEqualTo(slots);
    }

    @Test
    void everySizeIsAPrime() {
        for (int backends = 0; backends < 11_000; backends += 7) {
            assertThat(BigInteger.valueOf(TableSize.AUTO.slots(backends)).isProbablePrime(30)).isTrue();
        }
    }

    @Test
    void aFixedSizeIsForAll() {
        assertThat(TableSize.parse("16381").slots(3)).isEqualTo(16381);
        assertThat(TableSize.parse("16381")).hasToString("16381");
        assertThat(TableSize.parse("auto")).isEqualTo(TableSize.AUTO).hasToString("auto");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1", "16380", "-7", "1048577", "99999999999", "Auto", "7.0", " 251"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> TableSize.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(text.strip());
    }
}
