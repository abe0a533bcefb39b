package io.roadstead.testkit.lab;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** Names that no other test run on this machine uses, and that tell whose they are: {@code rs-<pid>-<number>-<label>}. */
final class LabNames {

    private static final String PREFIX = "rs-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-\\d+-.*");
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private LabNames() {
    }

    static String next(String label) {
        return PREFIX + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet() + "-" + label;
    }

    /** Whether a name made by {@link #next} belongs to a run that is gone; false for any other name. */
    static boolean isAbandoned(String name) {
        var matcher = NAME.matcher(name);
        return matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty();
    }
}
