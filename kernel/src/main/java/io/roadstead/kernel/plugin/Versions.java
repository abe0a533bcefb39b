package io.roadstead.kernel.plugin;

import java.util.regex.Pattern;

import org.pf4j.DefaultVersionManager;

/** Semantic versions and ranges. A pre-release counts as its release: {@code 2.0.0-SNAPSHOT} is not below 2.0.0. */
final class Versions extends DefaultVersionManager {

    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+([-+].*)?");
    private static final Pattern AFTER_RELEASE = Pattern.compile("[-+].*");
    /** No real version is as high, so a range that contains it has no end. */
    private static final String BEYOND_ALL = "999999.0.0";

    static boolean isVersion(String text) {
        return VERSION.matcher(text).matches();
    }

    /** Whether the version is in the range; pf4j's parser throws what it likes on a range that is none. */
    @Override
    public boolean checkVersionConstraint(String version, String range) {
        return super.checkVersionConstraint(AFTER_RELEASE.matcher(version).replaceFirst(""), range);
    }

    /** Empty text, or what is wrong with the range. */
    String problemOf(String range) {
        try {
            return checkVersionConstraint(BEYOND_ALL, range) ? "has no upper bound" : "";
        } catch (RuntimeException e) {
            return "is not a range of versions";
        }
    }
}
