package io.roadstead.plugin.manifests;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** An exclusive lock on a file: among processes by the system's file lock, within this process by a name. Ends with the process, however that ends. */
final class LeaderLock {
    private final Path directory;
    private final Path file;
    private final InstantSource clock;
    private @Nullable Lock lock;

    private record Lock(FileChannel channel, String name) {
    }

    LeaderLock(Path directory, InstantSource clock) {
        this.directory = directory;
        this.file = directory.resolve("leader.lock");
        this.clock = clock;
    }

    boolean held() {
        return lock != null;
    }

    /** Returns whether it is held now. Never waits. */
    boolean tryAcquire() throws IOException {
        if (lock != null) {
            return true;
        }
        // POSIX drops a process's lock as soon as the process closes any descriptor of the file. So only one of several agents in one process may open it, and
        // they may be of different class loaders: the system properties are the one table that all of them see.
        String name = "roadstead.manifests.leader:" + directory.toRealPath();
        if (System.getProperties().putIfAbsent(name, "held") != null) {
            return false;
        }
        boolean acquired = false;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            FileLock fileLock = channel.tryLock();
            acquired = fileLock != null;
        } catch (OverlappingFileLockException ignored) { // somebody of this process who does not know the name: not ours
        } finally {
            if (!acquired) {
                if (channel != null) {
                    channel.close();
                }
                System.getProperties().remove(name);
            }
        }
        if (acquired && channel != null) {
            lock = new Lock(channel, name);
        }
        return acquired;
    }

    /** Gives it up and lets those who watch the directory know. */
    void release() throws IOException {
        Lock released = lock;
        if (released != null) {
            lock = null;
            try {
                released.channel.close();
            } finally {
                System.getProperties().remove(released.name);
            }
            if (Files.exists(file)) {
                Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            }
        }
    }
}
