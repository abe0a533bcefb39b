package io.roadstead.plugin.kubernetes.lead;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.kubernetes.call.ApiCalls;
import io.roadstead.plugin.kubernetes.call.ApiReply;
import io.roadstead.plugin.kubernetes.call.ApiRequest;
import io.roadstead.plugin.kubernetes.call.CallsFixture;
import io.roadstead.testkit.ManualScheduler;

/**
 * Three contenders of one Lease on a real server, in an hour of kills, pauses, cut networks, lost answers and clocks that are set: on one timeline, never two that may
 * write, and never nobody for long while somebody could.
 */
class LeadersInTroubleTest {

    private static final LeaderConfig CONFIG =
            new LeaderConfig(true, "kube-system", "roadstead", Duration.ofSeconds(15), Duration.ofSeconds(10),
                    Duration.ofSeconds(2));
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration TICK = Duration.ofMillis(100);
    /** Clocks run this much fast or slow. */
    private static final double DRIFT = 0.02;
    private static final int MOST_DELAY_MILLIS = 200;
    /** Lease and retry, by the slowest clock, and two lost answers in the way, each of which costs half the renew deadline and a retry. */
    private static final Duration BOUND =
            Duration.ofMillis((long) ((15_000 + 2000 + 2 * (5000 + 2000)) * (1 + DRIFT)) + 10 * MOST_DELAY_MILLIS);

    private final ManualScheduler time = new ManualScheduler();
    private final List<Agent> agents = new ArrayList<>();
    private int terms;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void neverTwoAndNeverNobodyForLong(long seed) {
        Random random = new Random(seed);
        try (CallsFixture api = new CallsFixture()) {
            for (int i = 0; i < 3; i++) {
                agents.add(new Agent("node-" + i, api, random));
            }
            Instant lastLed = time.clock().instant();
            Instant end = lastLed.plus(HOUR);
            Instant nextTrouble = lastLed.plusSeconds(20);
            while (time.clock().instant().isBefore(end)) {
                time.advance(TICK);
                Instant now = time.clock().instant();
                check();
                if (agents.stream().anyMatch(agent -> agent.election.valid())) {
                    lastLed = now;
                }
                Instant ledUntil = lastLed;
                Duration alone = agents.stream().filter(Agent::able).map(agent -> agent.ableSince)
                        .map(since -> Duration.between(since.isAfter(ledUntil) ? since : ledUntil, now)).max(Comparator.naturalOrder())
                        .orElse(Duration.ZERO);
                assertThat(alone).as("seed %s at %s: time without a leader while somebody could lead: %s", seed, now, agents)
                        .isLessThan(BOUND);
                if (!now.isBefore(nextTrouble)) {
                    trouble(api, random);
                    nextTrouble = now.plusMillis(1000 + random.nextInt(20_000));
                }
            }
            assertThat(terms).as("terms in an hour, seed %s", seed).isGreaterThan(20);
        }
    }

    private void check() {
        assertThat(agents.stream().filter(agent -> agent.election.valid()))
                .as("who may write at %s", time.clock().instant()).hasSizeLessThan(2);
        assertThat(agents.stream().filter(agent -> agent.running() && agent.told))
                .as("who was told to lead at %s", time.clock().instant()).hasSizeLessThan(2);
    }

    private void trouble(CallsFixture api, Random random) {
        int which = random.nextInt(agents.size());
        Agent agent = agents.get(which);
        if (!agent.alive) {
            return; // another comes in its place
        }
        Duration length = Duration.ofMillis(500 + random.nextInt(40_000));
        switch (random.nextInt(7)) {
            case 0, 1 -> { // killed, and another in its place after a while
                agent.alive = false;
                time.schedule(length, () -> agents.set(which, new Agent("node-" + which, api, random)));
            }
            case 2, 3 -> {
                agent.paused = true;
                time.schedule(length, agent::resume);
            }
            case 4 -> {
                agent.connected = false;
                time.schedule(length, agent::reconnect);
            }
            case 5 -> agent.skew = agent.skew.plusSeconds(random.nextInt(20_000) - 10_000);
            default -> {
                if (agent.running()) {
                    agent.election.close();
                    agent.alive = false;
                    time.schedule(length, () -> agents.set(which, new Agent("node-" + which, api, random)));
                }
            }
        }
    }

    /** An agent with a clock, a thread and a network of its own. */
    private final class Agent implements Loop, ApiCalls {
        private final String identity;
        private final CallsFixture api;
        private final Random random;
        private final double rate;
        private final Instant born = time.clock().instant();
        private final long origin;
        private final Deque<Runnable> backlog = new ArrayDeque<>();
        private final LeaseElection election;
        private Instant ableSince = born;
        private Duration skew;
        private boolean alive = true;
        private boolean paused;
        private boolean connected = true;
        private boolean told;

        private Agent(String node, CallsFixture api, Random random) {
            this.identity = node + "_" + random.nextInt(1_000_000);
            this.api = api;
            this.random = random;
            this.rate = 1 + (random.nextDouble() * 2 - 1) * DRIFT;
            this.origin = random.nextLong();
            this.skew = Duration.ofSeconds(random.nextInt(20_000) - 10_000);
            this.election = new LeaseElection(this, this, () -> time.clock().instant().plus(skew),
                    () -> origin + (long) (Duration.between(born, time.clock().instant()).toNanos() * rate), random, CONFIG, identity,
                    () -> CompletableFuture.completedStage(null));
            election.contend("addresses", leads -> {
                told = leads;
                terms += leads ? 1 : 0;
                check();
            });
        }

        private boolean running() {
            return alive && !paused;
        }

        /** Whether nothing keeps it from leading; since when nothing does, it keeps. */
        private boolean able() {
            return running() && connected;
        }

        private void resume() {
            paused = false;
            ableSince = time.clock().instant();
            while (!backlog.isEmpty() && running()) {
                backlog.poll().run();
            }
        }

        private void reconnect() {
            connected = true;
            ableSince = time.clock().instant();
        }

        @Override
        public String name() {
            return identity;
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            schedule(Duration.ZERO, task);
        }

        @Override
        public TimerHandle schedule(Duration delay, Runnable task) {
            boolean[] cancelled = {false};
            Runnable unlessCancelled = () -> {
                if (!cancelled[0]) {
                    task.run();
                }
            };
            time.schedule(Duration.ofNanos((long) Math.ceil(delay.toNanos() / rate)), () -> {
                if (paused) {
                    backlog.add(unlessCancelled);
                } else if (alive) {
                    unlessCancelled.run();
                }
            });
            return () -> cancelled[0] = true;
        }

        /** On the way for a while, both there and back; what is under way arrives although its sender is gone. */
        @Override
        public CompletableFuture<ApiReply> send(ApiRequest request, Duration timeout) {
            CompletableFuture<ApiReply> answer = new CompletableFuture<>();
            boolean lost = random.nextInt(100) == 0;
            boolean answerLost = random.nextInt(100) == 0;
            if (connected && !lost) {
                time.schedule(delay(), () -> {
                    ApiReply reply = api.send(request, timeout).join();
                    if (connected && !answerLost) {
                        time.schedule(delay(), () -> answer.complete(reply));
                    }
                });
            }
            return answer;
        }

        private Duration delay() {
            return Duration.ofMillis(random.nextInt(MOST_DELAY_MILLIS));
        }

        @Override
        public String toString() {
            return identity + (alive ? "" : " dead") + (paused ? " paused" : "") + (connected ? "" : " cut") + (told ? " told" : "");
        }
    }
}
