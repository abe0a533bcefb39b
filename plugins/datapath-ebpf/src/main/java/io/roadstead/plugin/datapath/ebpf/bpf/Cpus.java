package io.roadstead.plugin.datapath.ebpf.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many CPUs the kernel keeps per-CPU values for: all that could ever come online. */
public final class Cpus {

    private static final Path POSSIBLE = Path.of("/sys/devices/system/cpu/possible");

    private Cpus() {
    }

    public static int possible() {
        try {
            return count(Files.readString(POSSIBLE).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a list like {@code 0-3,8-11}: one more than the highest, as the kernel counts. */
    static int count(String list) {
        return Integer.parseInt(list.substring(Math.max(list.lastIndexOf('-'), list.lastIndexOf(',')) + 1)) + 1;
    }
}
