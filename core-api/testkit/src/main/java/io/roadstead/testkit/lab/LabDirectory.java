package io.roadstead.testkit.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Private directory of one process: its configuration, sockets and log. Lies in the temporary directory of the machine, because the path of
 * a unix socket has to fit into 107 bytes and because daemons that drop privileges must be able to walk to it.
 */
final class LabDirectory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LabDirectory.class);

    private final Path path;
    private final Runnable atExit;

    static {
        removeThoseOfKilledRuns();
    }

    private LabDirectory(Path path) {
        this.path = path;
        this.atExit = AtExit.remember(() -> delete(path));
    }

    static LabDirectory create(String label) {
        try {
            return new LabDirectory(Files.createTempDirectory(LabNames.next(label) + "-"));
        } catch (IOException e) {
            throw new LabException("cannot create a directory for " + label, e);
        }
    }

    Path file(String name) {
        return path.resolve(name);
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(file(name), text);
        } catch (IOException e) {
            throw new LabException("cannot write " + file(name), e);
        }
    }

    /** Empty when the file is not there. */
    static String read(Path file) {
        try {
            // a log may end in half a character, or hold bytes of the wire
            return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new LabException("cannot read " + file, e);
        }
    }

    void deleteFile(String name) {
        try {
            Files.deleteIfExists(file(name));
        } catch (IOException e) {
            throw new LabException("cannot delete " + file(name), e);
        }
    }

    /** A file, or a directory with everything in it; nothing when it is not there. */
    static void deleteAll(Path path) {
        delete(path);
    }

    @Override
    public void close() {
        delete(path);
        AtExit.forget(atExit);
    }

    private static void removeThoseOfKilledRuns() {
        var temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (var entries = Files.newDirectoryStream(temporary, path -> LabNames.isAbandoned(path.getFileName().toString()))) {
            entries.forEach(LabDirectory::delete);
        } catch (IOException | LabException e) {
            LOG.warn("cannot remove files of killed test runs directory={} cause={}", temporary, e.toString());
        }
    }

    private static void delete(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new LabException("cannot delete " + path, e);
        }
    }
}
