package io.roadstead.testkit;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshBackend;
import io.roadstead.api.mesh.MeshBackend.Clusters;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.mesh.MeshStore.Event;

/**
 * What every {@link MeshBackend} must do, whether its loops are real or the test's. The stores are empty when a test begins; what stands in them is compared with
 * what the test wrote by another way.
 */
public abstract class MeshBackendContract {

    /** The remote cluster that the backend is configured with. */
    protected static final String REMOTE = "east";
    private static final Duration SOON = Duration.ofSeconds(30);
    /** More than one page of a list, and more keys than one lease has. */
    private static final int MANY = 1_300;

    private final List<MeshStore> stores = new ArrayList<>();
    private @Nullable MeshBackend<?> backend;

    /** A new one with an own store and that of {@link #REMOTE}, not started. The contract closes it. */
    protected abstract MeshBackend<?> newBackend();

    /** A new one that is configured with nothing. */
    protected abstract MeshBackend<?> newEmptyBackend();

    /** Puts these keys into {@link #REMOTE}'s store, past the backend, in their order; returns when they are stored. */
    protected abstract void write(Map<String, byte[]> entries);

    /** Deletes these keys from {@link #REMOTE}'s store, past the backend. */
    protected abstract void remove(List<String> keys);

    /** Lets no store be reached from now on, as when the link is cut. What is done to {@link #REMOTE}'s store past the backend still works. */
    protected abstract void cut();

    /** Ends {@link #cut}. */
    protected abstract void restore();

    /** Has the backend do what is due, where its loop is the test's. */
    protected abstract void rest();

    /** All stores and the backend are closed: time to release what they stood on. */
    protected void afterClose() {
        // most stand on nothing
    }

    @BeforeEach
    void make() {
        backend = newBackend();
    }

    @AfterEach
    void release() {
        stores.forEach(MeshStore::close);
        MeshBackend<?> made = backend;
        if (made != null) { // none was where the test may not run
            made.close();
        }
        afterClose();
    }

    private MeshBackend<?> backend() {
        return Objects.requireNonNull(backend);
    }

    private MeshStore own(Connection connection) {
        MeshStore store = backend().own(connection);
        stores.add(store);
        return store;
    }

    private MeshStore own() {
        return own(new Connection());
    }

    private MeshStore remote(Connection connection) {
        MeshStore store = backend().remote(REMOTE, connection);
        stores.add(store);
        return store;
    }

    private MeshStore remote() {
        return remote(new Connection());
    }

    private void soon(Runnable assertion) {
        eventually(SOON, () -> {
            rest();
            assertion.run();
        });
    }

    private <T> T await(CompletionStage<T> stage) {
        soon(() -> assertThat(stage.toCompletableFuture().isDone()).as("done").isTrue());
        return stage.toCompletableFuture().join();
    }

    private void await(boolean connected, MeshStore store) {
        soon(() -> assertThat(store.status().connected()).as("connected").isEqualTo(connected));
    }

    private String text(MeshStore store, String key) {
        return await(store.get(key)).map(MeshBackendContract::text).orElse("(none)");
    }

    @Test
    void whatIsConfiguredIsToldAfterTheStart() {
        List<Clusters> told = new CopyOnWriteArrayList<>();

        backend().start(told::add);

        soon(() -> assertThat(told).isNotEmpty());
        assertThat(told.getFirst().own()).isTrue();
        assertThat(told.getFirst().remotes()).containsExactly(REMOTE);
        assertThat(told.getFirst().problems()).isEmpty();
    }

