package io.roadstead.plugin.mesh.etcd.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

import io.roadstead.plugin.mesh.etcd.files.ConfigFile.Mistaken;
import io.roadstead.plugin.mesh.etcd.files.ConfigFile.Usable;

/** Which files say something about which cluster. */
sealed interface FileNames {
    /** The directory that the files are seen in. */
    Path directory();

    /**
     * The files by the name of their cluster, those that may be no configuration among them.
     *
     * @param problems takes what is wrong with names
     * @throws IOException when the directory cannot be listed
     */
    SortedMap<String, Path> list(List<String> problems) throws IOException;

    /** Every file of a directory, called as its cluster is. */
    record OfDirectory(Path directory) implements FileNames {
        /** What Cilium allows a cluster to be called. */
        private static final Pattern NAME = Pattern.compile("(?:[a-z0-9][-a-z0-9]{0,30})?[a-z0-9]");
        /** Of clusters that have not been named, so that many may be called so. */
        private static final String UNNAMED = "default";

        public OfDirectory {
            directory = directory.toAbsolutePath();
        }

        @Override
        public SortedMap<String, Path> list(List<String> problems) throws IOException {
            SortedMap<String, Path> files = new TreeMap<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    String name = entry.getFileName().toString();
                    if (name.startsWith(".")) {
                        continue; // ..data of a mounted Secret, what an editor leaves
                    }
                    if (NAME.matcher(name).matches() && !name.equals(UNNAMED)) {
                        files.put(name, entry);
                    } else if (isConfiguration(ConfigFile.look(directory, entry))) {
                        problems.add(
                                entry + " is a configuration, and its name cannot be a cluster's: at most 32 of a-z, 0-9 and -, and not "
                                        + UNNAMED
                                        + "; call it as its cluster is called");
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            problems.sort(null);
            return files;
        }

        private static boolean isConfiguration(ConfigFile file) {
            return file instanceof Usable || file instanceof Mistaken;
        }
    }

    /** One file. */
    record Single(String cluster, Path file) implements FileNames {
        public Single {
            file = file.toAbsolutePath();
        }

        @Override
        public Path directory() {
            Path parent = file.getParent();
            return parent == null ? file : parent;
        }

        @Override
        public SortedMap<String, Path> list(List<String> problems) {
            return new TreeMap<>(Map.of(cluster, file));
        }
    }
}
