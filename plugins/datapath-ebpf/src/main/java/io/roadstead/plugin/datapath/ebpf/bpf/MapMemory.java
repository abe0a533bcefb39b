package io.roadstead.plugin.datapath.ebpf.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a map costs the machine. */
public final class MapMemory {

    private MapMemory() {
    }

    /** Bytes of kernel memory that it takes now, as the kernel reckons them; 0 when that is not to be had. */
    public static long bytes(BpfMap map) {
        try {
            return bytes(Files.readString(Path.of("/proc/self/fdinfo", Integer.toString(map.fd()))));
        } catch (IOException | IllegalStateException ignored) {
            return 0; // no /proc, or closed at this moment: a figure less in a table
        }
    }

    static long bytes(String fdinfo) {
        return fdinfo.lines().filter(line -> line.startsWith("memlock:"))
                .map(line -> Long.parseLong(line.substring("memlock:".length()).strip()))
                .findFirst().orElse(0L);
    }
}
