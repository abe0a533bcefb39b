package io.roadstead.cli;

import java.time.Duration;

/** Durations as Go writes them, which is what users of Cilium read: {@code 12m4s}, {@code 3h0m12s}, {@code 0s}. */
final class Ages {

    private Ages() {
    }

    /** Whole seconds; below one it is {@code 0s}. */
    static String of(long millis) {
        Duration duration = Duration.ofMillis(Math.max(0, millis));
        String seconds = duration.toSecondsPart() + "s";
        if (duration.toMinutes() == 0) {
            return seconds;
        }
        String minutes = duration.toMinutesPart() + "m" + seconds;
        return duration.toHours() == 0 ? minutes : duration.toHours() + "h" + minutes;
    }
}
