package io.roadstead.plugin.kubernetes.write;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.source.StatusUpdate.BgpNodeStatus;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.kubernetes.call.ApiCalls;
import io.roadstead.plugin.kubernetes.call.ApiReply;
import io.roadstead.plugin.kubernetes.call.LoopCalls;
import io.roadstead.plugin.kubernetes.call.Trees;
import io.roadstead.plugin.kubernetes.lead.Fence;
import io.roadstead.plugin.kubernetes.write.Step.Purpose;

/**
 * Brings statuses to the API server: the newest per object, only what differs from what stands there, and only onto the object that was looked at. Confined to a
 * loop of its own, on which nothing blocks: the public methods hand over to it.
 */
public final class StatusSink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StatusSink.class);
    private static final Set<String> WRITTEN = Set.of(Service.KIND, LoadBalancerIpPool.KIND, BgpClusterConfig.KIND, BgpPeerConfig.KIND);
    private static final int MOST_IN_FLIGHT = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** How long a leader whose lease may have run out waits for its renewal. */
    private static final Duration FENCED = Duration.ofSeconds(1);
    /** How often a node writes its status when nothing but the numbers of routes changed, which a change of one Service does on all nodes. */
    private static final Duration COUNT_INTERVAL = Duration.ofMinutes(1);
    private static final int COUNT_BURST = 3;
    /** A few are repaired before anybody could look. */
    private static final int FAILURES_THAT_COUNT = 5;
    /** In which the kernel has made up its mind about a changed object. */
    private static final Duration SETTLE = Duration.ofSeconds(10);

    private final LoopCalls calls;
    private final Loop loop;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Fence fence;
    private final String node;
    private final StatusRequests requests;
    private final Backoff backoff;
    private final TokenBucket bucket;
    private final TokenBucket counts;
    private final KnownObjects objects;
    private final WriteProblems problems = new WriteProblems();
    private final PendingItems items = new PendingItems();
    private final LastWords words = new LastWords();
    /** What may not be done, and until when (monotonic) it is not tried. */
    private final Map<String, Long> forbidden = new HashMap<>();
    private @Nullable TimerHandle pause;
    private @Nullable TimerHandle refill;
    private int serverFailures;
    /** Whether it is paused because nobody answered. */
    private boolean unanswered;
    private int inFlight;
    private boolean closed;

    /**
     * @param ciliumVersion {@code v2} or {@code v2alpha1}, as the server has it; on any thread
     */
    public StatusSink(ApiCalls calls, PluginContext context, StatusConfig config, Supplier<String> ciliumVersion,
            Fence fence) {
        this(calls, context.loop("status"), context.clock(), context.monotonicNanos(), context.random(), config,
                context.nodeName(), ciliumVersion, fence);
    }

    StatusSink(ApiCalls calls, Loop loop, InstantSource clock, LongSupplier nanos, RandomGenerator random, StatusConfig config, String node,
            Supplier<String> ciliumVersion, Fence fence) {
        this.calls = new LoopCalls(calls, loop);
        this.loop = loop;
        this.clock = clock;
        this.nanos = nanos;
        this.fence = fence;
        this.node = node;
        this.requests = new StatusRequests(ciliumVersion);
        this.backoff = new Backoff(random);
        this.bucket = new TokenBucket(Duration.ofSeconds(1).dividedBy(config.requestsPerSecond()), config.burst(), nanos);
        this.counts = new TokenBucket(COUNT_INTERVAL, COUNT_BURST, nanos);
        this.objects = new KnownObjects(nanos);
    }

    /** Writes these, instead of what of them is still to be written. What a leader decided is dropped when its term ends. On any thread; returns at once. */
    public void write(List<StatusUpdate> updates) {
        long term = fence.term(); // now, not when the loop comes to it
        loop.execute(() -> {
            updates.forEach(update -> take(update, term));
            loop.execute(this::pump); // behind what others have to say about the same objects at this moment
        });
    }

    /**
     * Takes note of an object as the API server has it, with its {@code apiVersion}, {@code kind}, {@code metadata} and whole {@code status}; other kinds than those
     * that are written are left aside. It is not changed, and parts of it are kept. On any thread; returns at once.
     */
    public void seen(Map<String, ?> document) {
        Map<String, ?> metadata = Trees.map(document.get("metadata"));
        String kind = Trees.text(document.get("kind"));
        String name = Trees.text(metadata.get("name"));
        boolean ofUse = kind.equals(BgpNodeConfig.KIND) ? name.equals(node) : WRITTEN.contains(kind) && fence.possible();
        if (!ofUse || name.isEmpty()) {
            return;
        }
        Known known = Known.of(document);
        boolean balanced = !kind.equals(Service.KIND) || "LoadBalancer".equals(Trees.map(document.get("spec")).get("type"));
        ResourceKey key = new ResourceKey(kind, Trees.text(metadata.get("namespace")), name);
        loop.execute(() -> seen(key, known, balanced));
    }

    /** Takes note that an object is gone. On any thread; returns at once. */
    public void gone(ResourceKey key) {
        loop.execute(() -> {
            objects.forget(key);
            Item item = items.get(key);
            if (item != null && item.leaders()) {
                drop(item);
            }
            words.homeless(key).ifPresent(this::repeat);
        });
    }

    /** What is refused, by whom and why. On any thread. */
    public List<SourceProblem> problems() {
        return problems.all();
    }

    /** Sends nothing more. What was to be written is not: it follows from the cluster's state, and another or the next run writes it. */
    @Override
    public void close() {
        loop.execute(() -> {
            closed = true;
            items.all().forEach(this::drop);
        });
    }

    private void take(StatusUpdate update, long term) {
        boolean own = update instanceof BgpNodeStatus;
        if (closed || !own && term == 0) {
            return;
        }
        words.said(update, term);
        Item item = items.getOrMake(update.key());
        Wanted former = own || item.term == term ? item.wanted : Wanted.NOTHING; // of a former term
        item.term = term;
        if (item.yields) {
            item.cancelTimer();
        }
        items.want(item, former.with(update));
    }

    /** Says it again when the kernel has had time to say something else. */
    private void repeat(LastWords.Word word) {
        loop.schedule(SETTLE, () -> {
            if (words.stands(word) && (word.term() == 0 || word.term() == fence.term())) {
                take(word.update(), word.term());
                pump();
            }
        });
    }

    /** @param balanced false of a Service that takes no addresses */
    private void seen(ResourceKey key, Known known, boolean balanced) {
        if (closed) {
            return;
        }
        reconsider(key, balanced);
        if (!balanced && known.status().isEmpty()) {
            objects.forget(key); // most Services of a cluster, and hardly ever written
        } else {
            objects.seen(key, known);
            words.outdated(key, known).ifPresent(this::repeat);
        }
        if (pause != null && unanswered) { // somebody else was answered
            pause.cancel();
            pause = null;
            pump();
        }
    }

    /** What was refused may be right for the object as it is now, or pointless. */
    private void reconsider(ResourceKey key, boolean balanced) {
        Item item = items.get(key);
        if (item != null && item.yields) {
            item.cancelTimer();
            items.want(item, balanced ? item.wanted : item.wanted.withoutAddresses());
            if (item.wanted.equals(Wanted.NOTHING)) {
                drop(item);
            }
            loop.execute(this::pump);
        }
    }

    private void drop(Item item) {
        items.remove(item);
        problems.settled(item.key);
        Known known = objects.get(item.key);
        if (known != null && known.status().isEmpty() && item.key.kind().equals(Service.KIND)) {
            objects.forget(item.key);
        }
    }

    private void postpone(Item item, Duration delay) {
        items.unready(item);
        item.cancelTimer();
        item.timer = loop.schedule(delay, () -> {
            item.timer = null;
            item.yields = false;
            items.ready(item);
            pump();
        });
    }

    /** Sends what may be sent now. */
    private void pump() {
        int most = serverFailures > 0 ? 1 : MOST_IN_FLIGHT;
        while (!closed && pause == null && refill == null && inFlight < most) {
            Item item = items.first();
            if (item == null || !advance(item)) {
                return;
            }
        }
    }

    /** Sends the item's next request, or puts it off. Returns false when nothing can be sent now. */
    private boolean advance(Item item) {
        if (item.leaders() && item.term != fence.term()) {
            drop(item);
            return true;
        }
        Step step = next(item);
        if (step == null) {
            drop(item);
            return true;
        }
        String permission = step.permission(item.key);
        long held = forbidden.getOrDefault(permission, nanos.getAsLong()) - nanos.getAsLong();
        if (held > 0) {
            postpone(item, Duration.ofNanos(held));
            return true;
        }
        if (!bucket.take()) {
            refill = loop.schedule(bucket.untilNext(), () -> {
                refill = null;
                pump();
            });
            return false;
        }
        if (countsOnly(item, step) && !counts.take()) {
            postpone(item, counts.untilNext());
            item.yields = true;
            return true;
        }
        if (item.leaders() && !fence.valid()) {
            postpone(item, FENCED);
            return true;
        }
        forbidden.computeIfPresent(permission, (was, over) -> nanos.getAsLong() + TIMEOUT.toNanos()); // one tries, the others wait for what it hears
        items.unready(item);
        item.inFlight = true;
        inFlight++;
        Wanted sent = item.wanted;
        calls.send(step.request(), TIMEOUT, reply -> {
            inFlight--;
            item.inFlight = false;
            if (!closed && items.holds(item)) {
                answered(item, step, sent, permission, reply);
                if (items.holds(item)) {
                    items.ready(item);
                }
            }
            pump();
        });
        return true;
    }

    private boolean countsOnly(Item item, Step step) {
        BgpNodeStatus status = item.wanted.node();
        Known known = objects.get(item.key);
        Map<String, ?> body = step.request().body();
        return step.purpose() == Purpose.STATUS && status != null && known != null && body != null
                && Trees.map(body.get("status")).keySet().equals(Set.of("bgpInstances")) && NodeConfigTree.sameSessions(known, status);
    }

    /** Null when there is nothing to do any more. */
    private @Nullable Step next(Item item) {
        Known known = objects.get(item.key);
        if (known != null) {
            var change = requests.change(item.key, known, item.wanted, clock.instant());
            return change == null ? null : Step.change(item.key, change);
        }
        BgpNodeStatus status = item.wanted.node();
        if (status == null || !item.absent) {
            return new Step(Purpose.READ, requests.get(item.key, null));
        }
        if (status.instances().isEmpty()) {
            return null; // nothing to say, and nowhere
        }
        String uid = item.nodeUid;
        return uid == null ? new Step(Purpose.READ_NODE, requests.getNode(node))
                : new Step(Purpose.CREATE, requests.create(item.key, uid, status));
    }

    private void answered(Item item, Step step, Wanted sent, String permission, ApiReply reply) {
        if (!reply.serverAway()) {
            serverFailures = 0;
            problems.goesOn();
        }
        if (reply.ok()) {
            if (forbidden.remove(permission) != null) {
                problems.allowed(permission);
            }
            succeeded(item, step, sent, reply);
        } else if (reply.serverAway() || reply.code() == ApiReply.UNAUTHORIZED) {
            rest(reply);
        } else {
            log.debug("status not written object={} step={} code={} problem={}", item.key, step.purpose(), reply.code(), reply.problem());
            switch (reply.code()) {
                case ApiReply.CONFLICT -> {
                    objects.forget(item.key);
                    item.absent = false;
                    again(item);
                }
                case ApiReply.NOT_FOUND -> notFound(item, step, reply);
                case ApiReply.FORBIDDEN -> {
                    Duration hold = backoff.slow();
                    forbidden.put(permission, nanos.getAsLong() + hold.toNanos());
                    problems.forbidden(permission, reply);
                    postpone(item, hold);
                }
                default -> {
                    if (reply.code() >= 500) {
                        item.failures++;
                        if (item.failures >= FAILURES_THAT_COUNT) {
                            problems.refused(item.key, reply,
                                    "look at what the answer names, such as an admission webhook; it is tried again");
                        }
                        postpone(item, backoff.after(item.failures));
                    } else {
                        refuse(item, reply, "look at the schema of its kind; it is tried again when there is more to say");
                    }
                }
            }
        }
    }

    private void succeeded(Item item, Step step, Wanted sent, ApiReply reply) {
        if (step.purpose() == Purpose.READ_NODE) {
            item.nodeUid = Trees.text(Trees.map(reply.body().get("metadata")).get("uid"));
            return;
        }
        objects.answered(item.key, Known.of(reply.body()));
        item.absent = false;
        item.nodeUid = null;
        if (step.purpose() == Purpose.STATUS) {
            log.debug("status written object={}", item.key);
            item.failures = 0;
            if (item.wanted.equals(sent)) {
                drop(item); // whatever the server made of it: written once, not until it looks as we do
            }
        }
    }

    private void notFound(Item item, Step step, ApiReply reply) {
        switch (step.purpose()) {
            case READ -> {
                if (item.leaders()) {
                    drop(item);
                } else {
                    item.absent = true;
                }
            }
            case READ_NODE -> refuse(item, reply, "set roadstead.node.name to the name of this machine's Node");
            case CREATE -> refuse(item, reply, "apply the CustomResourceDefinition of " + item.key.kind());
            case SPEC, STATUS -> {
                objects.forget(item.key);
                if (item.failures > 1) { // it is there, and cannot be written
                    refuse(item, reply, "its kind needs the status subresource");
                } else {
                    again(item);
                }
            }
        }
    }

    /** Looks at the object and tries again: at once the first time. */
    private void again(Item item) {
        item.failures++;
        if (item.failures > 1) {
            postpone(item, backoff.after(item.failures - 1));
        }
    }

    private void refuse(Item item, ApiReply reply, String remedy) {
        problems.refused(item.key, reply, remedy);
        postpone(item, backoff.slow());
        item.yields = true;
    }

    /** The server as a whole has a rest. */
    private void rest(ApiReply reply) {
        if (pause == null) {
            serverFailures++;
            unanswered = reply.code() == ApiReply.NO_ANSWER;
            if (serverFailures >= FAILURES_THAT_COUNT && !unanswered && reply.code() != ApiReply.UNAUTHORIZED) { // else the reading side says it
                problems.waits(reply);
            }
            Duration wait = backoff.after(serverFailures);
            Duration named = backoff.notBefore(reply.retryAfter());
            log.debug("statuses wait code={} problem={} failures={}", reply.code(), reply.problem(), serverFailures);
            pause = loop.schedule(wait.compareTo(named) < 0 ? named : wait, () -> {
                pause = null;
                pump();
            });
        }
    }
}
