package io.roadstead.plugin.mesh.etcd.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.roadstead.plugin.mesh.etcd.client.WriteCalls.Outcome;
import io.roadstead.testkit.ManualScheduler;

class WriterTest {

    private static final Duration TTL = Duration.ofMinutes(15);
    private static final Duration REQUEST = Duration.ofSeconds(10);

    private final ManualScheduler time = new ManualScheduler();
    private final Writer writer = writer(20, 10_000);
    private final Calls calls = new Calls();

    private Writer writer(double rate, double bootstrap) {
        return new Writer(time, time.clock(), new Random(1),
                new ClientOptions(REQUEST, REQUEST, REQUEST, REQUEST, 256, rate, bootstrap, TTL));
    }

    /** A server that answers when the test says so. */
    private static final class Calls implements WriteCalls {
        private final List<String> asked = new ArrayList<>();
        private final List<Consumer<Outcome>> unanswered = new ArrayList<>();
        private final List<Long> renewed = new ArrayList<>();
        private final Map<String, Long> leaseOf = new HashMap<>();
        private long leases;

        @Override
        public void put(String key, byte[] value, long lease, Consumer<Outcome> answer) {
            asked.add("put " + key + " " + new String(value, UTF_8));
            leaseOf.put(key, lease);
            unanswered.add(answer);
        }

        @Override
        public void delete(String key, Consumer<Outcome> answer) {
            asked.add("delete " + key);
            unanswered.add(answer);
        }

        @Override
        public void grant(Consumer<Outcome> answer) {
            answer.accept(new Outcome.Granted(++leases));
        }

        @Override
        public void renew(long lease) {
            renewed.add(lease);
        }

        private void answer(Outcome outcome) {
            unanswered.removeFirst().accept(outcome);
        }

        private void done() {
            answer(new Outcome.Done());
        }

        private void allDone() {
            while (!unanswered.isEmpty()) {
                done();
            }
        }

        private List<String> taken() {
            var taken = List.copyOf(asked);
            asked.clear();
            return taken;
        }
    }

    private void put(String key, String value) {
        writer.put(key, value.getBytes(UTF_8));
    }

    @Test
    void oneWriteOfAKeyIsUnderWayAndTheNewestValueComesNext() {
        writer.connected(calls, true);
        put("a", "1");
        put("a", "2");
        put("a", "3");
        put("b", "1");

        assertThat(calls.taken()).containsExactly("put a 1", "put b 1");
        assertThat(writer.pending()).isEqualTo(2);
        calls.done();
        assertThat(calls.taken()).containsExactly("put a 3");
        calls.allDone();
        assertThat(calls.taken()).isEmpty();
        assertThat(writer.pending()).isZero();
    }

    @Test
    void aDeletionKeepsItsPlaceAmongThePutsOfItsKey() {
        writer.connected(calls, true);
        put("a", "1");
        writer.delete("a");
        calls.done();
        assertThat(calls.taken()).containsExactly("put a 1", "delete a");
        put("a", "2");
        calls.done();

        assertThat(calls.taken()).containsExactly("put a 2");
        calls.done();
        assertThat(writer.pending()).isZero();
    }

    @Test
    void whatWasWantedBeforeTheFirstConnectionIsWrittenInItsOrder() {
        put("b", "1");
        put("a", "1");
        writer.delete("c");
        assertThat(writer.pending()).isEqualTo(3);

        writer.connected(calls, true);

        assertThat(calls.taken()).containsExactly("put b 1", "put a 1", "delete c");
    }

    @Test
    void whatHasAnUnknownOutcomeIsRepeatedFirstAndOnceMoreLater() {
        writer.connected(calls, true);
        put("a", "1");
        put("b", "1");
        calls.taken();
        writer.disconnected();
        calls.unanswered.clear();
        put("c", "1");

        writer.connected(calls, true);
        assertThat(calls.taken()).containsExactly("put a 1", "put b 1", "put c 1");
        calls.allDone();
        assertThat(writer.pending()).isZero();

        time.advance(REQUEST); // what the old connection had sent has landed by now, or never will
        assertThat(calls.taken()).containsExactly("put a 1", "put b 1");
        calls.allDone();
        time.advance(REQUEST.multipliedBy(3));
        assertThat(calls.taken()).isEmpty();
    }

