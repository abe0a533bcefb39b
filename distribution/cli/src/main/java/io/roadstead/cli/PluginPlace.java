package io.roadstead.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

import io.roadstead.kernel.plugin.PluginLock;

/**
 * Where a plugin's jar belongs in a plugins folder that an agent may be reading: under {@code <id>-<version>.jar}, instead of what has its id. There is no moment at
 * which the folder lacks the plugin or, but for what had been there twice before, has it twice: an agent keeps what runs when an id is there twice.
 *
 * @param target   where the jar is to be
 * @param replaced jars with the plugin's id that are there now
 */
record PluginPlace(Path target, List<Path> replaced) {

    /** @param present what the folder has, by path; nothing is changed when a directory has the id, or another plugin the name */
    static PluginPlace of(PluginLock.Entry plugin, Path folder, Map<Path, PluginLock.Entry> present) {
        Path target = folder.resolve(plugin.id() + "-" + plugin.version() + ".jar");
        PluginLock.Entry there = present.get(target);
        if (there != null && !there.id().equals(plugin.id())) {
            throw new CommandFailure(Exit.REFUSED,
                    "cannot install " + plugin.id() + ": " + target + " is the plugin " + there.id() + "; give that file another name");
        }
        List<Path> replaced =
                present.entrySet().stream().filter(each -> each.getValue().id().equals(plugin.id())).map(Map.Entry::getKey).toList();
        for (Path old : replaced) {
            if (Files.isDirectory(old)) {
                throw new CommandFailure(Exit.REFUSED,
                        "cannot install " + plugin.id() + ": " + old
                                + " is a folder with that plugin; move it away first, a jar cannot take its place");
            }
        }
        return new PluginPlace(target, replaced);
    }

    /** Copies the jar there, and its signature if there is one beside it. */
    void fill(Path jar) {
        Path signature = signature(jar);
        try {
            if (!replaced.isEmpty() && !replaced.contains(target)) {
                Path old = replaced.getFirst();
                copy(jar, signature, old); // as another content of the same file first, which is an upgrade
                copySignature(signature, target);
                Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            } else {
                copy(jar, signature, target);
            }
            for (Path old : replaced) {
                if (!old.equals(target)) {
                    Files.deleteIfExists(old);
                    Files.deleteIfExists(signature(old));
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(Exit.REFUSED, "cannot copy " + jar + " to " + target + ": " + e.getMessage());
        }
    }

    /** The signature first: a jar that needs one and lacks it is refused. */
    private static void copy(Path jar, Path signature, Path to) throws IOException {
        copySignature(signature, to);
        replace(jar, to);
    }

    private static void copySignature(Path signature, Path jar) throws IOException {
        if (Files.exists(signature)) {
            replace(signature, signature(jar));
        } else {
            Files.deleteIfExists(signature(jar)); // of what was there before
        }
    }

    private static void replace(Path file, Path to) throws IOException {
        Path temporary = to.resolveSibling("." + to.getFileName());
        Files.copy(file, temporary, StandardCopyOption.REPLACE_EXISTING);
        Files.move(temporary, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path signature(Path jar) {
        return jar.resolveSibling(jar.getFileName() + ".sig");
    }
}
