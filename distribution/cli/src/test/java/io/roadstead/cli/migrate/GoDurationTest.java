package io.roadstead.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({"90s, 90", "1m30s, 90", "1.5h, 5400", "0, 0", "0s, 0", "1500ms, 1", "999ms, 0", "2h45m0.5s, 9900", "1us, 0"})
    void areCutToWholeSeconds(String text, long seconds) {
        assertThat(GoDuration.seconds(text)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "90", "s", "-1s", "1d", "1 s", "1.s", "1..5s", "99999999999s", "soon"})
    void whatIsNoneIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> GoDuration.seconds(text)).withMessageContaining("not a duration");
    }
}
