package io.roadstead.plugin.mesh.etcd.client;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.time.Backoff;
import io.roadstead.api.time.Scheduler;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.mesh.etcd.client.WriteCalls.Outcome;

/**
 * Brings the store to what is wanted: one write of a key under way at a time, the newest value, within the rate, each key on a lease that is kept alive. Confined
 * to the store's loop.
 */
final class Writer {

    static final int KEYS_PER_LEASE = 1000;
    /** More would wait in the server instead of here, where a newer value can still replace them. */
    static final int MOST_UNDER_WAY = 128;
    static final int RENEWALS_PER_TTL = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final ClientOptions options;
    private final TokenBucket rate;
    private final LeaseLedger ledger = new LeaseLedger(KEYS_PER_LEASE);
    private final Map<String, Entry> entries = new HashMap<>();
    private final Set<String> queue = new LinkedHashSet<>();
    private final Map<String, Entry> underWay = new LinkedHashMap<>();
    /** Refused for themselves; each has a timer of its own. A key is queued, under way, held or stored. */
    private final Map<String, Entry> held = new HashMap<>();
    /** Written again some time after a reconnection: an old write of theirs may still land in the store. */
    private final Set<String> uncertain = new LinkedHashSet<>();
    private final List<Flush> flushes = new ArrayList<>();
    private final Backoff pauses;

    private @Nullable WriteCalls calls;
    private @Nullable TimerHandle wake;
    private @Nullable TimerHandle renewal;
    private @Nullable TimerHandle repetition;
    private boolean granting;
    private boolean paused;
    /** The store took nothing: one write finds out whether it does again. */
    private boolean probing;
    private boolean bootstrapped;
    private long sequence;
    private long refused;
    private String problem = "";

    private static final class Entry {
        /** Null when the key is to go. */
        private byte @Nullable [] value;
        /** Of the newest put or delete. */
        private long sequence;
        /** Of what is under way; 0 when nothing is. */
        private long sent;
        /** To be written again although it is under way. */
        private boolean again;
        private @Nullable Backoff pauses;
        private @Nullable TimerHandle retry;
    }

    private record Flush(Map<String, Long> waiting, CompletableFuture<Void> done) {
    }

    Writer(Scheduler scheduler, InstantSource clock, RandomGenerator random, ClientOptions options) {
        this.scheduler = scheduler;
        this.random = random;
        this.options = options;
        this.rate = new TokenBucket(clock, options.bootstrapWritesPerSecond());
        this.pauses = new Backoff(random, FIRST_PAUSE, LONGEST_PAUSE);
    }

    void put(String key, byte[] value) {
        want(key, value);
    }

    void delete(String key) {
        want(key, null);
    }

    private void want(String key, byte @Nullable [] value) {
        Entry entry = entries.computeIfAbsent(key, absent -> new Entry());
        entry.value = value;
        entry.sequence = ++sequence;
        entry.pauses = null;
        queue(key, entry);
        pump();
    }

    CompletableFuture<Void> flush() {
        Map<String, Long> waiting = new HashMap<>();
        Stream.of(queue, underWay.keySet(), held.keySet()).flatMap(Set::stream)
                .forEach(key -> waiting.put(key, Objects.requireNonNull(entries.get(key)).sequence));
        Flush flush = new Flush(waiting, new CompletableFuture<>());
        flushes.add(flush);
        completeFlushes();
        return flush.done;
    }

    /** A connection has been made. */
    void connected(WriteCalls made, boolean sameStore) {
        calls = made;
        granting = false;
        if (!sameStore) {
            List.copyOf(ledger.leases()).forEach(this::leaseLost);
        }
        renewAll();
        if (!uncertain.isEmpty()) {
            repetition = scheduler.schedule(options.requestTimeout(), this::repeatUncertain);
        }
        pump();
    }

    /** What was under way may have been stored, or may be later: it is written again first, in its order. */
    void disconnected() {
        calls = null;
        cancel(wake);
        cancel(renewal);
        cancel(repetition);
        Set<String> rest = new LinkedHashSet<>(queue);
        queue.clear();
        underWay.forEach((key, entry) -> {
            entry.sent = 0;
            entry.again = false;
            queue.add(key);
            uncertain.add(key);
        });
        underWay.clear();
        queue.addAll(rest);
        paused = false;
        probing = false;
        granting = false;
        wake = null;
    }

    /** A lease has ended: its keys are gone from the store. */
    void leaseLost(long lease) {
        for (String key : ledger.lost(lease)) {
            Entry entry = entries.get(key);
            if (entry != null) {
                queue(key, entry);
            }
        }
        pump();
    }

    void close(Throwable reason) {
        disconnected();
        held.values().forEach(entry -> cancel(entry.retry));
        flushes.forEach(flush -> flush.done.completeExceptionally(reason));
        flushes.clear();
    }

    int leases() {
        return ledger.leases().size();
    }

    int pending() {
        return queue.size() + underWay.size() + held.size();
    }

    long refused() {
        return refused;
    }

