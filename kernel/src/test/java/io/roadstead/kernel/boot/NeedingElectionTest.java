package io.roadstead.kernel.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.source.Needs;
import io.roadstead.kernel.cluster.ClusterNeeds;
import io.roadstead.testkit.ManualScheduler;

class NeedingElectionTest {

    private final ManualScheduler loop = new ManualScheduler();
    private final ClusterNeeds needs = new ClusterNeeds(loop);
    private final List<Consumer<Boolean>> candidates = new ArrayList<>();
    private final List<Boolean> told = new ArrayList<>();
    private CompletableFuture<Void> read = new CompletableFuture<>();
    private final Registration contending = new NeedingElection((role, leads) -> {
        candidates.add(leads);
        return () -> leads.accept(false);
    }, needs, Needs.EVERYTHING).contend("role", told::add);

    NeedingElectionTest() {
        needs.follow(now -> read);
    }

    @Test
    void whoIsElectedLeadsWhenWhatThatNeedsHasBeenRead() {
        assertThat(needs.sum()).isEqualTo(Needs.OWN_NODE);

        elected(true);
        assertThat(needs.sum()).isEqualTo(Needs.EVERYTHING);
        assertThat(told).isEmpty();
        read.complete(null);
        assertThat(told).containsExactly(true);

        elected(false);
        assertThat(told).containsExactly(true, false);
        assertThat(needs.sum()).isEqualTo(Needs.OWN_NODE);
    }

    @Test
    void whatIsReadAfterTheElectionWasLostMakesNobodyLead() {
        CompletableFuture<Void> late = read;
        elected(true);
        elected(false);
        read = new CompletableFuture<>();
        elected(true);
        late.complete(null);
        assertThat(told).containsExactly(false);

        read.complete(null);
        assertThat(told).containsExactly(false, true);
    }

    @Test
    void whoContendsNoMoreNeedsNoMore() {
        elected(true);
        read.complete(null);
        contending.close();

        assertThat(told).containsExactly(true, false);
        assertThat(needs.sum()).isEqualTo(Needs.OWN_NODE);
    }

    @Test
    void whoDoesNotGetWhatItNeedsDoesNotLead() {
        read.completeExceptionally(new IllegalStateException("no"));
        elected(true);

        assertThat(told).isEmpty();
    }

    private void elected(boolean now) {
        candidates.getFirst().accept(now);
        loop.runReady();
    }
}
