package io.roadstead.plugin.datapath.ebpf.view;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.map.Abi;
import io.roadstead.plugin.datapath.ebpf.map.AffinityEntry;
import io.roadstead.plugin.datapath.ebpf.map.AffinityKey;
import io.roadstead.plugin.datapath.ebpf.map.BackendKey;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.FlowEntry;
import io.roadstead.plugin.datapath.ebpf.map.NatEntry;
import io.roadstead.plugin.datapath.ebpf.map.Tuple;

/**
 * Forgets flows whose time is up, and clients' affinities. Confined to the views' loop. The maps never overflow without it, for a new flow takes the place of
 * the one longest unused; but what is over need not stay, and a flow that just falls silent is told of here and nowhere else.
 *
 * <p>A flow and the translation of its replies live and die together: a reply keeps the flow, and a packet of the client's keeps the translation, whose port no
 * other flow may get in the meantime.
 */
final class FlowCollector implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlowCollector.class);
    private static final long NANOS = 1_000_000_000L;
    private static final double MANY = 0.25;
    private static final double FEW = 0.05;

    private final BpfMap flows;
    private final BpfMap translations;
    private final BpfMap affinities;
    private final Catalog catalog;
    private final Loop loop;
    private final LongSupplier nanos;
    private final FlowTimeouts timeouts;
    private final BiConsumer<Tuple, FlowEntry> closed;
    private final Map<String, Tally> tallies = new ConcurrentHashMap<>();
    private final Duration shortest;
    private final Duration longest;
    private Duration interval;
    private @Nullable TimerHandle timer;

    /** @param closed told of flows that ended by falling silent */
    FlowCollector(BpfMap flows, BpfMap translations, BpfMap affinities, Catalog catalog, Loop loop, LongSupplier nanos,
            FlowTimeouts timeouts,
            BiConsumer<Tuple, FlowEntry> closed) {
        this.flows = flows;
        this.translations = translations;
        this.affinities = affinities;
        this.catalog = catalog;
        this.loop = loop;
        this.nanos = nanos;
        this.timeouts = timeouts;
        this.closed = closed;
        this.interval = timeouts.sweep();
        this.shortest = interval.dividedBy(2);
        this.longest = interval.multipliedBy(6);
    }

    /**
     * What the last look at a map found.
     *
     * @param alive   that stayed
     * @param deleted since the start
     */
    record Tally(long alive, long deleted) {
    }

    /** From now on. Only once the catalog is filled: what it does not know has no affinity. */
    void start() {
        timer = loop.schedule(interval, this::turn);
    }

    /** By the map's name; any thread. */
    Map<String, Tally> tallies() {
        return Map.copyOf(tallies);
    }

    /** Looks at everything once, now. */
    void collect() {
        long before = deleted();
        int now = (int) (nanos.getAsLong() / NANOS);
        collect(flows, (key, value) -> isOver(now, key, value), this::tell);
        collect(translations, (key, value) -> isOverTranslation(now, key, value), (key, value) -> {
        });
        collect(affinities, (key, value) -> isForgotten(now, key, value), (key, value) -> {
        });
        long alive = tallies.values().stream().mapToLong(Tally::alive).sum();
        long gone = deleted() - before;
        double share = gone == 0 ? 0 : (double) gone / (gone + alive);
        if (share > MANY) {
            interval = interval.dividedBy(2);
        } else if (share < FEW) {
            interval = interval.multipliedBy(3).dividedBy(2);
        }
        interval = interval.compareTo(shortest) < 0 ? shortest : interval.compareTo(longest) > 0 ? longest : interval;
    }

    Duration interval() {
        return interval;
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void turn() {
        try {
            collect();
        } catch (RoadsteadException e) {
            LOG.warn("cannot look after the flows, trying again later problem={}", e.getMessage());
        }
        timer = loop.schedule(interval, this::turn);
    }

    private long deleted() {
        return tallies.values().stream().mapToLong(Tally::deleted).sum();
    }

    /** Whether an entry is to go. Asked when it was read with many, and once more right before it goes. */
    private interface Judge {
        boolean isOver(MemorySegment key, MemorySegment value);
    }

    private void collect(BpfMap map, Judge judge, BiConsumer<MemorySegment, MemorySegment> removed) {
        List<byte[]> over = new ArrayList<>();
        long[] seen = {0};
        map.forEach((key, value) -> {
            seen[0]++;
            if (judge.isOver(key, value)) {
                over.add(key.asSlice(0, map.keyBytes()).toArray(JAVA_BYTE));
            }
        });
        long gone = 0;
        try (var arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(map.keyBytes(), 8);
            MemorySegment value = arena.allocate(map.valueBytes(), 8);
            for (byte[] bytes : over) {
                key.copyFrom(MemorySegment.ofArray(bytes));
                if (map.get(key, value) && judge.isOver(key, value) && map.remove(key)) {
                    gone++;
                    removed.accept(key, value);
                }
            }
        }
        Tally before = tallies.getOrDefault(map.name(), new Tally(0, 0));
        tallies.put(map.name(), new Tally(seen[0] - gone, before.deleted() + gone));
    }

    /** The programs tell themselves of flows that were closed. */
    private void tell(MemorySegment key, MemorySegment value) {
        Tuple tuple = Tuple.read(key);
        FlowEntry entry = FlowEntry.read(value);
        if (FlowState.of(tuple.protocol(), entry.flags()) != FlowState.CLOSING) {
            closed.accept(tuple, entry);
        }
    }

    private boolean isOver(int now, MemorySegment key, MemorySegment value) {
        Tuple tuple = Tuple.read(key);
        FlowEntry entry = FlowEntry.read(value);
        if (catalog.backend(entry.backend()).isEmpty()) {
            return true; // it would choose anew anyway, and must not meet the next owner of the number
        }
        Duration timeout = timeouts.of(FlowState.of(tuple.protocol(), entry.flags()));
        if (!isLonger(now, entry.lastSeconds(), timeout)) {
            return false;
        }
        if ((entry.flags() & Abi.FLOW_TRANSLATED) == 0) {
            return true;
        }
        // Packets that only ever go to the client keep the flow, too.
        return catalog.backend(entry.backend()).map(backend -> isOverTranslation(now, reply(tuple, entry, backend), timeout)).orElse(true);
    }

    private static Tuple reply(Tuple flow, FlowEntry entry, BackendKey backend) {
        boolean sourceNat = (entry.flags() & Abi.FLOW_SOURCE_NAT) != 0;
        return new Tuple(backend.address(), sourceNat ? entry.natAddress() : flow.source(), backend.port(),
                sourceNat ? entry.natPort() : flow.sourcePort(), flow.protocol());
    }

    private boolean isOverTranslation(int now, Tuple reply, Duration timeout) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(translations.keyBytes(), 8);
            MemorySegment value = arena.allocate(translations.valueBytes(), 8);
            reply.write(key);
            return !translations.get(key, value) || isLonger(now, NatEntry.read(value).lastSeconds(), timeout);
        }
    }

    private boolean isOverTranslation(int now, MemorySegment key, MemorySegment value) {
        Tuple reply = Tuple.read(key);
        NatEntry entry = NatEntry.read(value);
        if (!isLonger(now, entry.lastSeconds(), timeouts.of(FlowState.of(reply.protocol(), entry.flags())))) {
            return false;
        }
        // Its flow goes first, when it is over itself.
        try (var arena = Arena.ofConfined()) {
            MemorySegment flow = arena.allocate(flows.keyBytes(), 8);
            Flows.reversed(new Tuple(entry.source(), entry.destination(), entry.sourcePort(), entry.destinationPort(), reply.protocol()))
                    .write(flow);
            return !flows.get(flow, arena.allocate(flows.valueBytes(), 8));
        }
    }

    private boolean isForgotten(int now, MemorySegment key, MemorySegment value) {
        Duration affinity = catalog.service(AffinityKey.read(key).service()).map(FrontendState::affinity).orElse(Duration.ZERO);
        return isLonger(now, AffinityEntry.read(value).lastSeconds(), affinity);
    }

    private static boolean isLonger(int now, int last, Duration timeout) {
        return now - last > timeout.toSeconds();
    }
}
