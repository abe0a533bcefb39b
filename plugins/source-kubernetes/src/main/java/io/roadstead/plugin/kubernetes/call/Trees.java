package io.roadstead.plugin.kubernetes.call;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Reads in trees of JSON that anybody may have written: what has another shape than it should counts as absent. */
public final class Trees {
    private Trees() {
    }

    /** Empty unless it is an object. */
    @SuppressWarnings("unchecked") // JSON has no other keys
    public static Map<String, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, ?>) map : Map.of();
    }

    /** Empty unless it is a list. */
    public static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    /** Empty unless it is a string. */
    public static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    /** Absent unless it is a number; fractions are cut. */
    public static long number(@Nullable Object value, long absent) {
        return value instanceof Number number ? number.longValue() : absent;
    }
}
