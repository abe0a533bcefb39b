package io.roadstead.api.model.bgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.bgp.AsPath.Segment;
import io.roadstead.api.model.bgp.AsPath.SegmentType;
import io.roadstead.api.model.net.AsNumber;

class AsPathTest {

    private static final AsNumber OWN = new AsNumber(65001);

    @Test
    void prependGrowsTheFirstSequence() {
        AsPath path = AsPath.ofSequence(new AsNumber(2), new AsNumber(3)).prepend(OWN);

        assertThat(path).hasToString("65001 2 3").isEqualTo(AsPath.ofSequence(OWN, new AsNumber(2), new AsNumber(3)));
        assertThat(AsPath.EMPTY.prepend(OWN)).isEqualTo(AsPath.ofSequence(OWN));
    }

    @Test
    void prependToAFullSequenceStartsAnotherSegment() {
        AsPath full = new AsPath(List.of(new Segment(SegmentType.AS_SEQUENCE, Collections.nCopies(255, new AsNumber(2)))));

        AsPath path = full.prepend(OWN).prepend(OWN);

        assertThat(path.segments()).hasSize(2).element(0).isEqualTo(segment(SegmentType.AS_SEQUENCE, 65001, 65001));
        assertThat(path.segments().get(1)).isEqualTo(full.segments().getFirst());
        assertThat(path.length()).isEqualTo(257);
    }

    @Test
    void prependToASetStartsASequence() {
        assertThat(new AsPath(List.of(segment(SegmentType.AS_SET, 2, 3))).prepend(OWN)).hasToString("65001 {2,3}");
        assertThat(new AsPath(List.of(segment(SegmentType.AS_CONFED_SEQUENCE, 2))).prepend(OWN)).hasToString("65001 (2)");
    }

    @Test
    void aSetCountsAsOneAndConfederationsDoNotCount() {
        AsPath path = new AsPath(List.of(segment(SegmentType.AS_CONFED_SEQUENCE, 9, 8), segment(SegmentType.AS_CONFED_SET, 7, 6),
                segment(SegmentType.AS_SEQUENCE, 1, 2), segment(SegmentType.AS_SET, 3, 4, 5)));

        assertThat(path.length()).isEqualTo(3);
        assertThat(path).hasToString("(9 8) [7,6] 1 2 {3,4,5}");
        assertThat(path.contains(new AsNumber(6))).isTrue();
        assertThat(path.contains(new AsNumber(10))).isFalse();
        assertThat(AsPath.EMPTY).hasToString("").matches(empty -> empty.length() == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256})
    void segmentHas1To255Numbers(int count) {
        assertThatThrownBy(() -> new Segment(SegmentType.AS_SEQUENCE, Collections.nCopies(count, OWN)))
                .hasMessage("an AS_PATH segment has 1 to 255 numbers, not " + count);
    }

    private static Segment segment(SegmentType type, int... numbers) {
        return new Segment(type, Arrays.stream(numbers).mapToObj(AsNumber::new).toList());
    }
}
