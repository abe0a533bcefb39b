package io.roadstead.kernel.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.kernel.loop.KernelPluginContext;

/**
 * Reads the plugins folder. What is loaded later is a private copy named by its content, which is the one that was hashed and checked: a file that is overwritten in
 * the folder changes nothing behind a running plugin's back. Confined to the lifecycle loop.
 */
final class PluginStore {

    private static final Logger log = LoggerFactory.getLogger(PluginStore.class);

    private final Path folder;
    private final boolean allowSharedFolder;
    private final Path work;
    private final ManifestReader manifests = new ManifestReader();
    private Map<Path, Candidate> known = Map.of();

    PluginStore(Path folder, boolean allowSharedFolder, Path work) {
        this.folder = folder;
        this.allowSharedFolder = allowSharedFolder;
        this.work = work;
    }

    /** Makes the work directory and removes what an earlier run left there. */
    void open() {
        KernelPluginContext.privateDirectory(work);
        removeUnused(Set.of());
    }

    /** The plugins in the folder, by file name. What has not changed since the last call is not read again. */
    List<Candidate> scan() {
        if (!Files.isDirectory(folder)) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_UNREADABLE, "plugins folder " + folder, "does not exist",
                    "make it, or set roadstead.plugins.directory");
        }
        if (!allowSharedFolder) {
            PluginVerifier.requirePrivate(folder, "plugins folder " + folder);
        }
        Map<Path, Candidate> found = new HashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> ManifestReader.isJar(file) || Files.isDirectory(file) && !file.getFileName().toString().startsWith("."))
                    .forEach(file -> found.put(file, read(file)));
        } catch (IOException e) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_UNREADABLE, "plugins folder " + folder, "cannot be read: " + e.getMessage(),
                    "make it readable for the agent's user", e);
        }
        known = found;
        return found.values().stream().sorted(Comparator.comparing(Candidate::file)).toList();
    }

    /** Removes all copies but these. */
    void removeUnused(Set<Path> used) {
        try (Stream<Path> copies = Files.list(work)) {
            for (Path copy : copies.filter(path -> !used.contains(path)).toList()) {
                delete(copy);
            }
        } catch (IOException e) {
            log.warn("cannot clear directory={} cause={}", work, e.toString());
        }
    }

    private Candidate read(Path file) {
        String subject = String.valueOf(file.getFileName());
        String fingerprint = "";
        Path copy = null;
        PluginContent content = null;
        try {
            fingerprint = fingerprint(file);
            Candidate before = known.get(file);
            if (before != null && before.fingerprint().equals(fingerprint)) {
                return before;
            }
            if (!allowSharedFolder) {
                for (Path part : parts(file)) {
                    PluginVerifier.requirePrivate(part, subject);
                }
            }
            Path partial = copy(file);
            content = PluginContent.of(partial);
            copy = name(partial, content.sha256());
            return new Candidate(file, fingerprint, copy, content, manifests.read(copy, subject), null);
        } catch (IOException e) {
            RoadsteadException problem =
                    new RoadsteadException(CommonErrorCode.PLUGIN_UNREADABLE, subject, "cannot be read: " + e.getMessage(),
                            "make it readable for the agent's user", e);
            return new Candidate(file, fingerprint, copy, content, null, problem);
        } catch (RoadsteadException problem) {
            return new Candidate(file, fingerprint, copy, content, null, problem);
        }
    }

    private static String fingerprint(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path part : parts(file)) {
            BasicFileAttributes attributes = Files.readAttributes(part, BasicFileAttributes.class);
            text.append(part).append(' ').append(attributes.size()).append(' ').append(attributes.lastModifiedTime()).append(' ')
                    .append(attributes.fileKey()).append(' ');
            if (Files.getFileStore(part).supportsFileAttributeView("posix")) {
                // A chmod can make it acceptable.
                text.append(Files.getPosixFilePermissions(part));
            }
        }
        return text.toString();
    }

    /** The file, or the directory and everything in it that counts. */
    private static List<Path> parts(Path plugin) throws IOException {
        return Files.isDirectory(plugin)
                ? Stream.concat(Stream.of(plugin), PluginContent.files(plugin).stream().map(plugin::resolve)).toList()
                : List.of(plugin);
    }

    private Path copy(Path file) throws IOException {
        if (!Files.isDirectory(file)) {
            Path partial = Files.createTempFile(work, ".copy", ".jar");
            Files.write(partial, Files.readAllBytes(file));
            return partial;
        }
        Path partial = Files.createTempDirectory(work, ".copy");
        for (Path part : PluginContent.files(file)) {
            Path target = partial.resolve(part);
            Files.createDirectories(target.getParent());
            Files.write(target, Files.readAllBytes(file.resolve(part)));
        }
        return partial;
    }

    private Path name(Path partial, String sha256) throws IOException {
        Path named = work.resolve(Files.isDirectory(partial) ? sha256 : sha256 + ".jar");
        if (Files.exists(named)) {
            delete(partial);
            return named;
        }
        return Files.move(partial, named);
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
