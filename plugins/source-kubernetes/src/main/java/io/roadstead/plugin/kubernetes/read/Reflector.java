package io.roadstead.plugin.kubernetes.read;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.time.Backoff;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.kubernetes.client.Connection;
import io.roadstead.plugin.kubernetes.client.ConnectionException;

/**
 * Keeps the table of one kind equal to what the server has: a list in pages, then watches from its version on, one after the other. What is lost is watched from
 * the last version heard of; what is gone on the server is listed again. Confined to the source's loop.
 */
final class Reflector {
    private static final Logger log = LoggerFactory.getLogger(Reflector.class);
    /** A watch that lives so long is taken to work. */
    private static final Duration SETTLED = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final int SHORTEST_WATCH_SECONDS = 300;
    private static final int LONGEST_WATCH_SECONDS = 600;
    /** After a silent watch it is in doubt whether there still is a connection, and an answer is only a matter of its being one. */
    private static final int PARTS_OF_TIMEOUT_IN_DOUBT = 3;
    /** A server that begins to run refuses what it allows a moment later. */
    private static final int REFUSALS_THAT_COUNT = 3;
    /** A single failure is repaired before anybody could look. */
    private static final int FAILURES_THAT_COUNT = 2;

    private final Kind kind;
    private final Reading reading;
    private final KindTable table;
    private final Figures.OfKind figures;
    private final Backoff backoff;
    private @Nullable Target target;
    private @Nullable Attempt attempt;
    private @Nullable TimerHandle retry;
    private @Nullable Listing listing;
    private @Nullable String version;
    private @Nullable Trouble trouble;
    private boolean listed;
    /** Whether it is to be listed whatever is known. */
    private boolean relisting;
    private boolean doubted;
    private int failures;

    /** A list on its way through its pages. */
    private static final class Listing {
        private final Set<ResourceKey> present = new HashSet<>();
        private String continuation = "";
        private int limit;

        private Listing(int limit) {
            this.limit = limit;
        }
    }

    Reflector(Kind kind, Reading reading, KindTable table, Figures.OfKind figures) {
        this.kind = kind;
        this.reading = reading;
        this.table = table;
        this.figures = figures;
        this.backoff = reading.backoff();
    }

    Kind kind() {
        return kind;
    }

    KindTable table() {
        return table;
    }

    /** Follows these objects from now on; those of the table that are not among them go when the list is complete. */
    void follow(Target wanted) {
        if (!wanted.equals(target)) {
            halt();
            target = wanted;
            listed = false;
            version = null;
            listing = null;
            trouble = null;
            failures = 0;
            backoff.reset();
            begin();
        }
    }

    /** Lists anew; what is known stays until then. */
    void relist() {
        relisting = true;
        if (target != null) {
            halt();
            version = null;
            listing = null;
            begin();
        }
    }

    /** Whether it has been listed, where there is something to list, since {@link #relist} was said last. */
    boolean fresh() {
        return target == null || !relisting;
    }

    /** Follows nothing; what is known goes. */
    void drop() {
        halt();
        target = null;
        version = null;
        listing = null;
        trouble = null;
        listed = false;
        table.retain(Set.of());
        figures.objects(0);
    }

    /** Ends what runs; what is known stays. */
    void halt() {
        if (attempt != null) {
            attempt.end();
            attempt = null;
        }
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }

    boolean followed() {
        return target != null;
    }

    /** Which version of the API is read, empty when none. */
    String apiVersion() {
        return target == null ? "" : target.apiVersion();
    }

    /** Whether the server answers it now. */
    boolean connected() {
        return attempt != null && attempt.begun;
    }

    /** Whether all that it follows has been told once. */
    boolean listed() {
        return listed;
    }

    /** Whether nothing more is to be expected before everything counts as read. */
    boolean settled() {
        return target == null || listed || trouble != null && failures >= REFUSALS_THAT_COUNT && !kind.indispensable()
                && (trouble.code() == Trouble.FORBIDDEN || trouble.code() == Trouble.NOT_FOUND && !kind.custom());
    }

