package io.roadstead.kernel.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.source.Needs;
import io.roadstead.kernel.cluster.ClusterNeeds;
import io.roadstead.testkit.ManualScheduler;

class NeedingElectionTest {

    @Test
    void onlyWhoLeadsNeedsMore() {
        ClusterNeeds needs = new ClusterNeeds(new ManualScheduler());
        List<Consumer<Boolean>> candidates = new ArrayList<>();
        List<Boolean> told = new ArrayList<>();
        Registration contending = new NeedingElection((role, leads) -> {
            candidates.add(leads);
            return candidates::clear;
        }, needs, Needs.EVERYTHING).contend("role", told::add);
        assertThat(needs.sum()).isEqualTo(Needs.OWN_NODE);

        candidates.getFirst().accept(true);
        assertThat(needs.sum()).isEqualTo(Needs.EVERYTHING);
        candidates.getFirst().accept(false);
        assertThat(needs.sum()).isEqualTo(Needs.OWN_NODE);
        assertThat(told).containsExactly(true, false);

        candidates.getFirst().accept(true);
        contending.close();
        assertThat(needs.sum()).isEqualTo(Needs.OWN_NODE);
        assertThat(candidates).isEmpty();
    }
}