    @Test
    void clustersThatAreNotConfiguredAreNotFound() {
        assertThatThrownBy(() -> backend().remote("nowhere", new Connection())).isInstanceOfSatisfying(RoadsteadException.class,
                failure -> assertThat(failure.code()).isEqualTo(CommonErrorCode.NOT_FOUND)).hasMessageContaining("nowhere");
        try (MeshBackend<?> empty = newEmptyBackend()) {
            List<Clusters> told = new CopyOnWriteArrayList<>();
            empty.start(told::add);
            soon(() -> assertThat(told).isNotEmpty());
            assertThat(told.getFirst().own()).isFalse();
            assertThat(told.getFirst().remotes()).isEmpty();
            assertThatThrownBy(() -> empty.own(new Connection())).isInstanceOfSatisfying(RoadsteadException.class,
                    failure -> assertThat(failure.code()).isEqualTo(CommonErrorCode.NOT_FOUND));
        }
    }

    @Test
    void whatIsPutAndFlushedCanBeReadToTheByte() {
        byte[] all = new byte[256];
        for (int value = 0; value < all.length; value++) {
            all[value] = (byte) value;
        }
        byte[] given = all.clone();
        MeshStore store = own();

        store.put("c/bytes", given);
        given[0] = 42; // is the caller's again
        store.put("c/empty", new byte[0]);
        await(store.flush());

        assertThat(await(store.get("c/bytes"))).hasValueSatisfying(value -> assertThat(value).isEqualTo(all));
        assertThat(await(store.get("c/empty"))).hasValueSatisfying(value -> assertThat(value).isEmpty());
        assertThat(await(store.get("c/none"))).isEmpty();
    }

    @Test
    void theNewestValueStays() {
        MeshStore store = own();

        for (int value = 0; value < MANY; value++) {
            store.put("c/often", bytes(value));
            store.put("c/gone", bytes(value));
        }
        store.delete("c/gone");
        store.delete("c/again");
        store.put("c/again", bytes("last"));
        store.delete("c/never");
        await(store.flush());

        assertThat(text(store, "c/often")).isEqualTo(String.valueOf(MANY - 1));
        assertThat(text(store, "c/gone")).isEqualTo("(none)");
        assertThat(text(store, "c/again")).isEqualTo("last");
        assertThat(store.status().pendingWrites()).isZero();
    }

    @Test
    void aWatcherIsToldEverythingThatBeginsWithItsPrefixAndNothingElse() {
        write(entries("c1/a", "1", "c11/a", "11", "c1", "no", "c0/z", "0", "c2/a", "2"));
        Mirror mirror = new Mirror();

        remote().watch("c1/", mirror);
        soon(() -> assertThat(mirror.content()).containsExactly(Map.entry("c1/a", "1")));
        write(entries("c11/b", "11", "c1/b", "1", "c1b", "no"));

        soon(() -> assertThat(mirror.content()).containsExactly(Map.entry("c1/a", "1"), Map.entry("c1/b", "1")));
        assertThat(mirror.lists()).isEqualTo(1);
    }

    @Test
    void changesComeInTheirOrder() {
        MeshStore store = remote();
        Mirror mirror = new Mirror();
        store.watch("c/", mirror);
        soon(() -> assertThat(mirror.lists()).isEqualTo(1));

        for (int value = 0; value < 20; value++) {
            write(entries("c/counter", String.valueOf(value), "c/other", String.valueOf(value)));
        }
        remove(List.of("c/counter"));

        soon(() -> assertThat(mirror.log()).endsWith("DELETE c/counter "));
        assertThat(mirror.log().stream().filter(event -> event.startsWith("PUT c/counter "))).hasSize(20)
                .isEqualTo(numbers(20).stream().map(number -> "PUT c/counter " + number).toList());
        assertThat(mirror.content()).containsExactly(Map.entry("c/other", "19"));
    }

    @Test
    void anEmptyPrefixIsListedToo() {
        Mirror mirror = new Mirror();

        remote().watch("c/", mirror);

        soon(() -> assertThat(mirror.lists()).isEqualTo(1));
        assertThat(mirror.content()).isEmpty();
    }

    @Test
    void manyKeysAreListedAsOne() {
        Map<String, byte[]> many = new TreeMap<>();
        numbers(MANY).forEach(number -> many.put("c/" + number, bytes(number)));
        write(many);
        Mirror mirror = new Mirror();

        remote().watch("c/", mirror);

        soon(() -> assertThat(mirror.lists()).isEqualTo(1));
        assertThat(mirror.content()).isEqualTo(texts(many));
        assertThat(mirror.log()).isEmpty();
    }