    /** Whether its last request failed, and none has worked since. */
    boolean failing() {
        return trouble != null;
    }

    /** What keeps it from reading, once that is not only a moment's matter; null when nothing does. */
    @Nullable
    Trouble trouble() {
        return failures >= FAILURES_THAT_COUNT || trouble != null && trouble.code() == Trouble.FORBIDDEN ? trouble : null;
    }

    /** The client of its request is not used any more: asks again by another, soon. */
    @SuppressWarnings("ReferenceEquality") // this very client
    void renew(KubernetesClient former) {
        if (attempt != null && attempt.call != null && attempt.call.client() == former) {
            halt();
            again(Backoff.spread(reading.random(), SHORT));
        }
    }

    /** The server answers others again: what it did not answer before says nothing any more, and there is no long pause. */
    void hurry() {
        if (trouble != null && trouble.unreachable()) {
            failures = 0;
            backoff.reset();
            if (retry != null) {
                retry.cancel();
                again(Backoff.spread(reading.random(), SHORT));
            }
        }
    }

    private void begin() {
        retry = null;
        if (target == null) {
            return;
        }
        boolean watch = version != null;
        if (!watch && listing == null) {
            listing = new Listing(reading.options().pageSize());
        }
        Attempt next = new Attempt(target, watch);
        attempt = next;
        try {
            next.send();
        } catch (ConnectionException unusable) {
            failed(Trouble.of(unusable), backoff.next());
        }
    }

    private void again(Duration pause) {
        retry = reading.loop().schedule(pause, this::begin);
    }

    private void failed(Trouble why, Duration pause) {
        if (trouble == null || !trouble.equals(why)) {
            log.debug("cannot be read kind={} problem={}", kind.kindName(), why.problem());
        }
        failures++;
        trouble = why;
        halt();
        again(pause);
    }

    /** One request and its answer. */
    private final class Attempt {
        private final Target from;
        private final boolean watch;
        private final Watchdog watchdog = new Watchdog(reading.loop(), this::silent);
        private Connection.@Nullable Call call;
        private @Nullable TimerHandle settling;
        private boolean begun;
        private boolean works;
        private boolean paged;

        private Attempt(Target from, boolean watch) {
            this.from = from;
            this.watch = watch;
        }

        private void send() {
            String path = watch && version != null
                    ? from.watch(version, reading.random().nextInt(SHORTEST_WATCH_SECONDS, LONGEST_WATCH_SECONDS))
                    : from.list(page().limit, page().continuation.isEmpty() ? null : page().continuation);
            Duration patience = reading.options().requestTimeout();
            watchdog.start(doubted ? patience.dividedBy(PARTS_OF_TIMEOUT_IN_DOUBT) : patience);
            Handoff<Signal> handoff = new Handoff<>(reading.loop(), this::take);
            call = reading.connection().open(path, new AnswerReader(reading.answers(), from, watch, handoff::add));
        }

        private Listing page() {
            if (listing == null) {
                listing = new Listing(reading.options().pageSize());
            }
            return listing;
        }

        private void end() {
            watchdog.stop();
            if (settling != null) {
                settling.cancel();
            }
            if (call != null) {
                call.cancel();
            }
        }

        @SuppressWarnings("ReferenceEquality") // this very attempt
        private boolean current() {
            return attempt == this;
        }

        private void take(List<Signal> signals) {
            watchdog.heard();
            for (Signal signal : signals) {
                if (current()) {
                    handle(signal);
                }
            }
            figures.objects(table.size());
            reading.changed();
        }

