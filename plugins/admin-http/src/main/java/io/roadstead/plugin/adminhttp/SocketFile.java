package io.roadstead.plugin.adminhttp;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;

/**
 * A unix socket's place in the file system. The socket is bound in a directory that nobody else can enter, and moved to its place when its permissions are right:
 * there is no moment at which somebody else could connect.
 */
final class SocketFile {
    /** What Linux has room for in an address, less the final zero. */
    private static final int MAX_BYTES = 107;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;
    private @Nullable Path privateDirectory;
    private @Nullable Object identity;

    SocketFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    /** Checks the place and makes what is needed around it. */
    void prepare() {
        Path parent = Objects.requireNonNullElse(path.getParent(), path);
        try {
            Files.createDirectories(parent, OWNER_DIRECTORY);
            checkFree();
            Path directory = Files.createTempDirectory(parent, ".", OWNER_DIRECTORY);
            privateDirectory = directory;
            if (Math.max(length(path), length(temporary())) > MAX_BYTES) {
                throw error(CommonErrorCode.CONFIG_OUT_OF_RANGE, "is too long for a unix socket", "choose a shorter path", null);
            }
        } catch (AccessDeniedException e) {
            throw error(CommonErrorCode.PERMISSION, parent + " cannot be written",
                    "run the agent as a user that may, or set roadstead.add-ons.admin-http.socket", e);
        } catch (IOException e) {
            throw error(CommonErrorCode.INPUT_OUTPUT, "cannot be made: " + e.getMessage(), "set roadstead.add-ons.admin-http.socket", e);
        }
    }

    private void checkFree() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther()) {
            throw error(CommonErrorCode.ADDRESS_IN_USE, "exists and is not a socket",
                    "remove it, or set roadstead.add-ons.admin-http.socket", null);
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw error(CommonErrorCode.ADDRESS_IN_USE, "another agent listens here", "stop it, or set roadstead.add-ons.admin-http.socket",
                    null);
        } catch (ConnectException stale) { // nobody listens: an agent that was killed left it
            identity = null;
        }
    }

    /** Where to bind. */
    Path temporary() {
        return Objects.requireNonNull(privateDirectory, "not prepared").resolve("s");
    }

    /** Puts the bound socket in its place, over a stale one. */
    void publish() throws IOException {
        Path bound = temporary();
        Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
        identity = Files.readAttributes(bound, BasicFileAttributes.class).fileKey();
        Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes what was made; not what another agent has put into the place since. */
    void remove() throws IOException {
        Object own = identity;
        identity = null;
        if (own != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && own.equals(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey())) {
            Files.delete(path);
        }
        Path directory = privateDirectory;
        privateDirectory = null;
        if (directory != null) {
            Files.deleteIfExists(directory.resolve("s"));
            Files.deleteIfExists(directory);
        }
    }

    private static int length(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private RoadsteadException error(CommonErrorCode code, String problem, String remedy, @Nullable Throwable cause) {
        return new RoadsteadException(code, "socket " + path, problem, remedy, cause);
    }
}