    @Test
    void manyKeysArePublished() {
        MeshStore store = own();
        Mirror mirror = new Mirror();
        store.watch("c/", mirror);
        Map<String, byte[]> many = new TreeMap<>();
        numbers(MANY).forEach(number -> many.put("c/" + number, bytes(number)));

        many.forEach(store::put);
        await(store.flush());

        soon(() -> assertThat(mirror.content()).isEqualTo(texts(many)));
        assertThat(store.status().leases()).isPositive();
        assertThat(store.status().pendingWrites()).isZero();
    }

    @Test
    void aWatcherAddedLaterHasItsOwnList() {
        write(entries("c/a", "1"));
        MeshStore store = remote();
        Mirror first = new Mirror();
        store.watch("c/", first);
        soon(() -> assertThat(first.lists()).isEqualTo(1));
        write(entries("c/b", "2"));
        Mirror second = new Mirror();

        store.watch("c/", second);

        soon(() -> assertThat(second.content()).hasSize(2));
        write(entries("c/c", "3"));
        soon(() -> assertThat(first.content()).hasSize(3).isEqualTo(second.content()));
        assertThat(first.lists()).isEqualTo(1);
    }

    @Test
    void whoeverHasGoneIsToldNothing() {
        MeshStore store = remote();
        Mirror goes = new Mirror();
        Mirror stays = new Mirror();
        Registration watch = store.watch("c/", goes);
        store.watch("c/", stays);
        soon(() -> assertThat(goes.lists() + stays.lists()).isEqualTo(2));

        watch.close();
        watch.close();
        write(entries("c/a", "1"));
        soon(() -> assertThat(stays.content()).hasSize(1));

        assertThat(goes.content()).isEmpty();
    }

    @Test
    void aLostConnectionIsToldAndThenEverythingIsListedAgain() {
        write(entries("c/stays", "1", "c/changes", "1", "c/goes", "1"));
        Connection connection = new Connection();
        MeshStore store = remote(connection);
        Mirror mirror = new Mirror();
        store.watch("c/", mirror);
        soon(() -> assertThat(mirror.content()).hasSize(3));
        assertThat(connection.said()).containsExactly("connected " + store.status().storeId());

        cut();
        await(false, store);
        soon(() -> assertThat(mirror.interruptions()).isPositive());
        assertThat(mirror.content()).as("what was told still counts").hasSize(3);
        write(entries("c/changes", "2", "c/comes", "1"));
        remove(List.of("c/goes"));
        restore();

        soon(() -> assertThat(mirror.content())
                .isEqualTo(Map.of("c/stays", "1", "c/changes", "2", "c/comes", "1")));
        soon(() -> assertThat(connection.said()).endsWith("connected " + store.status().storeId()).contains("disconnected"));
        assertThat(mirror.faults()).isEmpty();
        assertThat(store.status().failures()).isPositive();
        assertThat(store.status().lastFailure()).isNotNull();
        assertThat(store.status().failure()).isNotEmpty();
    }

    @Test
    void reconnectingListsAgain() {
        write(entries("c/a", "1"));
        MeshStore store = remote();
        Mirror mirror = new Mirror();
        store.watch("c/", mirror);
        soon(() -> assertThat(mirror.lists()).isEqualTo(1));

        store.reconnect("no sign of life");

        soon(() -> assertThat(mirror.lists()).isGreaterThan(1));
        assertThat(mirror.interruptions()).isPositive();
        assertThat(mirror.faults()).isEmpty();
        assertThat(store.status().failure()).contains("no sign of life");
        write(entries("c/b", "2"));
        soon(() -> assertThat(mirror.content()).hasSize(2));
    }