    @Test
    void aDeletionOfUnknownOutcomeIsRepeatedToo() {
        writer.connected(calls, true);
        put("a", "1");
        calls.done();
        writer.delete("a");
        writer.disconnected();
        calls.unanswered.clear();
        calls.taken();
        writer.connected(calls, true);
        calls.allDone();
        time.advance(REQUEST);
        calls.allDone();

        assertThat(calls.taken()).containsExactly("delete a", "delete a");
    }

    @Test
    void theRateIsHighUntilTheFirstFlushHasCompletedAndThenLow() {
        writer.connected(calls, true);
        IntStream.range(0, 1000).forEach(i -> put("k" + i, "1"));
        var flushed = writer.flush();
        while (!calls.unanswered.isEmpty()) {
            calls.done();
        }
        assertThat(flushed).isCompleted();
        calls.taken();

        IntStream.range(0, 100).forEach(i -> put("k" + i, "2"));
        calls.allDone();
        assertThat(calls.taken()).as("a second's worth at once").hasSize(20);
        for (int second = 0; second < 4; second++) {
            time.advance(Duration.ofSeconds(1));
            calls.allDone();
        }
        assertThat(calls.taken()).hasSizeBetween(78, 80);
        time.advance(Duration.ofSeconds(1));
        calls.allDone();
        assertThat(writer.pending()).isZero();
    }

    @Test
    void aFlushWaitsForWhatWasWantedBeforeItAndForNothingElse() {
        var empty = writer.flush();
        assertThat(empty).isCompleted();
        writer.connected(calls, true);
        put("a", "1");
        var first = writer.flush();
        put("a", "2");
        put("b", "1");
        var second = writer.flush();

        assertThat(first).isNotDone();
        calls.done(); // a 1
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
        calls.done(); // b 1
        assertThat(second).isNotDone();
        calls.done(); // a 2
        assertThat(second).isCompleted();
    }

    @Test
    void aFlushOutlivesConnectionsAndFailsWhenClosed() {
        put("a", "1");
        var flushed = writer.flush();
        writer.connected(calls, true);
        writer.disconnected();
        calls.unanswered.clear();
        writer.connected(calls, true);
        calls.done();
        assertThat(flushed).isCompleted();

        put("a", "2");
        var failed = writer.flush();
        writer.close(new IllegalStateException("closed"));

        assertThatThrownBy(failed::join).hasMessageContaining("closed");
    }

    @Test
    void aLeaseTakesAThousandKeysAndDeletionsFreePlaces() {
        writer.connected(calls, true);
        IntStream.range(0, 1500).forEach(i -> put("k" + i, "1"));
        calls.allDone();
        assertThat(calls.leaseOf.values().stream().filter(lease -> lease == 1)).hasSize(1000);
        assertThat(writer.leases()).isEqualTo(2);

        IntStream.range(0, 600).forEach(i -> writer.delete("k" + i));
        calls.allDone();
        IntStream.range(2000, 3000).forEach(i -> put("k" + i, "1"));
        calls.allDone();

        assertThat(writer.leases()).isEqualTo(2);
        assertThat(calls.leaseOf).containsEntry("k2000", 1L);
    }

    @Test
    void leasesAreRenewedAtEachConnectionAndThriceInTheirTime() {
        writer.connected(calls, true);
        put("a", "1");
        calls.allDone();
        writer.disconnected();
        writer.connected(calls, true);
        assertThat(calls.renewed).containsExactly(1L);

        time.advance(TTL);

        assertThat(calls.renewed).hasSize(4);
        writer.disconnected();
        time.advance(TTL);
        assertThat(calls.renewed).hasSize(4);
    }

