package io.roadstead.api.model.bgp;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.roadstead.api.model.net.AsNumber;

/**
 * AS_PATH (RFC 4271 §5.1.2, RFC 6793): segments in the order on the wire, the nearest AS first. The confederation types are kept (RFC 5065), they do not count
 * for the length.
 */
public record AsPath(List<Segment> segments) {

    /** Originated in this AS. */
    public static final AsPath EMPTY = new AsPath(List.of());

    /** Most AS numbers that one segment holds. */
    public static final int MAX_SEGMENT_LENGTH = 255;

    public AsPath {
        segments = List.copyOf(segments);
    }

    /** One sequence. */
    public static AsPath ofSequence(AsNumber... numbers) {
        return numbers.length == 0 ? EMPTY : new AsPath(List.of(new Segment(SegmentType.AS_SEQUENCE, List.of(numbers))));
    }

    /** The same with one AS in front, in a new segment where the first is no sequence or is full (RFC 4271 §5.1.2 b). */
    public AsPath prepend(AsNumber number) {
        List<Segment> changed = new ArrayList<>(segments);
        if (!changed.isEmpty() && changed.getFirst().type() == SegmentType.AS_SEQUENCE
                && changed.getFirst().numbers().size() < MAX_SEGMENT_LENGTH) {
            List<AsNumber> numbers = new ArrayList<>(changed.getFirst().numbers());
            numbers.addFirst(number);
            changed.set(0, new Segment(SegmentType.AS_SEQUENCE, numbers));
        } else {
            changed.addFirst(new Segment(SegmentType.AS_SEQUENCE, List.of(number)));
        }
        return new AsPath(changed);
    }

    /** Length for route selection: a set counts as one (RFC 4271 §9.1.2.2 a), confederation segments do not count (RFC 5065 §5.3). */
    public int length() {
        int length = 0;
        for (Segment segment : segments) {
            length += switch (segment.type()) {
                case AS_SEQUENCE -> segment.numbers().size();
                case AS_SET -> 1;
                case AS_CONFED_SEQUENCE, AS_CONFED_SET -> 0;
            };
        }
        return length;
    }

    /** Whether the AS stands anywhere in it: a loop when it is one's own. */
    public boolean contains(AsNumber number) {
        return segments.stream().anyMatch(segment -> segment.numbers().contains(number));
    }

    /** {@code 65001 65002 {65003,65004}}; empty text when empty. */
    @Override
    public String toString() {
        return segments.stream().map(Segment::toString).collect(Collectors.joining(" "));
    }

    /** Segment types; the wire value is given. */
    public enum SegmentType {
        AS_SET(1), AS_SEQUENCE(2), AS_CONFED_SEQUENCE(3), AS_CONFED_SET(4);

        private final int code;

        SegmentType(int code) {
            this.code = code;
        }

        /** The value on the wire. */
        public int code() {
            return code;
        }
    }

    /** One segment of 1 to 255 numbers. */
    public record Segment(SegmentType type, List<AsNumber> numbers) {
        public Segment {
            numbers = List.copyOf(numbers);
            if (numbers.isEmpty() || numbers.size() > MAX_SEGMENT_LENGTH) {
                throw new IllegalArgumentException("an AS_PATH segment has 1 to 255 numbers, not " + numbers.size());
            }
        }

        @Override
        public String toString() {
            return switch (type) {
                case AS_SEQUENCE -> join(" ");
                case AS_SET -> "{" + join(",") + "}";
                case AS_CONFED_SEQUENCE -> "(" + join(" ") + ")";
                case AS_CONFED_SET -> "[" + join(",") + "]";
            };
        }

        private String join(String separator) {
            return numbers.stream().map(AsNumber::toString).collect(Collectors.joining(separator));
        }
    }
}
