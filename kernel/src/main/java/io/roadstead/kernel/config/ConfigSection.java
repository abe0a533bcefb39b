package io.roadstead.kernel.config;

import com.typesafe.config.ConfigObject;

/** A section that only its plugin's record can read. Equal when it says the same, wherever that stands. */
public final class ConfigSection {

    private final String path;
    private final ConfigObject object;

    ConfigSection(String path, ConfigObject object) {
        this.path = path;
        this.object = object;
    }

    /** Full path, {@code roadstead.advertisers.service}. */
    public String path() {
        return path;
    }

    /** File and line. */
    public String origin() {
        return Origins.text(object.origin());
    }

    ConfigObject object() {
        return object;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigSection section && path.equals(section.path) && object.equals(section.object);
    }

    @Override
    public int hashCode() {
        return 31 * path.hashCode() + object.hashCode();
    }

    /** The path only: the content may hold a secret. */
    @Override
    public String toString() {
        return path;
    }
}
