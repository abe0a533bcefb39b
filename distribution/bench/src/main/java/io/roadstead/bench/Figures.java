package io.roadstead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Prints measured times, and the machine that they are of. */
public final class Figures {
    private Figures() {
    }

    /** Nanoseconds as milliseconds: median, 99th percentile, most. */
    public static String ofNanos(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, "p50 %.2f ms, p99 %.2f ms, max %.1f ms (n=%d)", at(sorted, 0.50), at(sorted, 0.99), at(sorted, 1),
                sorted.length);
    }

    private static double at(long[] sorted, double quantile) {
        return sorted[(int) Math.ceil(quantile * sorted.length) - 1] / 1e6;
    }

    static double millis(long nanos) {
        return nanos / 1e6;
    }

    /** Who else was at work matters as much as the machine. */
    public static String machine() throws IOException {
        Path load = Path.of("/proc/loadavg");
        return Runtime.getRuntime().availableProcessors() + " cores, load average "
                + (Files.exists(load) ? Files.readString(load).strip() : "unknown");
    }
}
