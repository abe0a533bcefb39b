package io.roadstead.api.model.bgp;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * Session timers, whole seconds.
 *
 * @param connectRetry at least 1 s; the wait is jittered
 * @param hold         3 to 65535 s
 * @param keepalive    1 s up to hold
 */
public record BgpTimers(Duration connectRetry, Duration hold, Duration keepalive) {

    /** 120 s, 90 s, 30 s: Cilium's and RFC 4271 §10's. */
    public static final BgpTimers DEFAULT = new BgpTimers(Duration.ofSeconds(120), Duration.ofSeconds(90), Duration.ofSeconds(30));

    public BgpTimers {
        check("connectRetryTimeSeconds", connectRetry, 1, Integer.MAX_VALUE);
        check("holdTimeSeconds", hold, 3, 65535);
        check("keepAliveTimeSeconds", keepalive, 1, 65535);
        if (keepalive.compareTo(hold) > 0) {
            throw new IllegalArgumentException(
                    "keepAliveTimeSeconds " + keepalive.toSeconds() + " is longer than holdTimeSeconds " + hold.toSeconds());
        }
    }

    static void check(String field, Duration value, long least, long most) {
        if (value.toSeconds() < least || value.toSeconds() > most || value.toNanosPart() != 0) {
            // Not toMillis, which fails for the longest durations.
            String seconds = BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9)).stripTrailingZeros()
                    .toPlainString();
            throw new IllegalArgumentException(field + " " + seconds + " is not a whole number in " + least + " to " + most);
        }
    }
}
