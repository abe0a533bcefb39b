package io.roadstead.kernel.config;

import com.typesafe.config.ConfigOrigin;

/** Where a value stands, in words. */
final class Origins {

    private static final String MERGED = "merge of ";
    /** What values that were taken from the environment say of themselves. */
    static final String ENVIRONMENT = "environment variable ";

    private Origins() {
    }

    /** {@code roadstead.conf:12}; of an object that several places fill, the one that wins. */
    static String text(ConfigOrigin origin) {
        String description = origin.description();
        if (description.startsWith(MERGED)) {
            // The library joins "a: 3" and "b: 7" with a comma; the strongest comes first.
            int comma = description.indexOf(',');
            return compact(description.substring(MERGED.length(), comma < 0 ? description.length() : comma));
        }
        return compact(description);
    }

    static boolean isEnvironment(ConfigOrigin origin) {
        return origin.description().startsWith(ENVIRONMENT);
    }

    /** {@code file: 12-14} becomes {@code file:12}. */
    private static String compact(String description) {
        return description.replaceFirst(": ([0-9]+)(-[0-9]+)?$", ":$1");
    }
}
