package io.roadstead.testkit.lab;

import static io.roadstead.testkit.lab.Eventually.eventually;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control group (version 2) of this test, for programs that are attached to one: only processes that the test puts there meet them. Any thread may call
 * any method. The test's own JVM stays outside: a cgroup takes processes, not threads.
 *
 * <p>Processes started by {@code ip netns exec}, as {@link Namespace} does, are in the group, but do not see its path: that command mounts a new /sys.
 */
public final class Cgroup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cgroup.class);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Path path;
    private final Runnable atExit;

    static {
        mount().ifPresent(Cgroup::removeThoseOfKilledRuns);
    }

    private Cgroup(Path path) {
        this.path = path;
        this.atExit = AtExit.remember(() -> remove(path));
    }

    /** An empty group right below the root of the hierarchy. Throws {@link LabException} where no hierarchy is mounted. */
    public static Cgroup create(String label) {
        var mount = mount().orElseThrow(() -> new LabException("no cgroup2 is mounted; mount -t cgroup2 none /sys/fs/cgroup/unified"));
        var path = mount.resolve(LabNames.next(label));
        try {
            return new Cgroup(Files.createDirectory(path));
        } catch (IOException e) {
            throw new LabException("cannot create the cgroup " + path, e);
        }
    }

    /** Its directory. */
    public Path path() {
        return path;
    }

    /** A command that is in the group from its first instruction on; the shell replaces itself by it, so that the pid is the command's. */
    public List<String> inside(List<String> command) {
        return Stream.concat(Stream.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", procs(path).toString()), command.stream())
                .toList();
    }

    /** Kills what still runs here and removes the group. Idempotent. */
    @Override
    public void close() {
        remove(path);
        AtExit.forget(atExit);
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private static Path procs(Path path) {
        return path.resolve("cgroup.procs");
    }

    private static void remove(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        // a process that was killed leaves the group some time later
        eventually(GRACE, () -> {
            for (var pid : Files.readAllLines(procs(path))) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
            try {
                Files.deleteIfExists(path);
            } catch (DirectoryNotEmptyException e) {
                throw e;
            } catch (FileSystemException e) {
                throw new AssertionError(path + " is in use: " + e.getReason(), e);
            }
        });
    }

    /** Those of runs that are still going stay. */
    private static void removeThoseOfKilledRuns(Path mount) {
        try (var entries = Files.newDirectoryStream(mount, entry -> LabNames.isAbandoned(entry.getFileName().toString()))) {
            for (var entry : entries) {
                LOG.info("removing the cgroup of a test run that was killed cgroup={}", entry);
                remove(entry);
            }
        } catch (IOException | AssertionError e) {
            LOG.warn("cannot remove cgroups of killed test runs; see {} cause={}", mount, e.toString());
        }
    }

    private static Optional<Path> mount() {
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            // fields after " - " are type, source, options; the mount point is the fifth of those before
            return lines.filter(line -> line.contains(" - cgroup2 ")).map(line -> Path.of(line.split(" ", 6)[4])).findFirst();
        } catch (NoSuchFileException ignored) {
            return Optional.empty(); // not Linux
        } catch (IOException e) {
            throw new LabException("cannot read /proc/self/mountinfo", e);
        }
    }
}