    @Test
    void whatIsPutWhileAwayIsStoredAfterwards() {
        MeshStore store = own();
        store.put("c/before", bytes("1"));
        store.put("c/gone", bytes("1"));
        await(store.flush());
        cut();
        await(false, store);

        store.put("c/away", bytes("1"));
        store.put("c/away", bytes("2"));
        store.delete("c/gone");
        CompletionStage<Void> flush = store.flush();
        rest();
        soon(() -> assertThat(store.status().pendingWrites()).isEqualTo(2));
        assertThat(flush.toCompletableFuture()).isNotDone();
        restore();
        await(flush);

        assertThat(text(store, "c/away")).isEqualTo("2");
        assertThat(text(store, "c/before")).isEqualTo("1");
        assertThat(text(store, "c/gone")).isEqualTo("(none)");
        assertThat(store.status().pendingWrites()).isZero();
    }

    @Test
    void aStoreOpenedWhileItCannotBeReachedIsReachedLater() {
        write(entries("c/a", "1"));
        cut();
        Connection connection = new Connection();
        MeshStore store = remote(connection);
        Mirror mirror = new Mirror();
        store.watch("c/", mirror);
        rest();
        assertThat(mirror.lists()).isZero();

        restore();

        soon(() -> assertThat(mirror.content()).hasSize(1));
        assertThat(connection.said()).endsWith("connected " + store.status().storeId());
    }

    @Test
    void theStatusNamesTheStoreAndItsServers() {
        MeshStore store = own();
        await(true, store);

        assertThat(store.status().storeId()).matches("[0-9a-f]+");
        assertThat(store.status().endpoints()).isNotEmpty().anyMatch(endpoint -> endpoint.connected());
        assertThat(store.status().failures()).isZero();
        assertThat(store.status().lastFailure()).isNull();
        assertThat(store.status().writeProblem()).isEmpty();
        assertThat(store.status().refusedWrites()).isZero();
    }

    @Test
    void nothingIsToldOnceItIsClosedAndWhatWasPutStays() {
        Connection connection = new Connection();
        MeshStore store = own(connection);
        Mirror mirror = new Mirror();
        store.watch("c/", mirror);
        store.put("c/a", bytes("1"));
        await(store.flush());
        soon(() -> assertThat(mirror.content()).hasSize(1));

        store.close();
        store.close();
        List<String> said = connection.said();
        MeshStore next = own();
        next.put("c/b", bytes("2"));
        await(next.flush());

        assertThat(text(next, "c/a")).isEqualTo("1");
        assertThat(mirror.content()).hasSize(1);
        assertThat(mirror.interruptions()).isZero();
        assertThat(connection.said()).isEqualTo(said);
        assertThat(store.status().connected()).isFalse();
    }

    @Test
    void closingFailsWhatIsUnderWay() {
        MeshStore store = own();
        await(true, store);
        cut();
        await(false, store);
        store.put("c/a", bytes("1"));
        CompletionStage<Void> flush = store.flush();
        rest();

        store.close();

        soon(() -> assertThat(flush.toCompletableFuture()).isCompletedExceptionally());
        CompletionStage<Optional<byte[]>> get = store.get("c/a");
        soon(() -> assertThat(get.toCompletableFuture()).isCompletedExceptionally());
        CompletionStage<Void> later = store.flush();
        soon(() -> assertThat(later.toCompletableFuture()).isCompletedExceptionally());
        restore();
    }

