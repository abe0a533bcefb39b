package io.roadstead.kernel.plugin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What the agent's user decides about plugins.
 *
 * @param directory         the watched folder
 * @param lockFile          need not exist
 * @param strict            whether a plugin that cannot load keeps the agent from starting; never the case for plugins dropped in later
 * @param disabled          ids of plugins that are left alone
 * @param trustedKeys       Ed25519 public keys, X.509 in base 64 (PEM without its first and last line); when there is one, a plugin that the lock does not list must
 *                          carry a signature
 * @param allowSharedFolder whether a folder that others may write to is accepted
 * @param workDirectory     the agent's own: plugins are copied here and loaded from here; emptied at the start
 * @param settle            how long to wait for further changes of the folder
 */
public record PluginSettings(Path directory, Path lockFile, LockMode lockMode, boolean strict, Set<String> disabled,
        List<String> trustedKeys,
        boolean allowSharedFolder, Path workDirectory, Duration settle) {
    public PluginSettings {
        disabled = Set.copyOf(disabled);
        trustedKeys = List.copyOf(trustedKeys);
    }
}
