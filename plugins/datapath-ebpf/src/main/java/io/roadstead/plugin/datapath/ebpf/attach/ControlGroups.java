package io.roadstead.plugin.datapath.ebpf.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Where control groups of version 2 are, by the kernel's table of mounts. */
final class ControlGroups {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private ControlGroups() {
    }

    /** The top of the hierarchy; empty when none is mounted. */
    static Optional<Path> find() {
        try {
            return find(Files.readString(MOUNTS));
        } catch (IOException ignored) {
            return Optional.empty(); // not Linux
        }
    }

    /** Of several mounts, the one that shows the most: the one whose root is nearest to the top. */
    static Optional<Path> find(String mounts) {
        return mounts.lines().map(line -> line.split(" ", -1)).filter(fields -> {
            int separator = Arrays.asList(fields).indexOf("-");
            return separator > 4 && fields.length > separator + 1 && fields[separator + 1].equals("cgroup2");
        }).min((one, other) -> Integer.compare(one[3].length(), other[3].length())).map(fields -> Path.of(fields[4].replace("\\040", " ")));
    }

    /** What links tell of the cgroup they are on: the low half of its number, which is that of its directory. */
    static int number(Path cgroup) throws IOException {
        return ((Number) Files.getAttribute(cgroup, "unix:ino")).intValue();
    }
}
