package io.roadstead.testkit.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A bpffs of this test's own, in a temporary directory: what is pinned there goes when it is closed. */
public final class BpfFileSystem implements AutoCloseable {

    private final Path path;
    private final Runnable atExit;

    private BpfFileSystem(Path path) {
        this.path = path;
        this.atExit = AtExit.remember(this::unmount);
    }

    /** Mounts one; needs {@link Tool#MOUNT}. */
    public static BpfFileSystem create() {
        try {
            var directory = Files.createTempDirectory(LabNames.next("bpffs") + "-");
            CommandResult.of(List.of(Tool.MOUNT.path("mount"), "-t", "bpf", "bpf", directory.toString())).successfulOutput();
            return new BpfFileSystem(directory);
        } catch (IOException e) {
            throw new LabException("cannot create a directory for a bpffs", e);
        }
    }

    /** Where it is mounted. */
    public Path path() {
        return path;
    }

    /** Unmounts it; links, programs and maps that nothing else holds go with it. Idempotent. */
    @Override
    public void close() {
        unmount();
        AtExit.forget(atExit);
    }

    private void unmount() {
        if (!Files.exists(path)) {
            return;
        }
        // lazily, because a process that was killed may still be on its way out of it
        CommandResult.of(List.of(Tool.MOUNT.path("umount"), "-l", path.toString())).successfulOutput();
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new LabException("cannot delete " + path, e);
        }
    }
}
