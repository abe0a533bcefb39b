package io.roadstead.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/** Entry of {@code examples/quickstart/run}. Exit codes: 0 when everything was seen, 1 when something was not. */
public final class Main {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LOG_LINES = 10;
    private static final String LOG = "roadstead.quickstart.log";

    private final Path tree;
    private final Path lab;
    private final Screen screen;
    /** Open until the user wants to end. */
    private final CountDownLatch interrupted;

    private Main(Path tree, Path lab, Screen screen, CountDownLatch interrupted) {
        this.tree = tree;
        this.lab = lab;
        this.screen = screen;
        this.interrupted = interrupted;
    }

    /** Walks, then stays; with {@code --once} only walks. Where the packaged tree and the seed lab are, and whether a person watches, comes as system properties. */
    public static void main(String[] args) throws IOException {
        boolean once = List.of(args).contains("--once");
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch finished = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            interrupted.countDown();
            await(finished, LIMIT);
        }, "end"));
        Screen screen = new Screen(System.out, Boolean.getBoolean("roadstead.quickstart.terminal"),
                System.getenv().getOrDefault("NO_COLOR", "").isEmpty());
        int code = new Main(property("roadstead.home"), property("roadstead.quickstart.lab"), screen, interrupted).walk(once);
        finished.countDown();
        System.exit(code);
    }

    private static Path property(String name) {
        return Path.of(System.getProperty(name, ".")).toAbsolutePath().normalize();
    }

    private int walk(boolean once) throws IOException {
        Path directory = Files.createTempDirectory("roadstead-");
        System.setProperty(LOG, directory.resolve("log").toString());
        try (Site site = Site.prepare(tree, lab.resolve("manifests"), directory);
                Hello hello = Hello.start(text -> apply(site, text), site::putInEast)) {
            Walk.Sockets sockets = new Walk.Sockets(site.nodeSockets(), site.socket(Machine.NODES.getFirst()).toString(),
                    site.socket(Machine.TRAFFIC).toString(),
                    site.socket(Machine.ROUTER).toString());
            Patience patience = new Patience(Clock.systemUTC(), this::pass, LIMIT);
            Walk walk = new Walk(new CliAsker(), sockets, file -> applyFile(site, file), hello, screen, patience);
            start(site, walk);
            walk.run();
            if (!once) {
                stay(sockets, directory, hello);
            }
            screen.progress("stopping ...");
            return 0;
        } catch (WalkFailure failure) {
            screen.failure("FAILED: " + failure.getMessage());
            complaints(directory).forEach(screen::text);
            return 1;
        } catch (CancellationException ended) {
            return 1;
        } finally {
            screen.progress("");
            delete(directory);
        }
    }

    private void start(Site site, Walk walk) {
        Instant begin = Instant.now();
        screen.progress("starting the router ...");
        site.startRouter();
        walk.awaitRouter();
        for (Machine node : Machine.NODES) {
            screen.progress("starting " + node.name() + " ...");
            site.startNode(node);
        }
        screen.text("Four agents run in this process, started in %.1f s."
                .formatted(Duration.between(begin, Instant.now()).toMillis() / 1000.0));
    }

    private void applyFile(Site site, String file) {
        try {
            site.manifests().applyFile(lab.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void apply(Site site, String text) {
        try {
            site.manifests().apply(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stay(Walk.Sockets sockets, Path directory, Hello hello) {
        Path command = tree.resolve("bin").resolve("roadstead");
        screen.text("""

                Everything runs on until you press Ctrl-C. Meanwhile, in another terminal:

                  alias roadstead=%s
                  export %s
                  roadstead status --verbose
                  roadstead bgp routes advertised
                  roadstead bgp peers --socket $ROUTER
                  roadstead mesh status --socket $W1
                  curl %s

                The cluster's objects are files in %s: edit one, and look again.""".formatted(command, sockets.variables(), hello.url(),
                directory.resolve("manifests")));
        await(interrupted, null);
    }

    private void pass(Duration time) {
        if (await(interrupted, time)) {
            throw new CancellationException("interrupted");
        }
    }

    /** Whether it came; without a limit when time is null. */
    private static boolean await(CountDownLatch latch, @Nullable Duration time) {
        try {
            if (time == null) {
                latch.await();
                return true;
            }
            return latch.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** The last of what the agents warned of. */
    private static List<String> complaints(Path directory) throws IOException {
        Path log = directory.resolve("log");
        if (!Files.exists(log)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(log).stream().filter(line -> line.contains(" WARN ") || line.contains(" ERROR ")).toList();
        return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
    }

    private static void delete(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