    /** Empty while writes are taken. */
    String problem() {
        return problem;
    }

    private void queue(String key, Entry entry) {
        cancel(entry.retry);
        held.remove(key);
        if (entry.sent == 0) {
            queue.add(key);
        } else {
            entry.again = true;
        }
    }

    private void pump() {
        while (calls != null && !paused && wake == null && !queue.isEmpty()
                && underWay.size() < (probing ? 1 : MOST_UNDER_WAY)) {
            WriteCalls present = calls;
            String key = queue.iterator().next();
            Entry entry = Objects.requireNonNull(entries.get(key));
            OptionalLong lease = entry.value == null ? OptionalLong.of(0) : ledger.assign(key);
            if (lease.isEmpty()) {
                grant(present);
                return;
            }
            Duration wait = rate.take();
            if (wait.isPositive()) {
                wakeAfter(wait);
                return;
            }
            queue.remove(key);
            send(present, key, entry, lease.getAsLong());
        }
    }

    private void send(WriteCalls present, String key, Entry entry, long lease) {
        entry.sent = entry.sequence;
        entry.again = false;
        underWay.put(key, entry);
        byte[] value = entry.value;
        if (value == null) {
            present.delete(key, outcome -> ended(key, entry, lease, outcome));
        } else {
            present.put(key, value, lease, outcome -> ended(key, entry, lease, outcome));
        }
    }

    private void ended(String key, Entry entry, long lease, Outcome outcome) {
        long sent = entry.sent;
        boolean again = entry.again || entry.sequence != sent;
        entry.sent = 0;
        entry.again = false;
        underWay.remove(key);
        switch (outcome) {
            case Outcome.Done done -> stored(key, entry, sent, again);
            case Outcome.LeaseGone gone -> {
                queue.add(key);
                leaseLost(lease);
            }
            case Outcome.Refused refusal -> refused(key, entry, again, refusal);
            case Outcome.Granted unexpected -> throw new IllegalStateException("a write was answered by a lease");
        }
        pump();
    }

    private void stored(String key, Entry entry, long sent, boolean again) {
        pauses.reset();
        probing = false;
        entry.pauses = null;
        flushes.forEach(flush -> flush.waiting.computeIfPresent(key, (same, wanted) -> sent >= wanted ? null : wanted));
        if (again) {
            queue.add(key);
        } else if (entry.value == null) {
            ledger.release(key);
            if (!uncertain.contains(key)) {
                entries.remove(key);
            }
        }
        if (held.isEmpty()) {
            problem = "";
        }
        completeFlushes();
    }

    private void refused(String key, Entry entry, boolean again, Outcome.Refused refusal) {
        refused++;
        problem = refusal.problem();
        if (refusal.all()) {
            queue.add(key); // behind the others, of which a deletion may be taken
            pause();
        } else if (again) {
            queue.add(key);
        } else {
            Backoff own = entry.pauses == null ? new Backoff(random, FIRST_PAUSE, LONGEST_PAUSE) : entry.pauses;
            entry.pauses = own;
            held.put(key, entry);
            entry.retry = scheduler.schedule(own.next(), () -> {
                queue(key, entry);
                pump();
            });
        }
    }

    private void pause() {
        if (paused) {
            return;
        }
        paused = true;
        probing = true;
        cancel(wake);
        wake = scheduler.schedule(pauses.next(), () -> {
            wake = null;
            paused = false;
            pump();
        });
    }

    private void wakeAfter(Duration wait) {
        wake = scheduler.schedule(wait, () -> {
            wake = null;
            pump();
        });
    }

    private void grant(WriteCalls present) {
        if (granting) {
            return;
        }
        granting = true;
        present.grant(outcome -> {
            granting = false;
            switch (outcome) {
                case Outcome.Granted granted -> ledger.granted(granted.lease());
                case Outcome.Refused refusal -> {
                    refused++;
                    problem = refusal.problem();
                    pause();
                }
                case Outcome.Done done -> throw new IllegalStateException("a lease was answered by a write");
                case Outcome.LeaseGone gone -> pause();
            }
            pump();
        });
    }

    /** At once after each connection, which also tells what was lost meanwhile. */
    private void renewAll() {
        WriteCalls present = calls;
        if (present != null) {
            ledger.leases().forEach(present::renew);
            renewal = scheduler.schedule(options.leaseTtl().dividedBy(RENEWALS_PER_TTL), this::renewAll);
        }
    }

    private void repeatUncertain() {
        List<String> keys = List.copyOf(uncertain);
        uncertain.clear();
        for (String key : keys) {
            Entry entry = entries.get(key);
            if (entry != null) {
                queue(key, entry);
            }
        }
        pump();
    }

    private void completeFlushes() {
        for (Flush flush : List.copyOf(flushes)) {
            if (flush.waiting.isEmpty()) {
                flushes.remove(flush);
                if (!bootstrapped) {
                    bootstrapped = true;
                    rate.rate(options.writesPerSecond());
                }
                flush.done.complete(null);
            }
        }
    }

    private static void cancel(@Nullable TimerHandle timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
