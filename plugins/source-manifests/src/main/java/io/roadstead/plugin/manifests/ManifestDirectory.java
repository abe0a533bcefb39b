package io.roadstead.plugin.manifests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ResourceKey;

/** The files of the directory and what each says. Confined to the source's loop. */
final class ManifestDirectory {
    private final SortedMap<String, ManifestFile> files = new TreeMap<>();
    private final Map<String, Stamp> stamps = new HashMap<>();
    private final Set<String> links = new HashSet<>();
    private final ManifestReader reader;
    private final ObjectTable table;

    /** Attributes that change when the content does, given that the file has been at rest for a while. */
    private record Stamp(long size, FileTime modified, @Nullable Object identity) {
    }

    ManifestDirectory(ManifestReader reader, ObjectTable table) {
        this.reader = reader;
        this.table = table;
    }

    /** A file at one of its versions. */
    record Change(ManifestFile file, int version) {
    }

    SortedMap<String, ManifestFile> files() {
        return files;
    }

    /**
     * Reads what may have changed.
     *
     * @param trusted whether the files are taken to be at rest
     * @return what did change
     * @throws IOException when the directory cannot be listed; nothing has changed then
     */
    List<Change> scan(ManifestsConfig config, boolean trusted) throws IOException {
        List<Path> paths = list(config, matchers(config));
        List<Change> changes = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Path path : paths) {
            String name = path.getFileName().toString();
            seen.add(name);
            visit(name, path, config, trusted, changes);
        }
        for (Map.Entry<String, ManifestFile> entry : files.entrySet()) {
            if (!seen.contains(entry.getKey())) {
                apply(entry.getKey(), entry.getValue(), entry.getValue()::gone, changes);
            }
        }
        return changes;
    }

    /**
     * Reads what these names say, however many others there are.
     *
     * @throws IOException when everything has to be looked at, and the directory cannot be listed
     */
    List<Change> scan(ManifestsConfig config, Set<String> names) throws IOException {
        // What links point to changes under names of its own; a directory that is gone says nothing about the files in it.
        if (!links.isEmpty() || !Files.isDirectory(config.directory())) {
            return scan(config, false);
        }
        List<PathMatcher> matchers = matchers(config);
        List<Change> changes = new ArrayList<>();
        for (String name : names) {
            Path path = config.directory().resolve(name);
            if (isManifest(path, matchers)) {
                visit(name, path, config, false, changes);
            }
        }
        return changes;
    }

    /** Takes those that have not changed again since for what they mean. */
    void settle(List<Change> changes) {
        for (Change change : changes) {
            if (change.file.version() == change.version) {
                String name = change.file.name();
                apply(name, change.file, () -> {
                    change.file.settle();
                    return false;
                }, new ArrayList<>());
                if (!change.file.present()) {
                    files.remove(name);
                    stamps.remove(name);
                    links.remove(name);
                }
            }
        }
    }

    private static List<PathMatcher> matchers(ManifestsConfig config) {
        return config.files().stream().map(pattern -> FileSystems.getDefault().getPathMatcher("glob:" + pattern)).toList();
    }

    private static boolean isManifest(Path path, List<PathMatcher> matchers) {
        return !path.getFileName().toString().startsWith(".") && matchers.stream().anyMatch(matcher -> matcher.matches(path.getFileName()));
    }

    private static List<Path> list(ManifestsConfig config, List<PathMatcher> matchers) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(config.directory(), path -> isManifest(path, matchers))) {
            stream.forEach(paths::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return paths;
    }

    private void visit(String name, Path path, ManifestsConfig config, boolean trusted, List<Change> changes) {
        ManifestFile file = files.computeIfAbsent(name, ManifestFile::new);
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            Stamp stamp = new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
            if (file.settled() && stamp.equals(stamps.get(name))) {
                return;
            }
            stamps.put(name, stamp);
            noteLink(name, path);
            if (!attributes.isRegularFile()) { // opening a pipe would wait for its writer
                fail(name, file, "is not a regular file", "remove it, or leave its name out of roadstead.source.manifests.files", changes);
                return;
            }
            byte[] content = attributes.size() > config.maxFileBytes() ? new byte[0] : read(path, config.maxFileBytes() + 1);
            if (Math.max(attributes.size(), content.length) > config.maxFileBytes()) {
                fail(name, file, "has more than " + config.maxFileBytes() + " bytes",
                        "split it, or raise roadstead.source.manifests.max-file-bytes", changes);
                return;
            }
            apply(name, file, () -> file.read(content, reader, trusted), changes);
        } catch (NoSuchFileException e) {
            noteLink(name, path);
            if (links.contains(name)) {
                fail(name, file, "is a link that points to nothing", "correct or remove it", changes);
            } else {
                apply(name, file, file::gone, changes);
                if (file.version() == 0) { // came and went
                    files.remove(name);
                }
            }
        } catch (IOException e) {
            fail(name, file, "cannot be read: " + StatusStore.reason(e), "make it readable for the agent, or remove it", changes);
        }
    }

    private void noteLink(String name, Path path) {
        if (Files.isSymbolicLink(path)) {
            links.add(name);
        } else {
            links.remove(name);
        }
    }

    private static byte[] read(Path path, int limit) throws IOException {
        try (InputStream input = Files.newInputStream(path)) {
            return input.readNBytes(limit);
        }
    }

    private void fail(String name, ManifestFile file, String problem, String remedy, List<Change> changes) {
        apply(name, file, () -> file.fail(problem, remedy), changes);
    }

    private interface Step {
        boolean changes();
    }

    private void apply(String name, ManifestFile file, Step step, List<Change> changes) {
        Map<ResourceKey, ManifestFile.Held> before = file.objects();
        if (step.changes()) {
            changes.add(new Change(file, file.version()));
        }
        table.replace(name, before, file.objects());
    }
}