    @Test
    void allKeysOfALostLeaseAreWrittenAgainUnderAnother() {
        writer.connected(calls, true);
        put("a", "1");
        put("b", "1");
        calls.allDone();
        put("b", "2"); // under way when the lease is lost
        calls.taken();

        writer.leaseLost(1);
        assertThat(calls.taken()).containsExactly("put a 1");
        calls.answer(new Outcome.LeaseGone());
        assertThat(calls.taken()).containsExactly("put b 2");
        calls.allDone();

        assertThat(calls.leaseOf.values()).containsOnly(2L);
        assertThat(writer.pending()).isZero();
    }

    @Test
    void aWriteThatWasAnsweredAfterItsLeaseWasLostIsRepeated() {
        writer.connected(calls, true);
        put("a", "1");
        writer.leaseLost(1);
        calls.taken();

        calls.done();

        assertThat(calls.taken()).containsExactly("put a 1");
        assertThat(calls.leaseOf).containsEntry("a", 2L);
    }

    @Test
    void anotherStoreGetsEverythingAgain() {
        writer.connected(calls, true);
        put("a", "1");
        put("b", "1");
        calls.allDone();
        writer.disconnected();
        calls.taken();

        writer.connected(calls, false);

        assertThat(calls.taken()).containsExactlyInAnyOrder("put a 1", "put b 1");
        assertThat(calls.leaseOf.values()).containsOnly(2L);
    }

    @Test
    void aRefusedKeyIsTriedAgainAloneWithPauses() {
        writer.connected(calls, true);
        put("bad", "1");
        put("good", "1");
        calls.answer(new Outcome.Refused(false, "bad is too large"));
        calls.done();
        assertThat(calls.taken()).containsExactly("put bad 1", "put good 1");
        assertThat(writer.problem()).isEqualTo("bad is too large");
        assertThat(writer.pending()).isOne();
        assertThat(writer.refused()).isOne();

        time.advance(Duration.ofSeconds(1));
        assertThat(calls.taken()).containsExactly("put bad 1");
        calls.answer(new Outcome.Refused(false, "bad is too large"));
        put("bad", "2");
        assertThat(calls.taken()).as("another value is another try").containsExactly("put bad 2");
        calls.done();

        assertThat(writer.problem()).isEmpty();
        assertThat(writer.pending()).isZero();
        assertThat(time.timers()).as("that of the renewal").isOne();
    }

    @Test
    void aFullStoreIsProbedByOneWriteAfterPauses() {
        writer.connected(calls, true);
        IntStream.range(0, 10).forEach(i -> put("k" + i, "1"));
        IntStream.range(0, 10).forEach(i -> calls.answer(new Outcome.Refused(true, "full")));
        calls.taken();
        put("more", "1");
        assertThat(calls.taken()).isEmpty();

        for (int i = 0; i < 5; i++) {
            time.advance(Duration.ofMinutes(1));
            assertThat(calls.taken()).as("one at a time").hasSize(1);
            calls.answer(new Outcome.Refused(true, "full"));
        }
        assertThat(writer.problem()).isEqualTo("full");
        assertThat(writer.pending()).isEqualTo(11);
        time.advance(Duration.ofMinutes(1));
        calls.allDone();

        assertThat(writer.pending()).isZero();
        assertThat(writer.problem()).isEmpty();
    }

    /** Chance decides over values, answers, cuts and lost leases; at rest the store holds the newest values, on leases that live. */
    @Test
    void whateverHappensTheStoreEndsWithWhatIsWanted() {
        for (long seed = 1; seed <= 200; seed++) {
            new Wild(seed).run();
        }
    }

    private static final class Wild implements WriteCalls {
        private final long seed;
        private final Random random;
        private final ManualScheduler time = new ManualScheduler();
        private final Writer writer;
        private final Map<String, String> wanted = new TreeMap<>();
        private final Map<String, String> stored = new TreeMap<>();
        private final Map<String, Long> leaseOf = new HashMap<>();
        private final List<Runnable> underWay = new ArrayList<>();
        private final Map<String, Integer> perKey = new HashMap<>();
        private boolean connected;
        private int connections;
        private long leases;

