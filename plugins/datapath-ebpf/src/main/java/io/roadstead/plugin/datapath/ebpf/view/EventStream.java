package io.roadstead.plugin.datapath.ebpf.view;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lb.FlowEvents;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.datapath.ebpf.bpf.RingBuffer;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.Event;
import io.roadstead.plugin.datapath.ebpf.map.FlowEntry;
import io.roadstead.plugin.datapath.ebpf.map.Tuple;

/**
 * Hands the records of rs_events to who wants them. Confined to the views' loop. Reads only while there is a subscriber: every millisecond while events come, and
 * less and less often while none do.
 */
final class EventStream implements AutoCloseable {

    static final Duration SHORTEST = Duration.ofMillis(1);
    static final Duration LONGEST = Duration.ofMillis(16);

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    /** So that other views get their turn on the loop. */
    private static final int AT_ONCE = 8192;

    private final RingBuffer ring;
    private final Catalog catalog;
    private final Loop loop;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Consumer<Boolean> wanted;
    private final Subscribers subscribers;
    private Duration pause = SHORTEST;
    private boolean reading;
    private boolean closed;
    private @Nullable TimerHandle timer;

    /** @param wanted told on the views' loop whether programs are to write events */
    EventStream(RingBuffer ring, Catalog catalog, Loop loop, InstantSource clock, LongSupplier nanos, Consumer<Boolean> wanted,
            Subscribers subscribers) {
        this.ring = ring;
        this.catalog = catalog;
        this.loop = loop;
        this.clock = clock;
        this.nanos = nanos;
        this.wanted = wanted;
        this.subscribers = subscribers;
        subscribers.onChange(() -> loop.execute(this::follow));
        // Those who came before.
        loop.execute(this::follow);
    }

    /** A flow that fell silent, which no program tells of. On the views' loop. */
    void fellSilent(Tuple tuple, FlowEntry entry) {
        if (!subscribers.isEmpty()) {
            var backend = catalog.backend(entry.backend());
            publish(new Event(nanos.getAsLong(), tuple, backend.map(key -> key.address()).orElse(IpAddress.ipv6(0, 0)),
                    backend.map(key -> key.port()).orElse(0), 2, 0, entry.service(), entry.backend(), 0, entry.dispatch(), 0));
        }
    }

    @Override
    public void close() {
        subscribers.offChange();
        closed = true;
        follow();
        ring.close();
    }

    /** Begins or ends reading, as there are subscribers. */
    private void follow() {
        boolean read = !closed && !subscribers.isEmpty();
        if (read == reading) {
            return;
        }
        reading = read;
        if (read) {
            // What is left of earlier times is no news.
            while (ring.drain(record -> {
            }, AT_ONCE) > 0) {
                LOG.debug("old events passed over");
            }
            wanted.accept(true);
            pause = SHORTEST;
            poll();
        } else {
            wanted.accept(false);
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
        }
    }

    private void poll() {
        if (!reading) {
            return;
        }
        int count = ring.drain(this::read, AT_ONCE);
        pause = count > 0 ? SHORTEST : pause.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : pause.multipliedBy(2);
        timer = loop.schedule(count == AT_ONCE ? Duration.ZERO : pause, this::poll);
    }

    private void read(MemorySegment record) {
        if (record.byteSize() >= Event.SIZE) {
            publish(Event.read(record));
        }
    }

    private void publish(Event event) {
        FlowEvents.Kind kind = switch (event.kind()) {
            case 1 -> FlowEvents.Kind.NEW;
            case 2 -> FlowEvents.Kind.CLOSE;
            case 3 -> FlowEvents.Kind.DROP;
            default -> null;
        };
        var flow = Flows.of(event.tuple());
        // Newer programs may tell of more, and packets of other protocols are dropped as well.
        if (kind == null || flow.isEmpty()) {
            return;
        }
        boolean chosen = event.backendId() != 0 && !event.backend().isUnspecified();
        var told =
                new FlowEvents.FlowEvent(clock.instant().minusNanos(Math.max(0, nanos.getAsLong() - event.timeNanos())), kind, flow.get(),
                        catalog.service(event.service()).map(FrontendState::service).orElse(""),
                        chosen ? event.backend() : null, chosen ? event.backendPort() : 0,
                        chosen ? catalog.dispatch(event.dispatch()) : "",
                        kind == FlowEvents.Kind.DROP ? Reason.text(event.reason()) : "");
        subscribers.publish(told);
    }
}
