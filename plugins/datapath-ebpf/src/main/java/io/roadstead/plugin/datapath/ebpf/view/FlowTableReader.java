package io.roadstead.plugin.datapath.ebpf.view;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowTables;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.map.BackendKey;
import io.roadstead.plugin.datapath.ebpf.map.Catalog;
import io.roadstead.plugin.datapath.ebpf.map.FlowEntry;
import io.roadstead.plugin.datapath.ebpf.map.NatEntry;
import io.roadstead.plugin.datapath.ebpf.map.Tuple;

/** Reads rs_flow and rs_nat for people. Any thread; the reading is done on the views' loop. */
final class FlowTableReader implements FlowTables {

    private static final IpAddress NONE = IpAddress.ipv6(0, 0);
    private static final long NANOS = 1_000_000_000L;

    private final BpfMap flows;
    private final BpfMap translations;
    private final Catalog catalog;
    private final Loop loop;
    private final LongSupplier nanos;
    private final FlowTimeouts timeouts;

    FlowTableReader(BpfMap flows, BpfMap translations, Catalog catalog, Loop loop, LongSupplier nanos, FlowTimeouts timeouts) {
        this.flows = flows;
        this.translations = translations;
        this.catalog = catalog;
        this.loop = loop;
        this.nanos = nanos;
        this.timeouts = timeouts;
    }

    @Override
    public CompletionStage<List<Connection>> connections(int limit) {
        return loop.submit(() -> {
            List<Connection> found = new ArrayList<>();
            long now = nanos.getAsLong() / NANOS;
            flows.forEachWhile((key, value) -> {
                Tuple tuple = Tuple.read(key);
                if (found.size() < limit) {
                    Flows.of(tuple).ifPresent(flow -> found.add(connection(flow, tuple.protocol(), FlowEntry.read(value), now)));
                }
                return found.size() < limit;
            });
            found.sort(Comparator.comparing(Connection::flow, Flows.ORDER));
            return List.copyOf(found);
        });
    }

    @Override
    public CompletionStage<List<Translation>> translations(int limit) {
        return loop.submit(() -> {
            List<Translation> found = new ArrayList<>();
            long now = nanos.getAsLong() / NANOS;
            translations.forEachWhile((key, value) -> {
                Tuple tuple = Tuple.read(key);
                if (found.size() < limit) {
                    Flows.of(tuple).ifPresent(reply -> found.add(translation(reply, NatEntry.read(value), now)));
                }
                return found.size() < limit;
            });
            found.sort(Comparator.comparing(Translation::reply, Flows.ORDER));
            return List.copyOf(found);
        });
    }

    private Connection connection(Flow flow, int protocol, FlowEntry entry, long now) {
        FlowState state = FlowState.of(protocol, entry.flags());
        Duration idle = idle(now, entry.lastSeconds());
        Duration left = timeouts.of(state).minus(idle);
        String service = catalog.service(entry.service()).map(FrontendState::service).orElse("");
        BackendKey backend = catalog.backend(entry.backend()).orElse(new BackendKey(NONE, 0, protocol));
        return new Connection(flow, Integer.toUnsignedLong(entry.service()), service, backend.address(), backend.port(),
                catalog.dispatch(entry.dispatch()), state.text(), idle, left.isNegative() ? Duration.ZERO : left);
    }

    private static Translation translation(Flow reply, NatEntry entry, long now) {
        Flow translated = new Flow(reply.protocol(), entry.source(), entry.sourcePort(), entry.destination(), entry.destinationPort());
        return new Translation(reply, translated, Integer.toUnsignedLong(entry.service()), idle(now, entry.lastSeconds()));
    }

    /** Never negative: a packet may have come since the clock was read. */
    static Duration idle(long nowSeconds, int lastSeconds) {
        return Duration.ofSeconds(Math.max(0, (int) nowSeconds - lastSeconds));
    }
}