    @Test
    void watchersAndStoreAgreeWhateverHappens() {
        Random random = new Random(4);
        MeshStore store = remote();
        Mirror all = new Mirror();
        Mirror some = new Mirror();
        store.watch("c/", all);
        store.watch("c/1", some);
        Map<String, byte[]> model = new TreeMap<>();

        for (int round = 0; round < 40; round++) {
            Map<String, byte[]> puts = new HashMap<>();
            List<String> deletes = new ArrayList<>();
            for (int change = 0; change < 5; change++) {
                String key = "c/" + random.nextInt(30);
                if (random.nextInt(3) > 0) {
                    puts.put(key, bytes(random.nextInt()));
                } else if (!puts.containsKey(key) && model.containsKey(key) && !deletes.contains(key)) {
                    deletes.add(key);
                }
            }
            deletes.removeIf(puts::containsKey);
            write(puts);
            remove(deletes);
            model.putAll(puts);
            model.keySet().removeAll(deletes);
            if (random.nextInt(8) == 0) {
                store.reconnect("round " + round);
            }
            rest();
        }

        soon(() -> assertThat(all.content()).isEqualTo(texts(model)));
        soon(() -> {
            assertThat(some.content()).isNotEmpty().allSatisfy((key, value) -> assertThat(all.content()).containsEntry(key, value));
            assertThat(all.content().keySet().stream().filter(key -> key.startsWith("c/1")))
                    .containsExactlyElementsOf(some.content().keySet());
        });
        assertThat(all.faults()).isEmpty();
        assertThat(some.faults()).isEmpty();
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    private static byte[] bytes(Object text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    private static Map<String, String> texts(Map<String, byte[]> entries) {
        Map<String, String> texts = new TreeMap<>();
        entries.forEach((key, value) -> texts.put(key, text(value)));
        return texts;
    }

    private static Map<String, byte[]> entries(String... keysAndValues) {
        Map<String, byte[]> entries = new TreeMap<>();
        for (int index = 0; index < keysAndValues.length; index += 2) {
            entries.put(keysAndValues[index], bytes(keysAndValues[index + 1]));
        }
        return entries;
    }

    /** What a store says of its connection. */
    private static final class Connection implements MeshStore.Listener {
        private final List<String> said = new CopyOnWriteArrayList<>();

        List<String> said() {
            return List.copyOf(said);
        }

        @Override
        public void connected(String storeId) {
            said.add("connected " + storeId);
        }

        @Override
        public void disconnected(String reason) {
            said.add(reason.isEmpty() ? "disconnected without a reason" : "disconnected");
        }
    }

    /** What a watcher knows, as whoever uses a store must be able to keep it, and what it was told wrongly. */
    private static final class Mirror implements MeshStore.Watcher {
        private final Map<String, String> content = new TreeMap<>();
        private final List<String> log = new ArrayList<>();
        private final List<String> faults = new ArrayList<>();
        private final AtomicBoolean told = new AtomicBoolean();
        private int lists;
        private int interruptions;
        private boolean upToDate;

        @Override
        public void listed(Map<String, byte[]> all) {
            note(() -> {
                if (upToDate) {
                    faults.add("listed without an interruption");
                }
                upToDate = true;
                lists++;
                content.clear();
                content.putAll(texts(all));
            });
        }

        @Override
        public void changed(List<Event> events) {
            note(() -> {
                if (!upToDate || events.isEmpty()) {
                    faults.add("changed before it was listed, or nothing: " + events);
                }
                events.forEach(this::apply);
            });
        }

        private void apply(Event event) {
            log.add(event.type() + " " + event.key() + " " + text(event.value()));
            if (event.type() == Event.Type.PUT) {
                content.put(event.key(), text(event.value()));
            } else if (content.remove(event.key()) == null) {
                faults.add("deleted what was not there: " + event.key());
            }
        }

        @Override
        public void interrupted(String reason) {
            note(() -> {
                if (reason.isEmpty()) {
                    faults.add("interrupted without a reason");
                }
                upToDate = false;
                interruptions++;
            });
        }

        private void note(Runnable change) {
            boolean alone = told.compareAndSet(false, true);
            synchronized (this) {
                if (!alone) {
                    faults.add("told by two at a time");
                }
                change.run();
            }
            told.set(false);
        }

        synchronized Map<String, String> content() {
            return new TreeMap<>(content);
        }

        synchronized List<String> log() {
            return List.copyOf(log);
        }

        synchronized List<String> faults() {
            return List.copyOf(faults);
        }

        synchronized int lists() {
            return lists;
        }

        synchronized int interruptions() {
            return interruptions;
        }
    }
}
