package io.roadstead.bench.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.view.MeshView;
import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.Eventually;
import io.roadstead.testkit.lab.TcpLink;

/**
 * Two agents of one cluster that publish it, of which one leads, a real etcd, and an agent of another cluster that reads it: random changes and random faults, and
 * again and again the question whether all of them have come to agree with a model. At the end nothing may be left over: no thread, watch or lease.
 *
 * <p>Confined to one thread. Everything follows from the seed but for what the scheduler does.
 */
public final class MeshSoak implements AutoCloseable {

    private static final String WEST = "west";
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final int LONGEST_OUTAGE_MS = 3_000;
    private static final int CHANGES_PER_ROUND = 60;
    private static final int FAULTS_PER_ROUND = 4;
    private static final Pattern SERVICE = Pattern.compile("cilium/state/services/v1/west/default/(.+)");

    private final Random random;
    private final MeshModel model;
    private final Election election = new Election();
    private final Etcd etcd = Etcd.start();
    private final TcpLink writersLink = TcpLink.to(etcd.port());
    private final TcpLink readersLink = TcpLink.to(etcd.port());
    private final List<MeshSide> writers = new ArrayList<>();
    private MeshSide reader;
    private int writersMade;
    private int readersMade;
    private int changes;
    private final Map<String, Integer> faults = new TreeMap<>();

    private MeshSoak(long seed) {
        random = new Random(seed);
        model = new MeshModel(random);
        writers.add(writer());
        writers.add(writer());
        reader = reader();
    }

    /**
     * What was done.
     *
     * @param changes of the cluster's objects
     * @param faults  by their kind
     * @param rounds  that ended in agreement
     * @param slowest of these: how long agreement took from the end of the faults on
     */
    public record Result(long seed, int changes, Map<String, Integer> faults, int rounds, Duration slowest) {
    }

    /** Arguments: seconds, and the seed if not a new one. */
    public static void main(String... arguments) {
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : new Random().nextLong();
        System.out.println(run(Duration.ofSeconds(Long.parseLong(arguments[0])), seed));
    }

