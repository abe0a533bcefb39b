package io.roadstead.testkit;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DatapathTables;
import io.roadstead.api.lb.DatapathTables.Entry;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

/**
 * What every {@link Datapath} with {@link DatapathTables} must do with the states it is given, read back from where packets see them. No traffic: that is what
 * datapaths differ in.
 */
public abstract class DatapathContract {

    private static final Duration SOON = Duration.ofSeconds(20);
    private @Nullable Datapath<?> datapath;

    /** A new one that knows its node and a dispatch mode by the name of {@link #dispatch}. The contract closes it. */
    protected abstract Datapath<?> newDatapath();

    /** A dispatch mode that it has. */
    protected abstract String dispatch();

    /** A port at which it can serve {@code 127.0.0.1}; another one at each call. */
    protected abstract int freePort();

    /** What is wrong with a frontend for this datapath alone, as it might come from a broken algorithm. */
    protected FrontendState broken(FrontendState good) {
        SelectionTable nowhere = SelectionTable.of(SlotChoice.FLOW_HASH, new int[] {good.selectable()});
        return new FrontendState(good.frontend(), good.type(), good.service(), good.portName(), good.backends(), good.selectable(), nowhere,
                good.algorithm(), good.dispatch(), good.localOnly(), good.affinity(), good.sourceRanges(), good.noBackend());
    }

    /** All are closed: time to release what they stood on, and to see that nothing is left of them. */
    protected void afterClose() {
        // most stand on nothing
    }

    @BeforeEach
    void open() {
        datapath = newDatapath();
    }

    @AfterEach
    void close() {
        Datapath<?> made = datapath;
        if (made != null) { // none was where the test may not run
            made.close();
        }
        afterClose();
    }

    private Datapath<?> datapath() {
        return Objects.requireNonNull(datapath);
    }

    private List<Entry> entries() {
        return await(((DatapathTables) datapath()).entries());
    }

    @Test
    void whatIsGivenIsWhatItHolds() {
        List<FrontendState> states =
                List.of(state(freePort(), Protocol.TCP, 3), state(freePort(), Protocol.UDP, 2), state(freePort(), Protocol.TCP, 0));

        datapath().replace(states);

        eventually(SOON, () -> assertThat(summaries(entries())).containsExactlyElementsOf(expected(states)));
        assertThat(entries()).extracting(Entry::id).doesNotHaveDuplicates();
    }

