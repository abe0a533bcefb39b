package io.roadstead.testkit.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a process that is not our child runs. */
final class Running {

    private Running() {
    }

    /** A zombie does not run; it stays for ever where the first process of a container collects no orphans. */
    static boolean pid(long pid) throws IOException {
        var stat = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.exists(stat)) {
            return false;
        }
        var text = Files.readString(stat);
        return text.charAt(text.lastIndexOf(')') + 2) != 'Z';
    }
}