    /** Lasts at least that long; throws {@link AssertionError} with what differs, and the seed, when the sides do not come to agree or something is left. */
    public static Result run(Duration duration, long seed) {
        Set<Thread> before = threads();
        System.out.println("mesh soak: seed " + seed);
        try {
            Result result;
            try (MeshSoak soak = new MeshSoak(seed)) {
                result = soak.run(seed, duration);
            }
            Eventually.eventually(SETTLE_LIMIT, () -> require(left(before).isEmpty(), "threads are left: " + left(before)));
            return result;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("with seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private Result run(long seed, Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        settle();
        Map<String, Long> watches = watches();
        int rounds = 0;
        long slowest = 0;
        while (System.nanoTime() < end) {
            round();
            slowest = Math.max(slowest, settle());
            rounds++;
        }
        Eventually.eventually(SETTLE_LIMIT, () -> require(watches().equals(watches), "watches " + watches() + ", at first " + watches));
        Eventually.eventually(SETTLE_LIMIT,
                () -> require(etcd.leases().size() == leases(), etcd.leases().size() + " leases, not " + leases()));
        closeSides();
        Eventually.eventually(SETTLE_LIMIT,
                () -> require(watches().values().stream().allMatch(count -> count == 0), "watches " + watches()));
        return new Result(seed, changes, faults, rounds, Duration.ofNanos(slowest));
    }

    /** Changes and a fault or two among them. */
    private void round() {
        for (int i = 0; i < CHANGES_PER_ROUND; i++) {
            change();
            if (random.nextInt(CHANGES_PER_ROUND / FAULTS_PER_ROUND) == 0) {
                fault();
            }
        }
    }

    private void change() {
        MeshModel.Change change = model.step();
        writers.forEach(writer -> writer.apply(change.upserts(), change.deletes()));
        changes++;
        pause(random.nextInt(100));
    }

    private void fault() {
        Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
        faults.merge(fault.name().toLowerCase(Locale.ROOT), 1, Integer::sum);
        fault.strike(this);
    }

    /** What can happen. */
    private enum Fault {
        ETCD_KILLED {
            @Override
            void strike(MeshSoak soak) {
                soak.etcd.kill();
                soak.outage();
                soak.etcd.restart();
            }
        },
        ETCD_RESTARTED {
            @Override
            void strike(MeshSoak soak) {
                soak.etcd.restart();
            }
        },
        ETCD_WIPED {
            @Override
            void strike(MeshSoak soak) {
                soak.etcd.wipe();
            }
        },
        ETCD_COMPACTED {
            @Override
            void strike(MeshSoak soak) {
                soak.etcd.compact();
            }
        },
        COMPACTED_WHILE_CUT {
            @Override
            void strike(MeshSoak soak) {
                soak.readersLink.cut();
                soak.outage();
                soak.etcd.compact();
                soak.readersLink.mend();
            }
        },
        LEASE_REVOKED {
            @Override
            void strike(MeshSoak soak) {
                List<Long> leases = soak.etcd.leases();
                if (!leases.isEmpty()) {
                    soak.etcd.tryCtl("lease", "revoke", Long.toHexString(leases.get(soak.random.nextInt(leases.size()))));
                }
            }
        },
        WRITERS_CUT {
            @Override
            void strike(MeshSoak soak) {
                soak.writersLink.cut();
                soak.outage();
                soak.writersLink.mend();
            }
        },
        WRITERS_SILENT {
            @Override
            void strike(MeshSoak soak) {
                soak.writersLink.silence();
                soak.outage();
                soak.writersLink.mend();
            }
        },
        READERS_CUT {
            @Override
            void strike(MeshSoak soak) {
                soak.readersLink.cut();
                soak.outage();
                soak.readersLink.mend();
            }
        },
        READERS_SILENT {
            @Override
            void strike(MeshSoak soak) {
                soak.readersLink.silence();
                soak.outage();
                soak.readersLink.mend();
            }
        },
        READERS_SLOW {
            @Override
            void strike(MeshSoak soak) {
                soak.readersLink.delay(Duration.ofMillis(soak.random.nextInt(200)));
                soak.outage();
                soak.readersLink.delay(Duration.ZERO);
            }
        },
        ANOTHER_LEADS {
            @Override
            void strike(MeshSoak soak) {
                soak.election.next();
            }
        },
        WRITER_RESTARTED {
            @Override
            void strike(MeshSoak soak) {
                int which = soak.random.nextInt(soak.writers.size());
                soak.writers.get(which).close();
                soak.writers.set(which, soak.writer());
            }
        },
        READER_RESTARTED {
            @Override
            void strike(MeshSoak soak) {
                soak.reader.close();
                soak.reader = soak.reader();
            }
        };

        abstract void strike(MeshSoak soak);
    }

    /** Something is away for a while, and life goes on. */
    private void outage() {
        long end = System.nanoTime() + Duration.ofMillis(random.nextInt(LONGEST_OUTAGE_MS)).toNanos();
        while (System.nanoTime() < end) {
            change();
        }
    }

    /** Waits until all agree; the nanoseconds it took. */
    private long settle() {
        long begin = System.nanoTime();
        MeshModel.Expected expected = model.expected();
        Eventually.eventually(SETTLE_LIMIT, () -> {
            differ("etcd's services", expected.services(), storedServices());
            differ("etcd's nodes", expected.nodes().keySet(), storedNames("cilium/state/nodes/v1/west/"));
            differ("etcd's addresses", expected.addresses(), storedNames("cilium/state/ip/v1/default/"));
            differ("the reader's services", expected.services(), reader.read(view -> learnedServices(view.all(RemoteService.class))));
            differ("the reader's nodes", expected.nodes(), reader.read(view -> learnedNodes(view.all(RemoteNode.class))));
            MeshView.Remote remote = reader.view().remotes().getFirst();
            require(remote.ready(), "not ready: " + remote.notReady());
            differ("the reader's counts", new MeshView.Counts(expected.nodes().size(), expected.addresses().size(), expected.identities(),
                    expected.services().size()), remote.counts());
            require(remote.refused() == 0, "refused " + remote.refusals());
        });
        return System.nanoTime() - begin;
    }

    private SortedMap<String, SortedSet<String>> storedServices() {
        SortedMap<String, SortedSet<String>> services = new TreeMap<>();
        etcd.all("cilium/state/services/v1/").forEach((key, value) -> {
            var name = SERVICE.matcher(key);
            services.put(name.matches() ? name.group(1) : key, StoredService.backends(value));
        });
        return services;
    }

    private SortedSet<String> storedNames(String prefix) {
        return etcd.all(prefix).keySet().stream().map(key -> key.substring(prefix.length())).collect(Collectors.toCollection(TreeSet::new));
    }

    private static SortedMap<String, SortedSet<String>> learnedServices(Iterable<RemoteService> services) {
        SortedMap<String, SortedSet<String>> learned = new TreeMap<>();
        services.forEach(service -> learned.put(service.meta().name(), service.endpoints().stream()
                .map(endpoint -> endpoint.address().toString()).collect(Collectors.toCollection(TreeSet::new))));
        return learned;
    }

    private static SortedMap<String, String> learnedNodes(Iterable<RemoteNode> nodes) {
        SortedMap<String, String> learned = new TreeMap<>();
        nodes.forEach(
                node -> learned.put(node.meta().name(), node.podCidrs().stream().map(Object::toString).collect(Collectors.joining(" "))));
        return learned;
    }

    private static void differ(String what, Object expected, Object actual) {
        require(expected.equals(actual), what + " are " + actual + ", and should be " + expected);
    }

    /** Likewise, saying no more than what differs. */
    private static void differ(String what, Map<String, ?> expected, Map<String, ?> actual) {
        Map<String, Object> missing = new TreeMap<>(expected);
        missing.entrySet().removeAll(actual.entrySet());
        Map<String, Object> besides = new TreeMap<>(actual);
        besides.entrySet().removeAll(expected.entrySet());
        require(missing.isEmpty() && besides.isEmpty(), what + " lack " + missing + ", and have " + besides);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private MeshSide writer() {
        MeshSide side = new MeshSide(WEST, 1, "writer-" + writersMade++, DirectEtcd.own(writersLink.port()), election);
        MeshModel.Change everything = model.everything();
        side.apply(everything.upserts(), List.of());
        side.synced();
        return side;
    }

    private MeshSide reader() {
        MeshSide side = new MeshSide("east", 2, "reader-" + readersMade++, DirectEtcd.remotes(Map.of(WEST, readersLink.port())), null);
        side.synced();
        return side;
    }

    /** Leases that the agents know of. */
    private long leases() {
        return writers.stream().map(MeshSide::view).map(MeshView::own).filter(own -> own != null).mapToLong(own -> own.leases()).sum();
    }

    /** What etcd says about its watchers. */
    private Map<String, Long> watches() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String metrics = client.send(HttpRequest.newBuilder(URI.create(etcd.endpoint() + "/metrics")).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
            return Pattern.compile("(?m)^(etcd_debugging_mvcc_watch(?:er|_stream)_total) (\\S+)$").matcher(metrics).results()
                    .collect(Collectors.toMap(line -> line.group(1), line -> (long) Double.parseDouble(line.group(2)), (a, _) -> a,
                            TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet();
    }

    private static List<String> left(Set<Thread> before) {
        return threads().stream().filter(thread -> !before.contains(thread) && !isOfTheJdk(thread)).map(Thread::getName).sorted().toList();
    }

    /** Those that the JDK keeps once it has needed them. */
    private static boolean isOfTheJdk(Thread thread) {
        return thread.getThreadGroup() == null || thread.getThreadGroup().getName().matches("system|InnocuousThreadGroup")
                || thread.getName().startsWith("process reaper") || thread.getName().startsWith("ForkJoinPool")
                || thread.getName().startsWith("VirtualThread-unparker");
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).plus(PAUSE).toNanos());
    }

    private void closeSides() {
        writers.forEach(MeshSide::close);
        writers.clear();
        reader.close();
    }

    @Override
    public void close() {
        closeSides();
        readersLink.close();
        writersLink.close();
        etcd.close();
    }
}