        private Wild(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.writer = new Writer(time, time.clock(), new Random(seed),
                    new ClientOptions(REQUEST, REQUEST, REQUEST, REQUEST, 256, 1000, 1000, TTL));
        }

        private void run() {
            for (int step = 0; step < 300; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3 -> want();
                    case 4, 5, 6 -> answer();
                    case 7 -> toggle();
                    case 8 -> expire();
                    default -> time.advance(Duration.ofMillis(random.nextInt(3000)));
                }
            }
            if (!connected) {
                toggle();
            }
            for (int i = 0; i < 200; i++) {
                while (!underWay.isEmpty()) {
                    underWay.removeFirst().run();
                }
                time.advance(Duration.ofSeconds(1));
            }
            assertThat(stored).as("seed " + seed).isEqualTo(wanted);
            assertThat(leaseOf.values()).as("leases, seed " + seed).noneMatch(ended::containsKey);
            assertThat(writer.pending()).isZero();
        }

        private void want() {
            String key = "k" + random.nextInt(8);
            if (random.nextInt(4) == 0) {
                wanted.remove(key);
                writer.delete(key);
            } else {
                String value = String.valueOf(random.nextInt());
                wanted.put(key, value);
                writer.put(key, value.getBytes(UTF_8));
            }
        }

        private void answer() {
            if (!underWay.isEmpty()) {
                underWay.remove(random.nextInt(underWay.size())).run();
            }
        }

        private void toggle() {
            if (connected) {
                connected = false;
                underWay.clear();
                perKey.clear();
                writer.disconnected();
            } else {
                connected = true;
                connections++;
                writer.connected(this, true);
            }
        }

        private void expire() {
            if (connected && leases > 0) {
                end(leases);
                writer.leaseLost(leases);
            }
        }

        private void end(long lease) {
            stored.keySet().removeIf(key -> leaseOf.getOrDefault(key, 0L) == lease);
            leaseOf.values().removeIf(held -> held == lease);
            ended.put(lease, true);
        }

        private final Map<Long, Boolean> ended = new HashMap<>();

        private void ask(String key, Runnable effect, Consumer<Outcome> answer, long lease) {
            assertThat(perKey.merge(key, 1, Integer::sum)).as("writes of one key under way, seed " + seed).isOne();
            boolean[] carriedOut = new boolean[1];
            underWay.add(() -> {
                perKey.remove(key);
                carriedOut[0] = true;
                if (ended.containsKey(lease)) {
                    answer.accept(new Outcome.LeaseGone());
                } else if (random.nextInt(10) == 0) {
                    answer.accept(new Outcome.Refused(random.nextBoolean(), "no"));
                } else {
                    effect.run();
                    answer.accept(new Outcome.Done());
                }
            });
            int connection = connections;
            time.schedule(Duration.ofMillis(random.nextInt((int) REQUEST.toMillis())), () -> {
                if (!carriedOut[0] && !(connected && connection == connections) && !ended.containsKey(lease) && random.nextBoolean()) {
                    effect.run(); // of a connection that is gone, and yet it lands
                }
            });
        }

        @Override
        public void put(String key, byte[] value, long lease, Consumer<Outcome> answer) {
            ask(key, () -> {
                stored.put(key, new String(value, UTF_8));
                leaseOf.put(key, lease);
            }, answer, lease);
        }

        @Override
        public void delete(String key, Consumer<Outcome> answer) {
            ask(key, () -> {
                stored.remove(key);
                leaseOf.remove(key);
            }, answer, -2);
        }

        @Override
        public void grant(Consumer<Outcome> answer) {
            answer.accept(new Outcome.Granted(++leases));
        }

        @Override
        public void renew(long lease) {
            // kept
        }
    }
}
