package io.roadstead.cli.migrate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Kubernetes' Go programs write them: {@code 90s}, {@code 1m30s}, {@code 1.5h}. */
final class GoDuration {

    private static final Pattern SHAPE = Pattern.compile("(?:[0-9]{1,9}(?:[.][0-9]{1,9})?(?:ns|us|µs|ms|s|m|h))+");
    private static final Pattern PART = Pattern.compile("([0-9.]+)(ns|us|µs|ms|s|m|h)");

    private GoDuration() {
    }

    /**
     * Whole seconds, what is behind them cut off.
     *
     * @throws IllegalArgumentException when it is none
     */
    static long seconds(String text) {
        if (text.equals("0")) {
            return 0;
        }
        if (!SHAPE.matcher(text).matches()) {
            throw new IllegalArgumentException("not a duration: '" + text + "'; write 90s or 1m30s");
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(switch (part.group(2)) {
                case "ns" -> 1L;
                case "us", "µs" -> 1_000L;
                case "ms" -> 1_000_000L;
                case "s" -> 1_000_000_000L;
                case "m" -> 60_000_000_000L;
                default -> 3_600_000_000_000L;
            })));
        }
        return nanos.divide(BigDecimal.valueOf(1_000_000_000L), RoundingMode.DOWN).longValue();
    }
}
