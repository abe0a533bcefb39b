package io.roadstead.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    @ParameterizedTest
    @CsvSource({"abc,abc,0", "'',abc,3", "abc,acb,1", "hold,hodl,1", "kitten,sitting,3", "ca,abc,3"})
    void distanceCountsInsertionsDeletionsSubstitutionsAndSwaps(String one, String two, int distance) {
        assertThat(NearestName.distance(one, two)).isEqualTo(distance);
        assertThat(NearestName.distance(two, one)).isEqualTo(distance);
    }

    @Test
    void nothingNearIsNoSuggestion() {
        assertThat(NearestName.of("keepalive", List.of("hold", "port"))).isEmpty();
        assertThat(NearestName.of("prot", List.of("hold", "port"))).contains("port");
    }
}
