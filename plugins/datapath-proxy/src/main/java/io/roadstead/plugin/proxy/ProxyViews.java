package io.roadstead.plugin.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.DatapathTables.Entry;
import io.roadstead.api.lb.DatapathTables.Slot;
import io.roadstead.api.lb.DatapathTables.Table;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowExplainer.Explanation;
import io.roadstead.api.lb.FlowTables.Connection;
import io.roadstead.api.lb.FlowTables.Translation;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.proxy.relay.Bind;
import io.roadstead.plugin.proxy.relay.BindFailure;
import io.roadstead.plugin.proxy.relay.Environment;
import io.roadstead.plugin.proxy.relay.TcpSession;
import io.roadstead.plugin.proxy.relay.UdpBind;
import io.roadstead.plugin.proxy.relay.UdpFlow;
import io.roadstead.plugin.proxy.select.BackendKey;
import io.roadstead.plugin.proxy.select.Choice;
import io.roadstead.plugin.proxy.select.Client;

/** What is in force, gathered from the loops that own it. Any thread may ask. */
final class ProxyViews {

    /** What one takes on the heap, roughly; the buffers of a busy connection come on top. */
    private static final int CONNECTION_BYTES = 6_000;
    private static final int UDP_FLOW_BYTES = 3_000;
    private static final int AFFINITY_BYTES = 200;
    private static final int MOST_AFFINITIES_PER_FRONTEND = 65_536;

    private final Environment environment;
    private final Loop owner;
    private final Frontends frontends;

    ProxyViews(Environment environment, Loop owner, Frontends frontends) {
        this.environment = environment;
        this.owner = owner;
        this.frontends = frontends;
    }

    CompletionStage<List<Entry>> entries() {
        return owner.submit(() -> frontends.states().map(this::entry).toList());
    }

    private Entry entry(FrontendState state) {
        SelectionTable table = state.table();
        int slots = table == null ? 0 : table.slots();
        int[] shares = new int[state.backends().size()];
        for (int slot = 0; table != null && slot < slots; slot++) {
            shares[table.backendIndex(slot)]++;
        }
        List<Slot> backends = IntStream.range(0, shares.length).mapToObj(index -> {
            Backend backend = state.backends().get(index);
            return new Slot(frontends.id(backend), backend.address(), backend.port(), backend.state(), index < state.selectable(),
                    shares[index]);
        }).toList();
        return new Entry(state.frontend(), frontends.id(state.frontend()), flags(state), state.dispatch(), slots, backends);
    }

    private List<String> flags(FrontendState state) {
        List<String> flags = new ArrayList<>();
        flags.add(state.type().text());
        if (state.localOnly()) {
            flags.add("Local");
        }
        if (state.affinity() != null) {
            flags.add("sessionAffinity");
        }
        if (!state.sourceRanges().prefixes().isEmpty()) {
            flags.add("check source-range");
        }
        Bind bind = frontends.bind(Bind.Key.of(state.frontend()));
        if (bind == null || !bind.listening()) {
            flags.add("not-listening");
        }
        return flags;
    }

    CompletionStage<List<Table>> tables() {
        List<CompletableFuture<Integer>> counts =
                frontends.binds().stream().map(bind -> bind.worker().loop().submit(bind::affinities)).toList();
        return all(counts).thenApply(affinities -> {
            long remembered = affinities.stream().mapToLong(Integer::longValue).sum();
            int binds = frontends.binds().size();
            int connections = environment.traffic().connections();
            int udpFlows = environment.traffic().udpFlows();
            return List.of(
                    new Table("proxy_affinity", "hash", remembered, (long) binds * MOST_AFFINITIES_PER_FRONTEND,
                            remembered * AFFINITY_BYTES),
                    new Table("proxy_connections", "hash", connections, environment.config().get().maxConnections(),
                            (long) connections * CONNECTION_BYTES),
                    new Table("proxy_udp_flows", "hash", udpFlows, (long) binds * environment.config().get().maxUdpFlowsPerFrontend(),
                            (long) udpFlows * UDP_FLOW_BYTES));
        });
    }

