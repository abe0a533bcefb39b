package io.roadstead.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a CPU spends on the calling thread and on the packets that the kernel handles for it: the thread's own time, and that of the kernel's thread for what was put
 * off. Who else runs on the machine does not count, as far as caches are left alone. The process must be bound to one CPU.
 */
final class CpuTime {
    private final Path softirqs;

    private CpuTime(Path softirqs) {
        this.softirqs = softirqs;
    }

    /** Of the CPU that this process is bound to. */
    static CpuTime ofOwnCpu() throws IOException {
        String cpu = Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring("Cpus_allowed_list:".length()).strip()).findFirst().orElse("");
        if (!cpu.matches("\\d+")) {
            throw new IllegalStateException("this process may run on CPUs " + cpu + "; bind it to one: taskset -c 3 java …");
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (name(process).equals("ksoftirqd/" + cpu)) {
                    return new CpuTime(process.resolve("schedstat"));
                }
            }
        }
        throw new IllegalStateException("no thread ksoftirqd/" + cpu + "; run this outside of containers");
    }

    /** Nanoseconds since some time. */
    long nanos() throws IOException {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() + Long.parseLong(Files.readString(softirqs).split(" ")[0]);
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException ignored) {
            return ""; // it ended
        }
    }
}
