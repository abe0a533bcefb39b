package io.roadstead.kernel.plugin;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.RoadsteadException;

/**
 * A file or directory of the plugins folder, as it was read.
 *
 * @param file        in the folder
 * @param fingerprint sizes and times; the same one is not read again
 * @param copy        private copy, from which it is loaded; null when it could not be read
 * @param content     null when it could not be read
 * @param manifest    null when it was refused
 * @param problem     why it was refused; null when it was not
 */
record Candidate(Path file, String fingerprint, @Nullable Path copy, @Nullable PluginContent content, @Nullable PluginManifest manifest,
        @Nullable RoadsteadException problem) {

    String subject() {
        return String.valueOf(file.getFileName());
    }
}