    @Test
    void theSameAgainChangesNothing() {
        List<FrontendState> states = List.of(state(freePort(), Protocol.TCP, 3), state(freePort(), Protocol.UDP, 2));
        datapath().replace(states);
        eventually(SOON, () -> {
            assertThat(summaries(entries())).containsExactlyElementsOf(expected(states));
            assertThat(entries()).noneMatch(entry -> entry.flags().contains("not-listening")); // as it is before a socket is bound
        });
        List<Entry> before = entries();
        List<FrontendState> reversed = new ArrayList<>(states);
        Collections.reverse(reversed);

        datapath().replace(reversed);
        datapath().update(states, List.of());

        assertThat(entries()).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void changesByUpdateLeadWhereAReplacementLeads() {
        FrontendState stays = state(freePort(), Protocol.TCP, 3);
        FrontendState goes = state(freePort(), Protocol.TCP, 2);
        int port = freePort();
        FrontendState changes = state(port, Protocol.TCP, 1);
        FrontendState changed = state(port, Protocol.TCP, 4);
        FrontendState comes = state(freePort(), Protocol.UDP, 2);
        datapath().replace(List.of(stays, goes, changes));
        eventually(SOON, () -> assertThat(entries()).hasSize(3));
        long id = id(stays);

        datapath().update(List.of(changed, comes), List.of(goes.frontend()));

        eventually(SOON, () -> assertThat(summaries(entries())).containsExactlyElementsOf(expected(List.of(stays, changed, comes))));
        assertThat(id(stays)).as("a frontend keeps its number").isEqualTo(id);
        List<Entry> updated = entries();
        datapath().replace(List.of(stays, changed, comes));
        assertThat(entries()).usingRecursiveComparison().isEqualTo(updated);
    }

    @Test
    void aBackendKeepsItsNumberInAllFrontendsThatUseIt() {
        FrontendState one = state(freePort(), Protocol.TCP, 2);
        FrontendState two = state(freePort(), Protocol.TCP, 3);
        datapath().replace(List.of(one, two));
        eventually(SOON, () -> assertThat(entries()).hasSize(2));

        List<Entry> entries = entries();

        assertThat(backendIds(entries, one)).isSubsetOf(backendIds(entries, two)).doesNotHaveDuplicates();
    }

    @Test
    void aFrontendThatCannotBeIsRefusedAloneAndNamed() {
        FrontendState good = state(freePort(), Protocol.TCP, 2);
        FrontendState bad = broken(state(freePort(), Protocol.TCP, 2));

        datapath().replace(List.of(bad, good));

        eventually(SOON, () -> assertThat(datapath().status().problems()).anyMatch(problem -> problem.contains(bad.frontend().toString())));
        eventually(SOON, () -> assertThat(summaries(entries())).containsExactlyElementsOf(expected(List.of(good))));
        datapath().update(List.of(), List.of(bad.frontend()));
        eventually(SOON,
                () -> assertThat(datapath().status().problems()).noneMatch(problem -> problem.contains(bad.frontend().toString())));
    }

    @Test
    void nothingIsLeftWhenNothingIsWanted() {
        datapath().replace(List.of(state(freePort(), Protocol.TCP, 3)));
        eventually(SOON, () -> assertThat(entries()).hasSize(1));

        datapath().replace(List.of());

        eventually(SOON, () -> assertThat(entries()).isEmpty());
    }

    @Test
    void removingWhatIsNotThereIsNoFault() {
        datapath().update(List.of(), List.of(state(freePort(), Protocol.TCP, 1).frontend()));

        assertThat(entries()).isEmpty();
        assertThat(datapath().status().problems()).isEmpty();
    }

    @Test
    void closingTwiceIsClosingOnceAndReleasesWhatItHeld() {
        List<FrontendState> states = List.of(state(freePort(), Protocol.TCP, 1));
        datapath().replace(states);
        eventually(SOON, () -> assertThat(entries()).hasSize(1));

        datapath().close();
        datapath().close();

        datapath = newDatapath();
        datapath().replace(states);
        eventually(SOON, () -> assertThat(summaries(entries())).containsExactlyElementsOf(expected(states)));
        assertThat(datapath().status().problems()).isEmpty();
    }

    @Test
    void factsAndCountersAreThere() {
        DatapathTables tables = (DatapathTables) datapath();

        assertThat(tables.facts()).isNotEmpty();
        assertThat(await(tables.tables())).isNotEmpty();
        assertThat(await(tables.counters())).extracting(DatapathTables.Counter::reason).doesNotHaveDuplicates();
    }

    private long id(FrontendState state) {
        return entries().stream().filter(entry -> entry.frontend().equals(state.frontend())).findFirst().orElseThrow().id();
    }

    private static List<Long> backendIds(List<Entry> entries, FrontendState state) {
        return entries.stream().filter(entry -> entry.frontend().equals(state.frontend())).flatMap(entry -> entry.backends().stream())
                .map(DatapathTables.Slot::id).toList();
    }

    /** With that many selectable backends, of which the last has half the slots of the others. */
    private FrontendState state(int port, Protocol protocol, int backends) {
        Frontend frontend = new Frontend(IpAddress.parse("127.0.0.1"), port, protocol, Scope.EXTERNAL);
        List<Backend> active = IntStream.range(0, backends).mapToObj(index -> new Backend(IpAddress.ipv4(0x0a00_0001 + index), 8080, 100,
                BackendState.ACTIVE, "node-1", IpAddress.parse("192.0.2.1"), "", false)).toList();
        SelectionTable table = backends == 0 ? null
                : SelectionTable.of(SlotChoice.FLOW_HASH, IntStream.range(0, 251).map(slot -> slot % backends).toArray());
        return new FrontendState(frontend, FrontendType.LOAD_BALANCER, "default/web-" + port, "", active, backends, table, "given",
                dispatch(), false,
                null, SourceRanges.EVERYBODY, NoBackend.REJECT);
    }

    private static List<String> summaries(List<Entry> entries) {
        return entries.stream()
                .map(entry -> entry.frontend() + " " + entry.dispatch() + " " + entry.tableSize() + " " + entry.backends().stream()
                        .map(slot -> slot.address() + ":" + slot.port() + "=" + slot.tableShare()).toList())
                .sorted().toList();
    }

    private static List<String> expected(List<FrontendState> states) {
        return states.stream().map(state -> {
            SelectionTable table = state.table();
            int slots = table == null ? 0 : table.slots();
            List<String> backends = IntStream.range(0, state.backends().size()).mapToObj(index -> {
                Backend backend = state.backends().get(index);
                long share = table == null ? 0 : IntStream.range(0, slots).filter(slot -> table.backendIndex(slot) == index).count();
                return backend.address() + ":" + backend.port() + "=" + share;
            }).toList();
            return state.frontend() + " " + state.dispatch() + " " + slots + " " + backends;
        }).sorted().toList();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }
}
