package io.roadstead.plugin.mesh.etcd.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import io.roadstead.api.error.RoadsteadException;

/** What one file says at the moment it is looked at. */
sealed interface ConfigFile {
    /** As long as any that a person writes, many times over. */
    int MAX_BYTES = 1 << 18;

    /** A configuration that can be used. */
    record Usable(EtcdConfig config) implements ConfigFile {
    }

    /** A configuration with a mistake in it. */
    record Mistaken(String problem) implements ConfigFile {
    }

    /** Readable, and no configuration. */
    record SomethingElse() implements ConfigFile {
    }

    /** There, and not to be read. */
    record Unreadable(String problem) implements ConfigFile {
    }

    /** Not there. */
    record Absent() implements ConfigFile {
    }

    /**
     * Looks at a file.
     *
     * @param directory that relative names within it are relative to: the one where the file is seen, whatever a link points to
     */
    static ConfigFile look(Path directory, Path file) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) { // opening a pipe would wait for its writer
                return Files.isDirectory(file) ? new SomethingElse() : new Unreadable(file + " is not a regular file; remove it");
            }
            byte[] content;
            try (InputStream input = Files.newInputStream(file)) {
                content = input.readNBytes(MAX_BYTES + 1);
            }
            if (content.length > MAX_BYTES) {
                return new Unreadable(file + " has more than " + MAX_BYTES + " bytes; remove it");
            }
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
            return EtcdConfig.isOne(text) ? new Usable(EtcdConfig.parse(file.toString(), directory, text)) : new SomethingElse();
        } catch (RoadsteadException e) {
            return new Mistaken(String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            return Files.isSymbolicLink(file) ? new Unreadable(file + " is a link that points to nothing; correct or remove it")
                    : new Absent();
        } catch (AccessDeniedException e) {
            return new Unreadable(file + " may not be read by the agent's user; let that user read it");
        } catch (CharacterCodingException e) {
            return new SomethingElse();
        } catch (IOException e) {
            return new Unreadable(file + " cannot be read: " + e.getMessage() + "; see to its file system");
        }
    }
}
