package io.roadstead.plugin.manifests;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Small files that are whole or absent, readable by their owner only. */
final class StatusFiles {
    private static final String CORRUPT = ".corrupt-";
    private static final int LARGEST = 1 << 28;

    private final Path directory;
    private final InstantSource clock;

    StatusFiles(Path directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    Path directory() {
        return directory;
    }

    /** Makes the directory where it is missing. */
    void prepare() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    Optional<byte[]> read(String name) throws IOException {
        Path file = directory.resolve(name);
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException(file + " is larger than " + LARGEST + " bytes");
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException ignored) { // absent is an answer
            return Optional.empty();
        }
    }

    /** After this the content survives a crash of the machine; before, the former one does. */
    void write(String name, byte[] content) throws IOException {
        prepare();
        // Not by process id alone: several agents of one process share the directory.
        Path temporary = Files.createTempFile(directory, "." + name + ".", ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        try (FileChannel channel = FileChannel.open(directory, Set.of(StandardOpenOption.READ))) {
            channel.force(true);
        }
    }

    void write(String name, String content) throws IOException {
        write(name, content.getBytes(StandardCharsets.UTF_8));
    }

    void remove(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    /** Renames a file that cannot be read, so that the next write does not destroy what it held. */
    void setAside(String name) throws IOException {
        String stamp = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
        for (int i = 0;; i++) {
            Path aside = directory.resolve(name + CORRUPT + stamp + (i == 0 ? "" : "." + i));
            if (!Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(directory.resolve(name), aside);
                return;
            }
        }
    }

    /** Names of those that were set aside and not removed by anybody since. */
    List<String> asideFiles() throws IOException {
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "*" + CORRUPT + "*")) {
                stream.forEach(path -> names.add(path.getFileName().toString()));
            }
        }
        names.sort(null);
        return names;
    }
}
