package io.roadstead.bench.kubernetes;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.roadstead.bench.Figures;

/**
 * Time to synced, heap and changes per second of the Kubernetes source at a cluster of a given size, beside the client library's informers and beside lists that nobody
 * reads. Each in a JVM of its own, the cluster in another one, all by loopback. Arguments: Services, EndpointSlices, changes.
 */
public final class SourceBench {
    private static final int LIMIT_SECONDS = 300;

    private SourceBench() {
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2) {
            follow(arguments[0], Path.of(arguments[1]));
            return;
        }
        int services = Integer.parseInt(arguments[0]);
        int slices = Integer.parseInt(arguments[1]);
        String changes = arguments[2];
        System.out.println(Figures.machine());
        Path directory = Files.createTempDirectory("source-bench");
        for (int held : new int[] {0, slices}) {
            Path kubeconfig = directory.resolve("kubeconfig-" + held);
            System.out.println(services + " Services, " + held + " EndpointSlices");
            try (Child cluster =
                    Child.of(BenchCluster.class, "-Xmx4g", String.valueOf(services), String.valueOf(held), kubeconfig.toString())) {
                cluster.expect("ready");
                for (String who : List.of("source", "informer", "list")) {
                    try (Child follower = Child.of(SourceBench.class, "-Xmx1g", who, kubeconfig.toString())) {
                        System.out.println("  " + follower.line());
                        if (held > 0 && !who.equals("list")) {
                            follower.say(changes);
                            follower.expect("waits");
                            long begin = System.nanoTime();
                            cluster.say(changes);
                            String followed = follower.line();
                            cluster.expect("changed");
                            System.out.printf(Locale.ROOT, "  %-8s  %s, the whole from first write in %.2f s%n", who, followed,
                                    (System.nanoTime() - begin) / 1e9);
                        }
                    }
                }
            }
        }
        System.out.println("at the end: " + Figures.machine());
    }

    /** In its own process: reads, says what that took, and when told how many changes come on standard input, waits for their end. */
    private static void follow(String who, Path kubeconfig) throws Exception {
        long empty = usedBytes();
        long begin = System.nanoTime();
        try (Follower follower = follower(who, kubeconfig);
                BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            follower.start();
            while (!follower.synced()) {
                pause(begin);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            long cpu = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class).getProcessCpuTime();
            System.out.printf(Locale.ROOT, "%-8s  synced in %.2f s, CPU of the process %.2f s, live heap %.1f MiB%n", who, seconds,
                    cpu / 1e9,
                    (usedBytes() - empty) / 1048576.0);
            String line = input.readLine();
            if (line == null) {
                return;
            }
            long before = follower.slicesTold();
            long ends = follower.endsTold();
            System.out.println("waits");
            begin = System.nanoTime();
            long first = 0;
            while (follower.endsTold() == ends) {
                if (first == 0 && follower.slicesTold() > before) {
                    first = System.nanoTime();
                }
                pause(begin);
            }
            System.out.printf(Locale.ROOT, "%s changes followed at %.0f/s, told by %d", line,
                    Long.parseLong(line) / ((System.nanoTime() - first) / 1e9), follower.slicesTold() - before);
            System.out.println();
        }
    }

    private static Follower follower(String who, Path kubeconfig) throws IOException {
        return switch (who) {
            case "source" -> new SourceFollower(kubeconfig);
            case "informer" -> new InformerFollower(kubeconfig);
            case "list" -> new ListFollower(kubeconfig);
            default -> throw new IllegalArgumentException("no follower " + who);
        };
    }

    private static void pause(long begin) throws InterruptedException {
        if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
            throw new IllegalStateException("not within " + LIMIT_SECONDS + " s");
        }
        TimeUnit.MILLISECONDS.sleep(1);
    }

    private static long usedBytes() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** A JVM with this one's class path that is talked to by lines. */
    private static final class Child implements AutoCloseable {
        private final Process process;
        private final BufferedReader output;
        private final PrintStream input;

        private Child(Process process) {
            this.process = process;
            this.output = process.inputReader(StandardCharsets.UTF_8);
            this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        }

        static Child of(Class<?> main, String heap, String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC", heap, "-cp", System.getProperty("java.class.path"), main.getName()));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command).redirectError(new File("/dev/null")).start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new Child(process);
        }

        /** The next line that is no log line. */
        String line() throws IOException {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.equals("ready") || line.equals("waits") || line.equals("changed") || line.contains(" synced in ")
                        || line.contains(" changes followed")) {
                    return line;
                }
            }
            throw new IOException("the process ended before its answer");
        }

        void expect(String wanted) throws IOException {
            String line = line();
            if (!line.equals(wanted)) {
                throw new IOException("said '" + line + "' in place of " + wanted);
            }
        }

        void say(String line) {
            input.println(line);
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
