package io.roadstead.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** From the start of the process to an established BGP session, at an agent as shipped. Beside it, as the least that is possible, an empty JVM's start and end. */
public final class ColdStart {
    private static final int RUNS = 10;

    private ColdStart() {
    }

    /** Argument: the unpacked distribution. */
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]).toAbsolutePath();
        System.out.println(
                (Files.exists(home.resolve("lib/roadstead.aot")) ? "with" : "without") + " ahead-of-time cache; " + Figures.machine());
        long[] session = new long[RUNS];
        long[] own = new long[RUNS];
        long[] jvm = new long[RUNS];
        for (int i = 0; i < RUNS; i++) {
            Path work = Files.createTempDirectory("cold-start");
            Files.createDirectory(work.resolve("manifests"));
            try (BgpReceiver receiver = new BgpReceiver(); AgentProcess agent = AgentProcess.start(home, work, receiver.port())) {
                session[i] = receiver.awaitEstablished(60) - agent.begin();
                long took = agent.tookMillis();
                for (int tries = 0; took < 0 && tries < 100; tries++) { // the session may be up before the last add-on
                    TimeUnit.MILLISECONDS.sleep(100);
                    took = agent.tookMillis();
                }
                own[i] = TimeUnit.MILLISECONDS.toNanos(took);
            }
            try (Stream<Path> below = Files.walk(work)) {
                below.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
            long begin = System.nanoTime();
            new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-version")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
            jvm[i] = System.nanoTime() - begin;
        }
        System.out.println("process start to session: " + Figures.ofNanos(session));
        System.out.println("of which by the agent's log (configuration to all parts running): " + Figures.ofNanos(own));
        System.out.println("java -version: " + Figures.ofNanos(jvm));
        System.out.println("at the end: " + Figures.machine());
    }
}
