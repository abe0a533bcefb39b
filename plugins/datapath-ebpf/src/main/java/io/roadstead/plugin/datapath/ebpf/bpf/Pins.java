package io.roadstead.plugin.datapath.ebpf.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.RoadsteadException;

/** Names in a bpffs, by which maps, programs and links outlive this process. Any thread. */
public final class Pins {

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private Pins() {
    }

    /** Whether the path, or what of it exists, is within a mounted bpffs. */
    public static boolean isWithinBpfFs(Path path) {
        try {
            Path there = path.toAbsolutePath().normalize();
            while (there.getParent() != null && !Files.exists(there)) {
                there = there.getParent();
            }
            return isWithinBpfFs(there.toRealPath(), Files.readString(MOUNTS));
        } catch (IOException ignored) {
            return false; // no /proc, or the path went at this moment: a pin will say why it fails
        }
    }

    /** The deepest mount that the path lies in decides. */
    static boolean isWithinBpfFs(Path path, String mounts) {
        String type = "";
        int depth = -1;
        for (String line : mounts.lines().toList()) {
            String[] fields = line.split(" ", -1);
            int separator = Arrays.asList(fields).indexOf("-");
            if (separator > 4 && fields.length > separator + 1) {
                Path mount = Path.of(fields[4].replace("\\040", " "));
                if (path.startsWith(mount) && mount.getNameCount() >= depth) {
                    depth = mount.getNameCount();
                    type = fields[separator + 1];
                }
            }
        }
        return type.equals("bpf");
    }

    /** Removes a name; what it named lives on while it is used. False when there was none. */
    public static boolean remove(Path path) {
        try {
            return Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new RoadsteadException(BpfErrorCode.BPF_FILE_SYSTEM, path.toString(), "cannot remove the pin: " + e.getMessage(), "", e);
        }
    }

    static void pin(int descriptor, Path path, String subject) {
        try (var call = new Attributes()) {
            int result = call.pointer(0, path.toString()).int32(8, descriptor).call(Attributes.OBJ_PIN);
            if (result < 0) {
                throw failure(subject, path, -result);
            }
        }
    }

    /** What is pinned there; empty when nothing is. */
    static Optional<Descriptor> open(Path path, String subject) {
        try (var call = new Attributes()) {
            int result = call.pointer(0, path.toString()).call(Attributes.OBJ_GET);
            if (result == -Errno.ENOENT) {
                return Optional.empty();
            }
            if (result < 0) {
                throw failure(subject, path, -result);
            }
            return Optional.of(new Descriptor(result));
        }
    }

    /** Makes the directory and those above it. */
    static void createDirectory(@Nullable Path directory) {
        if (directory != null) {
            try {
                if (!isWithinBpfFs(directory)) {
                    throw noBpfFs(directory);
                }
                Files.createDirectories(directory);
            } catch (IOException e) {
                throw new RoadsteadException(BpfErrorCode.BPF_FILE_SYSTEM, directory.toString(), "cannot make the directory: " + cause(e),
                        "", e);
            }
        }
    }

    private static String cause(IOException e) {
        return e instanceof NoSuchFileException ? "no such file" : String.valueOf(e.getMessage());
    }

    private static RoadsteadException failure(String subject, Path path, int errno) {
        // A file system that is no bpffs answers "not permitted" as well.
        if (errno == Errno.EPERM && !isWithinBpfFs(path)) {
            return noBpfFs(path);
        }
        return Errno.failure(subject, "pin or open " + path, errno);
    }

    private static RoadsteadException noBpfFs(Path path) {
        return new RoadsteadException(BpfErrorCode.BPF_FILE_SYSTEM, path.toString(), "it is not within a bpffs",
                "mount one: mount -t bpf bpf /sys/fs/bpf (in a pod: mount the host's /sys/fs/bpf)");
    }
}
