package io.roadstead.bench.mesh;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import com.google.protobuf.ByteString;

import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.view.MeshView;
import io.roadstead.bench.Figures;
import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.Eventually;

/** What a mesh through real etcds costs. Argument: which of {@code latency}, {@code bootstrap}, {@code remotes}, {@code rate}. */
public final class MeshBench {

    private static final String WEST = "west";
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int BACKENDS = 3;

    private MeshBench() {
    }

    public static void main(String... arguments) throws IOException {
        System.out.println(Figures.machine());
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "latency" -> latency(1000, 2000, 5000);
            case "bootstrap" -> bootstrap(50_000, 5_000);
            case "remotes" -> remotes(20, 2_000);
            case "rate" -> rate(1_000, 60);
            default -> System.out.println("usage: MeshBench latency|bootstrap|remotes|rate");
        }
        System.out.println(Figures.machine());
    }

    /** From a backend's coming or going in west until east's datapath is told, beside a bare put and its event in turn. */
    private static void latency(int services, int warmUp, int rounds) {
        try (Pair pair = new Pair(services); RawEtcd raw = new RawEtcd(pair.etcd.port())) {
            ByteString value =
                    ByteString.copyFromUtf8(pair.etcd.all("cilium/state/services/v1/west/default/" + name(0)).values().iterator().next());
            long[] mesh = new long[rounds];
            long[] bare = new long[rounds];
            for (int i = -warmUp; i < rounds; i++) {
                long bareNanos = raw.round(value);
                long meshNanos = pair.change(Math.floorMod(i * 7, services));
                if (i >= 0) {
                    bare[i] = bareNanos;
                    mesh[i] = meshNanos;
                }
            }
            System.out.println("put to event      " + Figures.ofNanos(bare));
            System.out.println("change to backend " + Figures.ofNanos(mesh));
            System.out.printf(Locale.ROOT, "ratio p50 %.2f, p99 %.2f%n", ratio(mesh, bare, 0.5), ratio(mesh, bare, 0.99));
        }
    }

    private static double ratio(long[] one, long[] other, double quantile) {
        return (double) at(one, quantile) / at(other, quantile);
    }

    private static long at(long[] values, double quantile) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(quantile * sorted.length) - 1];
    }

    /** A reader that starts with a full store before it. */
    private static void bootstrap(int endpoints, int nodes) {
        try (Etcd etcd = Etcd.start()) {
            etcd.put(StoredCluster.of(WEST, 1, endpoints, nodes));
            for (int run = 0; run < 5; run++) {
                long before = heap();
                long begin = System.nanoTime();
                try (MeshSide east = reader(Map.of(WEST, etcd.port()))) {
                    awaitReady(east, 1);
                    long nanos = System.nanoTime() - begin;
                    System.out.printf(Locale.ROOT, "ready after %.0f ms, %s, heap +%.1f MB%n", nanos / 1e6,
                            east.view().remotes().getFirst().counts(), (heap() - before) / 1e6);
                }
            }
        }
    }

    /** Many clusters, an etcd each. */
    private static void remotes(int clusters, int endpoints) {
        List<Etcd> etcds = new ArrayList<>();
        try {
            Map<String, Integer> ports = new HashMap<>();
            for (int i = 1; i <= clusters; i++) {
                Etcd etcd = Etcd.start();
                etcds.add(etcd);
                etcd.put(StoredCluster.of("c" + i, i, endpoints, endpoints / 50));
                ports.put("c" + i, etcd.port());
            }
            for (int run = 0; run < 5; run++) {
                long before = heap();
                int threadsBefore = Thread.activeCount();
                long begin = System.nanoTime();
                try (MeshSide reader = new MeshSide("home", 255, "reader", DirectEtcd.remotes(ports), null)) {
                    reader.synced();
                    awaitReady(reader, clusters);
                    long nanos = System.nanoTime() - begin;
                    System.out.printf(Locale.ROOT, "%d clusters ready after %.0f ms, heap +%.1f MB, %d threads%n", clusters, nanos / 1e6,
                            (heap() - before) / 1e6, Thread.activeCount() - threadsBefore);
                }
            }
        } finally {
            etcds.forEach(Etcd::close);
        }
    }

    /** That many changes of Services each second, through the store and into the other cluster's datapath. */
    private static void rate(int perSecond, int seconds) {
        try (Pair pair = new Pair(perSecond)) {
            long begin = System.nanoTime();
            for (int second = 0; second < seconds; second++) {
                int most = 0;
                for (int i = 0; i < perSecond; i++) {
                    long due = begin + TimeUnit.SECONDS.toNanos(second) + TimeUnit.SECONDS.toNanos(1) / perSecond * i;
                    for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                        LockSupport.parkNanos(wait);
                    }
                    pair.apply(i, BACKENDS + 1 - (second & 1));
                    if (i % 100 == 0) {
                        most = Math.max(most, pair.pending());
                    }
                }
                if (second % 5 == 4) {
                    System.out.printf(Locale.ROOT,
                            "second %d: at most %d writes pending, %d changes arrived, last one %.1f ms after it was made%n",
                            second + 1, most, pair.arrived(), pair.lastLagNanos() / 1e6);
                }
            }
            long end = System.nanoTime();
            Eventually.eventually(LIMIT, () -> {
                if (!pair.allHave(BACKENDS + 1 - (seconds - 1 & 1))) {
                    throw new AssertionError("not all have arrived");
                }
            });
            System.out.printf(Locale.ROOT, "%d changes in %.1f s, all there %.0f ms after the last%n", perSecond * seconds,
                    (end - begin) / 1e9,
                    (System.nanoTime() - end) / 1e6);
        }
    }

    private static MeshSide reader(Map<String, Integer> ports) {
        MeshSide reader = new MeshSide("east", 2, "reader", DirectEtcd.remotes(ports), null);
        reader.synced();
        return reader;
    }

    private static void awaitReady(MeshSide side, int clusters) {
        Eventually.eventually(LIMIT, () -> {
            List<MeshView.Remote> remotes = side.view().remotes();
            if (remotes.size() != clusters || !remotes.stream().allMatch(MeshView.Remote::ready)) {
                throw new AssertionError("not ready: " + remotes.stream().map(MeshView.Remote::notReady).toList());
            }
        });
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static String name(int service) {
        return "service-" + service;
    }

    /** West publishes, east has the same Services without endpoints of its own. */
    private static final class Pair implements AutoCloseable {
        private final Etcd etcd = Etcd.start();
        private final int services;
        private final MeshSide west;
        private final MeshSide east;
        private final Thread waiting = Thread.currentThread();
        private final AtomicLong arrived = new AtomicLong();
        private volatile String awaited = "";
        private volatile int awaitedBackends;
        private volatile long seen;
        private final long[] made;
        private final int[] present;
        private volatile long lastLag;

        Pair(int services) {
            this.services = services;
            made = new long[services];
            present = new int[services];
            Arrays.fill(present, BACKENDS);
            west = new MeshSide(WEST, 1, "writer", DirectEtcd.own(etcd.port()), new Election());
            List<Resource> shared = new ArrayList<>();
            List<Resource> wanted = new ArrayList<>();
            for (int i = 0; i < services; i++) {
                shared.add(MeshObjects.service(name(i), 0x0a600000 + i, true));
                shared.add(slice(i, BACKENDS));
                wanted.add(MeshObjects.service(name(i), 0x0a700000 + i, true));
            }
            west.apply(shared, List.of());
            west.synced();
            east = new MeshSide("east", 2, "reader", DirectEtcd.remotes(Map.of(WEST, etcd.port())), null);
            east.apply(wanted, List.of());
            east.synced();
            awaitReady(east, 1);
            Eventually.eventually(LIMIT, () -> {
                if (!allHave(BACKENDS)) {
                    throw new AssertionError("not all are there: " + east.read(view -> view.all(RemoteService.class).size()));
                }
            });
            east.datapath().listen(this::changed);
        }

        private static Resource slice(int service, int backends) {
            return MeshObjects.slice(name(service),
                    IntStream.range(0, backends).mapToObj(i -> IpAddress.ipv4(0x0a000000 + service * 8 + i)).toList());
        }

        private void changed(FrontendState state) {
            long now = System.nanoTime();
            arrived.incrementAndGet();
            int service = Integer.parseInt(state.service().substring(state.service().lastIndexOf('-') + 1));
            lastLag = now - made[service];
            if (state.selectable() == awaitedBackends && state.service().equals(awaited)) {
                awaited = "";
                seen = now;
                LockSupport.unpark(waiting);
            }
        }

        void apply(int service, int backends) {
            made[service] = System.nanoTime();
            west.apply(List.of(slice(service, backends)), List.of());
        }

        /** Adds a backend, or takes it away again; the nanoseconds until that has arrived. */
        long change(int service) {
            int backends = 2 * BACKENDS + 1 - present[service];
            present[service] = backends;
            awaitedBackends = backends;
            awaited = "default/" + name(service);
            long begin = System.nanoTime();
            apply(service, backends);
            while (!awaited.isEmpty()) {
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
            return seen - begin;
        }

        int pending() {
            var own = west.view().own();
            return own == null ? 0 : own.pendingWrites();
        }

        long arrived() {
            return arrived.get();
        }

        long lastLagNanos() {
            return lastLag;
        }

        boolean allHave(int backends) {
            var frontends = east.datapath().frontends();
            return frontends.size() == services && frontends.stream().allMatch(frontend -> frontend.selectable() == backends);
        }

        @Override
        public void close() {
            east.close();
            west.close();
            etcd.close();
        }
    }
}
