package io.roadstead.kernel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.Needs.Scope;
import io.roadstead.testkit.ManualScheduler;

class ClusterNeedsTest {

    private static final Needs ALL_NODES = new Needs(Scope.ALL, Scope.NONE, false);
    private static final Needs OWN_PODS = new Needs(Scope.OWN_NODE, Scope.OWN_NODE, false);

    private final ManualScheduler loop = new ManualScheduler();
    private final ClusterNeeds needs = new ClusterNeeds(loop);
    private final List<Needs> told = new ArrayList<>();

    @Test
    void theSumIsToldAtOnceAndOnlyWhenItChangesAndNeverFromTheCallersThread() {
        needs.set("routes", ALL_NODES);
        needs.follow(into(told));
        assertThat(told).containsExactly(ALL_NODES);

        needs.set("leader of bgp-conditions", ALL_NODES);
        needs.set("maintenance", OWN_PODS);
        assertThat(told).hasSize(1);
        loop.runReady();
        assertThat(told).endsWith(new Needs(Scope.ALL, Scope.OWN_NODE, false)).hasSize(2);

        needs.set("routes", Needs.OWN_NODE);
        loop.runReady();
        assertThat(told).hasSize(2);
        needs.set("leader of bgp-conditions", Needs.OWN_NODE);
        needs.set("maintenance", Needs.OWN_NODE);
        loop.runReady();
        assertThat(told).endsWith(Needs.OWN_NODE).hasSize(3);
    }

    @Test
    void anotherOneThatFollowsTakesTheFormersPlace() {
        Registration first = needs.follow(into(told));
        List<Needs> second = new ArrayList<>();
        Registration following = needs.follow(into(second));
        first.close();
        needs.set("routes", ALL_NODES);
        loop.runReady();

        assertThat(told).containsExactly(Needs.OWN_NODE);
        assertThat(second).containsExactly(Needs.OWN_NODE, ALL_NODES);

        following.close();
        needs.set("routes", Needs.OWN_NODE);
        loop.runReady();
        assertThat(second).hasSize(2);
    }

    @Test
    void aPartHearsWhenWhatItNeedsHasBeenReadAlsoWhenAnotherNeededItBefore() {
        CompletableFuture<Void> read = new CompletableFuture<>();
        CompletionStage<Void> first = needs.set("routes", ALL_NODES);
        loop.runReady();
        assertThat(first.toCompletableFuture()).isNotDone();

        needs.follow(now -> read);
        CompletionStage<Void> second = needs.set("leader", ALL_NODES);
        CompletionStage<Void> third = needs.set("other", ALL_NODES);
        loop.runReady();
        assertThat(second.toCompletableFuture()).isNotDone();
        read.complete(null);
        assertThat(second.toCompletableFuture()).isCompleted();
        assertThat(third.toCompletableFuture()).isCompleted();

        needs.follow(now -> CompletableFuture.failedStage(new IllegalStateException("no")));
        CompletionStage<Void> refused = needs.set("mesh", Needs.EVERYTHING);
        loop.runReady();
        assertThat(refused.toCompletableFuture()).isCompletedExceptionally();
    }

    private static Function<Needs, CompletionStage<Void>> into(List<Needs> told) {
        return now -> {
            told.add(now);
            return CompletableFuture.completedStage(null);
        };
    }

    @Test
    void sessionsAndPodsAddUp() {
        assertThat(new Needs(Scope.OWN_NODE, Scope.ALL, false).and(new Needs(Scope.ALL, Scope.OWN_NODE, true))).isEqualTo(Needs.EVERYTHING);
        assertThat(Needs.OWN_NODE.and(Needs.OWN_NODE)).isEqualTo(Needs.OWN_NODE);
    }
}