        private void handle(Signal signal) {
            switch (signal) {
                case Signal.Begun() -> begun();
                case Signal.Heard() -> {
                    // the watchdog has been told
                }
                case Signal.Item(Read read) -> {
                    table.put(read);
                    page().present.add(read.key());
                }
                case Signal.Page(String resourceVersion, String continuation) -> {
                    paged = true;
                    page().continuation = continuation;
                    if (continuation.isEmpty()) {
                        complete(resourceVersion);
                    }
                }
                case Signal.Changed(Read read, String resourceVersion) -> {
                    table.put(read);
                    figures.event();
                    upTo(resourceVersion);
                }
                case Signal.Deleted(Read read, String resourceVersion) -> {
                    table.remove(read.key());
                    figures.event();
                    upTo(resourceVersion);
                }
                case Signal.Bookmark(String resourceVersion) -> {
                    figures.bookmark();
                    upTo(resourceVersion);
                }
                case Signal.Document(var ignored) -> failed(Trouble.unreachable("the answer is no list"), backoff.next());
                case Signal.Declined declined -> declined(declined);
                case Signal.Ended(String failure) -> ended(failure);
            }
        }

        private void begun() {
            begun = true;
            doubted = false;
            if (watch) {
                watchdog.start(reading.options().silenceLimit());
                settling = reading.loop().schedule(SETTLED, () -> {
                    works();
                    reading.changed();
                });
            }
        }

        private void works() {
            works = true;
            trouble = null;
            failures = 0;
            backoff.reset();
        }

        private void upTo(String resourceVersion) {
            if (!works) {
                works();
            }
            if (!resourceVersion.isEmpty()) {
                version = resourceVersion;
                figures.synced(reading.now());
            }
        }

        private void complete(String resourceVersion) {
            table.retain(page().present);
            listing = null;
            version = resourceVersion;
            listed = true;
            relisting = false;
            trouble = null;
            failures = 0;
            figures.listed(reading.now());
        }

        private void declined(Signal.Declined declined) {
            Trouble why = Trouble.of(from, declined);
            Duration pause = backoff.next();
            if (watch) {
                figures.watchFailed();
            }
            switch (declined.code()) {
                case Trouble.GONE -> {
                    // Too old a version, or a list that took longer than its snapshot lives: that one is asked for whole.
                    boolean midway = listing != null && !listing.continuation.isEmpty();
                    version = null;
                    listing = new Listing(midway ? 0 : reading.options().pageSize());
                    halt();
                    again(pause);
                }
                case Trouble.NOT_FOUND -> {
                    failed(why, failures >= REFUSALS_THAT_COUNT ? reading.rarely() : pause);
                    reading.missing(Reflector.this);
                }
                case Trouble.FORBIDDEN -> failed(why, failures >= REFUSALS_THAT_COUNT ? reading.rarely() : pause);
                case Trouble.UNAUTHORIZED -> {
                    KubernetesClient refused = call == null ? null : call.client();
                    failed(why, pause);
                    if (refused != null) {
                        reading.suspect(refused); // what it was made from is read again
                    }
                }
                default -> {
                    Duration asked = declined.retryAfter().plus(Backoff.spread(reading.random(), SHORT));
                    failed(why, !declined.retryAfter().isZero() && asked.compareTo(pause) > 0 ? asked : pause);
                }
            }
        }

        private void ended(@Nullable String failure) {
            if (watch && failure == null) { // its time is over, or the server stops
                halt();
                again(works ? Backoff.spread(reading.random(), SHORT) : backoff.next());
            } else if (failure == null && paged) {
                halt();
                begin(); // the next page, or the watch
            } else {
                if (watch) {
                    figures.watchFailed();
                }
                KubernetesClient unanswered = begun || call == null ? null : call.client();
                failed(Trouble.unreachable(failure == null ? "the answer breaks off" : failure), backoff.next());
                if (unanswered != null && failures >= FAILURES_THAT_COUNT) {
                    reading.unanswered(unanswered);
                }
            }
        }

        /** An end of the connection may be gone without a word. */
        private void silent() {
            KubernetesClient suspect = call == null ? null : call.client();
            if (watch && begun) { // a kind that does not change may be silent with some servers, too: the next answer tells
                doubted = true;
                halt();
                again(Duration.ZERO);
            } else {
                if (watch) {
                    figures.watchFailed();
                }
                doubted = false;
                failed(Trouble.unreachable("no answer in time"), backoff.next());
                if (suspect != null) {
                    reading.suspect(suspect);
                }
            }
            reading.changed();
        }
    }
}