    CompletionStage<List<Connection>> connections(int limit) {
        return gather(limit, (session, id) -> Stream.of(session.view(id)), (flow, id) -> Stream.of(flow.view(id)));
    }

    CompletionStage<List<Translation>> translations(int limit) {
        return gather(limit, (session, id) -> session.translation(id).stream(), (flow, id) -> flow.translation(id).stream());
    }

    /** Each loop shows what it has; the numbers of frontends are another loop's. */
    private <T> CompletionStage<List<T>> gather(int limit, BiFunction<TcpSession, Long, Stream<T>> ofSession,
            BiFunction<UdpFlow, Long, Stream<T>> ofFlow) {
        return owner.submit(frontends::ids).thenCompose(ids -> {
            List<CompletableFuture<List<T>>> parts = new ArrayList<>();
            environment.workers().forEach(worker -> parts.add(worker.loop().submit(() -> worker.sessions().limit(limit)
                    .flatMap(session -> ofSession.apply(session, ids.getOrDefault(session.frontend(), 0L))).toList())));
            for (Bind bind : frontends.binds()) {
                if (bind instanceof UdpBind udp) {
                    parts.add(udp.worker().loop().submit(() -> udp.views().limit(limit)
                            .flatMap(flow -> ofFlow.apply(flow, ids.getOrDefault(flow.frontend(), 0L))).toList()));
                }
            }
            return all(parts).thenApply(lists -> lists.stream().flatMap(List::stream).limit(limit).toList());
        });
    }

    CompletionStage<Explanation> explain(Flow flow) {
        Bind bind = frontends.bind(new Bind.Key(flow.destination(), flow.destinationPort(), flow.protocol()));
        if (bind == null || bind.serving().isEmpty()) {
            return CompletableFuture.completedFuture(new Explanation(flow, "not a service", "", "", "", "", "",
                    List.of("no frontend has " + flow.destination() + " port " + flow.destinationPort())));
        }
        return bind.worker().loop().submit(() -> explain(flow, bind));
    }

    private Explanation explain(Flow flow, Bind bind) {
        Client client = new Client(flow.source(), flow.sourcePort());
        List<String> steps = new ArrayList<>();
        BindFailure failure = bind.failure();
        if (failure != null) {
            steps.add("the proxy does not listen: " + failure.text());
        }
        return switch (bind.explain(client)) {
            case Choice.Refuse refusal -> {
                name(steps, refusal.state());
                steps.add((refusal.silent() ? "the connection is closed: " : "the client sees a reset: ") + refusal.reason().text());
                yield new Explanation(flow, "dropped", refusal.reason().text(), service(refusal.state()), frontend(refusal.state()), "", "",
                        steps);
            }
            case Choice.Forward forward -> {
                FrontendState state = forward.state();
                BackendKey backend = BackendKey.of(forward.backend());
                name(steps, state);
                steps.add(slot(forward) + " leads to " + backend);
                steps.add("sent on by the proxy, dispatch " + state.dispatch());
                boolean done = environment.modes().get().containsKey(state.dispatch());
                yield new Explanation(flow, done && failure == null ? "forwarded" : "dropped",
                        failure != null ? "not listening" : done ? "" : "dispatch mode not loaded", state.service(),
                        state.frontend().toString(),
                        backend.toString(), state.dispatch(), steps);
            }
        };
    }

    private static String slot(Choice.Forward forward) {
        if (forward.slot() < 0) {
            return "the client's affinity";
        }
        SelectionTable table = Objects.requireNonNull(forward.state().table());
        String how = table.slotChoice() == SlotChoice.RANDOM ? "by chance" : "by the flow's hash";
        return "slot " + forward.slot() + " of " + table.slots() + ", " + how + ",";
    }

    private static void name(List<String> steps, @Nullable FrontendState state) {
        if (state != null) {
            steps.add("frontend " + state.frontend() + " of " + state.service() + ", algorithm " + state.algorithm());
        }
    }

    private static String service(@Nullable FrontendState state) {
        return state == null ? "" : state.service();
    }

    private static String frontend(@Nullable FrontendState state) {
        return state == null ? "" : state.frontend().toString();
    }

    private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
    }
}
