package io.roadstead.plugin.manifests;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;

/** The section {@code roadstead.source.manifests}. */
@Doc("Reads the cluster's objects from a directory of Kubernetes YAML or JSON files, and follows its changes.")
public record ManifestsConfig(
        @Doc("The directory that is read and watched. Directories inside it are not.") Path directory,
        @Doc(value = "Where assigned addresses and statuses are kept; several agents may share it. Default: the plugin's own state directory.",
                example = "/var/lib/roadstead/cluster") @Nullable Path stateDirectory,
        @Doc("Glob patterns of the file names that are read. Names that begin with a dot never are.") List<String> files,
        @Doc("How long a file must have been unchanged before what vanished from it counts as gone.") Duration settle,
        @Doc("The largest file that is read, in bytes; 1 to 1073741824.") int maxFileBytes) {
    private static final int LARGEST = 1 << 30;

    public ManifestsConfig {
        files = List.copyOf(files);
        if (settle.isNegative()) {
            throw new IllegalArgumentException("settle must not be negative");
        }
        if (maxFileBytes < 1 || maxFileBytes > LARGEST) {
            throw new IllegalArgumentException("max-file-bytes must be 1 to " + LARGEST);
        }
    }
}
