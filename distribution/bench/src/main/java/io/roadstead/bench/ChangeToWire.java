package io.roadstead.bench;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Comparator;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.roadstead.bench.BgpReceiver.Update;

/**
 * From a renamed manifest to the UPDATE on the wire, measured from outside at an agent as shipped: one endpoint among many Services changes its readiness. Beside
 * it, as the least that is possible, when a bare {@link WatchService} hears of the same rename. Needs nothing but the JDK: see docs/benchmarks.md.
 */
public final class ChangeToWire {
    private static final int CHANGES = 300;
    private static final int WARM_UP = 100;
    private static final long SEED = 1;

    private final Path manifests;
    private final int perFile;
    private final boolean[] down;

    private ChangeToWire(Path manifests, int services, int files) {
        this.manifests = manifests;
        this.perFile = services / files;
        this.down = new boolean[services];
    }

    /** Arguments: the unpacked distribution, the number of Services (10000), of files (100). */
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]).toAbsolutePath();
        int services = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        int files = args.length > 2 ? Integer.parseInt(args[2]) : 100;
        Path work = Files.createTempDirectory("change-to-wire");
        try (BgpReceiver receiver = new BgpReceiver()) {
            Path manifests = Files.createDirectory(work.resolve("manifests"));
            ChangeToWire bench = new ChangeToWire(manifests, services, files);
            for (int file = 0; file < files; file++) {
                Files.writeString(bench.path(file), bench.content(file));
            }
            Files.writeString(manifests.resolve("node.yaml"), NODE);
            System.out.println(services + " Services in " + files + " files; " + Figures.machine() + "; seed " + SEED);
            try (AgentProcess agent = AgentProcess.start(home, work, receiver.port())) {
                bench.run(agent, receiver, services);
            }
        } finally {
            try (Stream<Path> below = Files.walk(work)) {
                below.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
            }
        }
    }

    private static final String NODE = """
            apiVersion: v1
            kind: Node
            metadata: { name: node-1 }
            status: { addresses: [ { type: InternalIP, address: 10.255.0.2 } ] }
            """;

    private Path path(int file) {
        return manifests.resolve("services-" + file + ".yaml");
    }

    private String content(int file) {
        StringBuilder text = new StringBuilder();
        for (int i = file * perFile; i < (file + 1) * perFile; i++) {
            text.append(String.format(Locale.ROOT, """
                    ---
                    apiVersion: v1
                    kind: Service
                    metadata:
                      name: service-%1$d
                      namespace: bench
                    spec:
                      type: LoadBalancer
                      externalTrafficPolicy: Local
                      clusterIP: 10.96.%2$d.%3$d
                      ports:
                        - name: http
                          port: 80
                          targetPort: 8080
                    ---
                    apiVersion: discovery.k8s.io/v1
                    kind: EndpointSlice
                    metadata:
                      name: service-%1$d-a
                      namespace: bench
                      labels:
                        kubernetes.io/service-name: service-%1$d
                    addressType: IPv4
                    ports:
                      - name: http
                        port: 8080
                    endpoints:
                      - addresses: [ 10.128.%2$d.%3$d ]
                        nodeName: node-1
                        conditions:
                          ready: %4$b
                    """, i, i >> 8, i & 255, !down[i]));
        }
        return text.toString();
    }

    private void run(AgentProcess agent, BgpReceiver receiver, int services) throws Exception {
        int announced = 0;
        long last = 0;
        while (announced < services) {
            Update update = next(receiver.updates(), 120);
            announced += update.announced();
            last = update.at();
        }
        System.out.printf(Locale.ROOT, "process start to session %.0f ms, to all %d routes %.0f ms%n",
                Figures.millis(receiver.awaitEstablished(1) - agent.begin()), services, Figures.millis(last - agent.begin()));
        TimeUnit.SECONDS.sleep(3); // the statuses are being written, and what vanished is looked for
        receiver.updates().clear();
        Random random = new Random(SEED);
        long[] wire = new long[CHANGES];
        long[] bare = new long[CHANGES];
        try (BareWatch watch = new BareWatch(manifests)) {
            for (int i = -WARM_UP; i < CHANGES; i++) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(50));
                int service = random.nextInt(services);
                down[service] = !down[service];
                Path target = path(service / perFile);
                Path written = Files.writeString(manifests.resolve(".new"), content(service / perFile));
                watch.expect(target);
                long begin = System.nanoTime();
                Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
                Update update = next(receiver.updates(), 10);
                if (update.withdrawn() != (down[service] ? 1 : 0) || update.announced() != (down[service] ? 0 : 1)) {
                    throw new IllegalStateException("not the expected update: " + update);
                }
                long heard = watch.heard();
                if (i >= 0) {
                    wire[i] = update.at() - begin;
                    bare[i] = heard - begin;
                }
            }
        }
        System.out.println("rename to UPDATE received: " + Figures.ofNanos(wire));
        System.out.println("rename to WatchService event: " + Figures.ofNanos(bare));
        System.out.println("at the end: " + Figures.machine());
    }

    private static Update next(BlockingQueue<Update> updates, long seconds) throws InterruptedException {
        Update update;
        do {
            update = updates.poll(seconds, TimeUnit.SECONDS);
            if (update == null) {
                throw new IllegalStateException("no UPDATE within " + seconds + " s");
            }
        } while (update.announced() + update.withdrawn() == 0); // End-of-RIB
        return update;
    }

    /** Notes when a watch without anything behind it hears of a file. */
    private static final class BareWatch implements AutoCloseable {
        private final WatchService service;
        private final BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
        private volatile Path expected = Path.of("");

        BareWatch(Path directory) throws IOException {
            service = directory.getFileSystem().newWatchService();
            directory.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            Thread.ofPlatform().name("bare-watch").daemon().start(this::run);
        }

        void expect(Path file) {
            expected = file.getFileName();
        }

        long heard() throws InterruptedException {
            Long at = heard.poll(10, TimeUnit.SECONDS);
            if (at == null) {
                throw new IllegalStateException("no event");
            }
            return at;
        }

        private void run() {
            try {
                while (true) {
                    WatchKey key = service.take();
                    long at = System.nanoTime();
                    for (WatchEvent<?> event : key.pollEvents()) {
                        if (expected.equals(event.context())) {
                            heard.add(at);
                        }
                    }
                    key.reset();
                }
            } catch (ClosedWatchServiceException | InterruptedException ended) {
                // Closed.
            }
        }

        @Override
        public void close() throws IOException {
            service.close();
        }
    }
}
