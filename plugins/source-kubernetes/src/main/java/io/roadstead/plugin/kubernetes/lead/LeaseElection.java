package io.roadstead.plugin.kubernetes.lead;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.kubernetes.call.ApiCalls;
import io.roadstead.plugin.kubernetes.call.ApiReply;
import io.roadstead.plugin.kubernetes.call.ApiRequest;
import io.roadstead.plugin.kubernetes.call.ApiRequest.Method;
import io.roadstead.plugin.kubernetes.call.LoopCalls;

/**
 * Leads while this process holds a Lease; all roles go with the one. Another's lease has run out when its record has stood unchanged for its duration by this
 * process's own clock, so that no two machines' clocks need to agree; our own ends {@code renew-deadline} after the last renewal was sent, which is earlier.
 * Confined to a loop, on which nothing blocks: the public methods hand over to it.
 */
public final class LeaseElection implements LeaderElection, Fence, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaseElection.class);
    private static final String FIELD_MANAGER = "?fieldManager=roadstead";
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    /** So many agents' looks per second are nothing to an API server, which takes a write from each node every ten seconds. */
    private static final int LOOKS_PER_SECOND = 100;

    private final LoopCalls calls;
    private final Loop loop;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final LeaderConfig config;
    private final String identity;
    private final Supplier<CompletionStage<Void>> catchUp;
    private final Map<Object, Consumer<Boolean>> contenders = new LinkedHashMap<>();
    private final List<CompletableFuture<Boolean>> awaitingRelease = new ArrayList<>();
    private LeaseRecord lease;
    /** When this process first saw the record as it is. */
    private long leaseSinceNanos;
    private boolean asking;
    private long askedNanos;
    private boolean closed;
    private int failures;
    private int conflicts;
    private Duration lookEvery;
    private @Nullable TimerHandle next;
    private @Nullable TimerHandle expiry;
    private long terms;
    /** Whether the contenders have been told of this term. */
    private boolean told;
    private volatile long term;
    private volatile @Nullable Validity validity;
    private volatile List<SourceProblem> problems = List.of();
    private volatile String holder = "";

    /**
     * @param calls   who ends them closes this first, or the lease is not given back
     * @param catchUp begins to read what others wrote, up to now, and completes when that has been told: contenders learn then that they lead. Asked on the election's
     *                loop at the begin of each term
     */
    public LeaseElection(ApiCalls calls, PluginContext context, LeaderConfig config,
            Supplier<CompletionStage<Void>> catchUp) {
        this(calls, context.loop("leader"), context.clock(), context.monotonicNanos(), context.random(), config,
                context.nodeName() + "_" + HexFormat.of().toHexDigits(context.random().nextLong()), catchUp);
    }

    LeaseElection(ApiCalls calls, Loop loop, InstantSource clock, LongSupplier nanos, RandomGenerator random, LeaderConfig config,
            String identity, Supplier<CompletionStage<Void>> catchUp) {
        this.calls = new LoopCalls(calls, loop);
        this.loop = loop;
        this.clock = clock;
        this.nanos = nanos;
        this.random = random;
        this.config = config;
        this.identity = identity;
        this.catchUp = catchUp;
        this.lookEvery = config.retryPeriod();
        this.lease = LeaseRecord.empty(config.namespace(), config.name());
    }

    @Override
    public Registration contend(String role, Consumer<Boolean> leads) {
        Object token = new Object();
        loop.execute(() -> join(token, leads));
        return () -> onLoop(() -> {
            leave(token);
            return released();
        });
    }

    /** Says how many agents may contend. The leader asks the others to look the less often the more they are. On any thread. */
    public void contenders(int count) {
        long millis = Math.clamp(count * 1000L / LOOKS_PER_SECOND, config.retryPeriod().toMillis(), config.leaseDuration().toMillis());
        loop.execute(() -> lookEvery = Duration.ofMillis(millis));
    }

    @Override
    public boolean possible() {
        return config.contend();
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public boolean valid() {
        Validity current = validity;
        return current != null && current.holds(nanos.getAsLong(), clock.instant());
    }

    /** As far as this agent has seen; empty when nobody leads. On any thread. */
    public String holder() {
        return holder;
    }

    /** This process in the Lease: the node's name and a number of this process's. */
    public String identity() {
        return identity;
    }

    /** Why nobody of this process can lead. On any thread. */
    public List<SourceProblem> problems() {
        return problems;
    }

    /** Tells all contenders that they do not lead, and gives the lease back, so that another begins at its next look. */
    @Override
    public void close() {
        onLoop(() -> {
            List.copyOf(contenders.keySet()).forEach(this::leave);
            closed = true;
            return released();
        });
    }

    private void join(Object token, Consumer<Boolean> leads) {
        if (closed) {
            return;
        }
        contenders.put(token, leads);
        if (term != 0) {
            if (told) {
                tell(leads, true);
            }
        } else if (config.contend() && next == null && !asking) {
            look();
        }
    }

    private void leave(Object token) {
        Consumer<Boolean> leads = contenders.remove(token);
        if (leads != null && told) {
            tell(leads, false);
        }
        if (contenders.isEmpty()) {
            resign();
            cancel(next);
            next = null;
            release();
        }
    }

    /** Completed as soon as there is nothing to give back any more. */
    private CompletableFuture<Boolean> released() {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        awaitingRelease.add(done);
        release();
        return done;
    }

    private void release() {
        if (asking) {
            return; // what comes of that decides what there is to give back
        }
        if (contenders.isEmpty() && lease.holder().equals(identity)) {
            ask(update(lease.released(clock.instant())), reply -> {
                if (!reply.ok()) {
                    log.warn("the lease was not given back, it runs out lease={} problem={}", origin(), reply.problem());
                }
                observe(reply.ok() ? new LeaseRecord(reply.body()) : lease.released(clock.instant()));
            });
        } else {
            awaitingRelease.forEach(done -> done.complete(true));
            awaitingRelease.clear();
        }
    }

    private void look() {
        if (!waiting() || asking) {
            return;
        }
        ask(new ApiRequest(Method.GET, path(true), null), this::looked);
    }

    private boolean waiting() {
        return config.contend() && !closed && !contenders.isEmpty();
    }

    private void looked(ApiReply reply) {
        if (reply.ok()) {
            failures = 0;
            observe(new LeaseRecord(reply.body()));
            decide();
        } else if (reply.code() == ApiReply.NOT_FOUND) {
            failures = 0;
            decideWithout();
        } else {
            failed("looked up", reply);
        }
    }

    /** Takes what the Lease says now. Who says something new is alive at this moment. */
    private void observe(LeaseRecord now) {
        if (!now.sameTerm(lease)) {
            leaseSinceNanos = nanos.getAsLong();
        }
        lease = now;
        holder = now.holder();
    }

    private void decide() {
        if (!waiting()) {
            return;
        }
        if (lease.holder().isEmpty() || lease.holder().equals(identity) || untilExpiry().isZero()) {
            take(lease);
            return;
        }
        if (term != 0) {
            lose("another holds the lease: " + lease.holder());
        }
        problems = List.of();
        lookIn(least(jittered(lease.lookEvery(config.retryPeriod(), config.leaseDuration())), untilExpiry()));
    }

    /** The Lease does not exist. Who held it when it was deleted may not have noticed yet. */
    private void decideWithout() {
        boolean anothers = !lease.holder().isEmpty() && !lease.holder().equals(identity);
        if (anothers && !untilExpiry().isZero()) {
            lookIn(least(jittered(config.retryPeriod()), untilExpiry()));
        } else if (waiting()) {
            take(LeaseRecord.empty(config.namespace(), config.name()));
        }
    }

    private Duration untilExpiry() {
        Duration left = lease.duration(config.leaseDuration()).minusNanos(nanos.getAsLong() - leaseSinceNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Takes the lease, or renews it: the server refuses when it has changed since it was read. */
    private void take(LeaseRecord from) {
        long sentNanos = nanos.getAsLong();
        Instant sent = clock.instant();
        LeaseRecord ours = from.heldBy(identity, config.leaseDuration(), sent)
                .withLookEvery(lookEvery.compareTo(config.retryPeriod()) > 0 ? lookEvery : Duration.ZERO);
        ask(from.version().isEmpty() ? new ApiRequest(Method.CREATE, path(false) + FIELD_MANAGER, ours.tree()) : update(ours), reply -> {
            if (reply.ok()) {
                failures = 0;
                conflicts = 0;
                observe(new LeaseRecord(reply.body()));
                taken(Validity.from(sentNanos, sent, config.renewDeadline()));
            } else if (reply.code() == ApiReply.CONFLICT) {
                conflicts++;
                lookIn(conflicts < 3 ? Duration.ZERO : jittered(config.retryPeriod())); // another was faster, or somebody only labelled it
            } else if (reply.code() == ApiReply.NOT_FOUND && !from.version().isEmpty()) {
                lease = LeaseRecord.empty(config.namespace(), config.name()); // deleted: it was free, or ours
                look();
            } else {
                failed(term == 0 ? "taken" : "renewed", reply);
            }
        });
    }

    private void taken(Validity granted) {
        problems = List.of();
        if (!waiting()) {
            return;
        }
        if (!granted.holds(nanos.getAsLong(), clock.instant())) {
            look(); // the answer took too long: it is ours, but hardly for long enough
            return;
        }
        validity = granted;
        cancel(expiry);
        expiry = loop.schedule(Duration.ofNanos(granted.endNanos() - nanos.getAsLong()), this::expire);
        lookAgain(config.retryPeriod());
        if (term == 0) {
            term = ++terms;
            log.info("leads lease={} identity={} term={}", origin(), identity, term);
            long begun = term;
            catchUp.get().thenRun(() -> loop.execute(() -> begin(begun)));
        }
    }

    /** What the leader before wrote is known by now. */
    private void begin(long begun) {
        if (term == begun) {
            told = true;
            List.copyOf(contenders.values()).forEach(leads -> tell(leads, true));
        }
    }

    private void expire() {
        if (term != 0) {
            Validity current = validity;
            long left = current == null ? 0 : current.endNanos() - nanos.getAsLong();
            if (left > 0) { // the timer came early
                expiry = loop.schedule(Duration.ofNanos(left), this::expire);
            } else {
                lose("the lease could not be renewed for " + config.renewDeadline().toMillis() + " ms");
            }
        }
    }

    private void lose(String why) {
        log.warn("leads no more lease={} identity={} term={} why={}", origin(), identity, term, why);
        boolean known = told;
        resign();
        if (known) {
            List.copyOf(contenders.values()).forEach(leads -> tell(leads, false));
        }
        lookIn(jittered(config.retryPeriod()));
    }

    /** Ends the term for those who ask; the contenders are told by the caller. */
    private void resign() {
        validity = null;
        told = false;
        term = 0;
        cancel(expiry);
        expiry = null;
    }

    private void failed(String what, ApiReply reply) {
        failures++;
        log.debug("the lease could not be {} lease={} code={} problem={}", what, origin(), reply.code(), reply.problem());
        if (!reply.serverAway()) {
            problems = List.of(new SourceProblem(origin(), "", "the leader's lease cannot be " + what + ": " + reply.problem(),
                    reply.code() == ApiReply.FORBIDDEN
                            ? "grant get, create and update of leases (coordination.k8s.io) in namespace " + config.namespace()
                            : "correct roadstead.source.kubernetes.leader, or what refuses it",
                    term != 0));
        }
        if (term != 0 && reply.serverAway()) {
            Duration passed = Duration.ofNanos(nanos.getAsLong() - askedNanos); // with one that hung, most of the time that there is
            lookAgain(passed.compareTo(config.retryPeriod()) < 0 ? config.retryPeriod().minus(passed) : Duration.ZERO);
        } else if (term != 0) {
            lookIn(config.retryPeriod()); // it may not be what we think it is
        } else {
            Duration longer = config.retryPeriod().multipliedBy(1L << Math.min(failures - 1, 10));
            Duration wait = jittered(least(longer, config.leaseDuration()));
            lookIn(wait.compareTo(reply.retryAfter()) < 0 ? reply.retryAfter().plus(wait) : wait);
        }
    }

    private void lookIn(Duration delay) {
        cancel(next);
        next = loop.schedule(delay, () -> {
            next = null;
            look();
        });
    }

    /** While it leads it renews what it knows, without a look. */
    private void lookAgain(Duration delay) {
        cancel(next);
        next = loop.schedule(delay, () -> {
            next = null;
            if (term != 0 && waiting() && !asking) {
                take(lease);
            } else {
                look();
            }
        });
    }

    private void ask(ApiRequest request, Consumer<ApiReply> answer) {
        asking = true;
        askedNanos = nanos.getAsLong();
        // Half of the deadline: of two tries in a row one may hang.
        calls.send(request, config.renewDeadline().dividedBy(2), reply -> {
            asking = false;
            answer.accept(reply);
            if (!awaitingRelease.isEmpty()) {
                release();
            }
        });
    }

    private ApiRequest update(LeaseRecord changed) {
        return new ApiRequest(Method.UPDATE, path(true) + FIELD_MANAGER, changed.tree());
    }

    private String path(boolean named) {
        return "/apis/coordination.k8s.io/v1/namespaces/" + config.namespace() + "/leases" + (named ? "/" + config.name() : "");
    }

    private String origin() {
        return "Lease " + config.namespace() + "/" + config.name();
    }

    /** Three to four quarters of it, so that agents that started together do not stay together. */
    private Duration jittered(Duration longest) {
        return longest.minusNanos(random.nextLong(longest.toNanos() / 4 + 1));
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void cancel(@Nullable TimerHandle timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    private static void tell(Consumer<Boolean> leads, boolean value) {
        try {
            leads.accept(value);
        } catch (RuntimeException e) {
            log.error("a contender failed when told leads={}", value, e);
        }
    }

    /** Waits for it, so that what was given back is given back when the caller goes on; on the loop itself it cannot. */
    private void onLoop(Supplier<CompletableFuture<Boolean>> task) {
        CompletableFuture<Boolean> done = loop.submit(task).thenCompose(released -> released);
        if (loop.inLoop()) {
            return;
        }
        try {
            done.get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the election did not end cleanly lease={}", origin(), e);
        }
    }
}
