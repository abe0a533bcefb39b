package io.roadstead.plugin.kubernetes.read;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

import io.roadstead.api.metrics.Metric;
import io.roadstead.api.metrics.MetricSource;

/** Figures of the reading side. Written on the source's loop, read by any thread. */
final class Figures implements MetricSource {
    private final Map<Kind, OfKind> kinds = new EnumMap<>(Kind.class);
    private final AtomicLong clients = new AtomicLong();

    /** Of one kind. */
    static final class OfKind {
        private final AtomicLong events = new AtomicLong();
        private final AtomicLong bookmarks = new AtomicLong();
        private final AtomicLong lists = new AtomicLong();
        private final AtomicLong watchFailures = new AtomicLong();
        private final AtomicLong objects = new AtomicLong();
        private volatile long lastSyncMillis;

        void event() {
            events.incrementAndGet();
        }

        void bookmark() {
            bookmarks.incrementAndGet();
        }

        void listed(Instant when) {
            lists.incrementAndGet();
            lastSyncMillis = when.toEpochMilli();
        }

        /** A word of the server says that everything up to now has been told. */
        void synced(Instant when) {
            lastSyncMillis = when.toEpochMilli();
        }

        void watchFailed() {
            watchFailures.incrementAndGet();
        }

        void objects(int count) {
            objects.set(count);
        }
    }

    Figures() {
        for (Kind kind : Kind.values()) {
            kinds.put(kind, new OfKind());
        }
    }

    OfKind of(Kind kind) {
        return Objects.requireNonNull(kinds.get(kind));
    }

    void clientRenewed() {
        clients.incrementAndGet();
    }

    @Override
    public List<Metric> collect() {
        return List.of(
                family("roadstead_kubernetes_events_total", "Events that watches brought.", Metric.Type.COUNTER, of -> of.events.get()),
                family("roadstead_kubernetes_bookmarks_total", "Words of the API server that a watch has told everything.",
                        Metric.Type.COUNTER,
                        of -> of.bookmarks.get()),
                family("roadstead_kubernetes_lists_total", "Complete lists; every one after the first is a list made again.",
                        Metric.Type.COUNTER,
                        of -> of.lists.get()),
                family("roadstead_kubernetes_watch_failures_total", "Watches that ended otherwise than by their time.", Metric.Type.COUNTER,
                        of -> of.watchFailures.get()),
                family("roadstead_kubernetes_objects", "Objects that are known.", Metric.Type.GAUGE, of -> of.objects.get()),
                family("roadstead_kubernetes_last_sync_timestamp_seconds",
                        "When the API server last said that a kind is complete; 0 before.",
                        Metric.Type.GAUGE, of -> of.lastSyncMillis / 1000.0),
                new Metric("roadstead_kubernetes_client_renewals_total", "Clients given up since their connection may have been dead.",
                        Metric.Type.COUNTER, List.of(new Metric.Sample(new TreeMap<>(), clients.get()))));
    }

    private Metric family(String name, String help, Metric.Type type, ToDoubleFunction<OfKind> figure) {
        List<Metric.Sample> samples = new ArrayList<>();
        kinds.forEach(
                (kind, of) -> samples.add(new Metric.Sample(new TreeMap<>(Map.of("kind", kind.kindName())), figure.applyAsDouble(of))));
        return new Metric(name, help, type, samples);
    }
}
