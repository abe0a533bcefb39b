package io.roadstead.kernel.mesh.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.net.IpPrefix;

/** What becomes of objects whose addresses are somebody else's. */
class OverlapTest {

    private final MeshLab lab = new MeshLab();

    OverlapTest() {
        lab.open();
        lab.configured("south", "west");
        lab.ready("west", 7);
        lab.ready("south", 8);
    }

    @Test
    void theSecondNodeKeepsItsOtherCidrsAndBothAreNamed() {
        lab.writer("south", 8).node("n2", "10.7.1.128/25", "10.8.2.0/24");

        assertThat(lab.node("south", "n2").podCidrs()).hasToString("[10.8.2.0/24]");
        assertThat(lab.remotes.problems()).containsExactly("node south/n2: its Pod CIDR 10.7.1.128/25 overlaps 10.7.1.0/24 of node west/n1"
                + " and is not used; give the clusters Pod CIDRs that do not overlap");
        assertThat(lab.view("south").ready()).isTrue();

        lab.configured("south");
        assertThat(lab.node("south", "n2").podCidrs()).hasToString("[10.7.1.128/25, 10.8.2.0/24]");
        assertThat(lab.remotes.problems()).isEmpty();
    }

    @Test
    void endpointsInAnOwnPodCidrAreNotUsedForAsLongAsItIsThere() {
        lab.writer("west", 7).service("cart", "10.7.1.5", "10.99.0.5", "10.99.0.6");
        lab.sink.takeBatches();

        lab.remotes.ownPodCidrs(Map.of("k1", List.of(IpPrefix.parse("10.99.0.0/24"))));
        lab.run();

        assertThat(lab.service("west", "cart").endpoints()).extracting(endpoint -> endpoint.address().toString())
                .containsExactly("10.7.1.5");
        assertThat(lab.sink.takeBatches()).as("nothing else is said again").flatExtracting(batch -> batch.upserts()).hasSize(1);
        assertThat(lab.remotes.problems()).containsExactly("Service shop/cart of cluster west: 2 endpoints are not used, 10.99.0.5 is in"
                + " Pod CIDR 10.99.0.0/24 of node east/k1 of the own cluster; give the clusters Pod CIDRs that do not overlap");
        lab.writer("west", 7).service("cart", "10.99.0.7");
        assertThat(lab.service("west", "cart").endpoints()).isEmpty();

        lab.remotes.ownPodCidrs(Map.of("k1", List.of()));
        lab.run();
        assertThat(lab.service("west", "cart").endpoints()).hasSize(1);
        assertThat(lab.remotes.problems()).isEmpty();
    }

    @Test
    void endpointsInACidrThatIsRefusedAreNotUsedEither() {
        lab.writer("south", 8).service("cart", "10.8.1.5", "10.7.1.200");
        assertThat(lab.service("south", "cart").endpoints()).hasSize(2);

        lab.writer("south", 8).node("n2", "10.7.1.128/25");
        assertThat(lab.service("south", "cart").endpoints()).hasSize(1);
        assertThat(lab.service("west", "cart").endpoints()).as("of the one that has it").hasSize(1);

        lab.writer("west", 7).delete("cilium/state/nodes/v1/west/n1");
        assertThat(lab.service("south", "cart").endpoints()).hasSize(2);
    }

    @Test
    void anOwnNodeThatComesLaterTakesTheCidrFromARemoteOne() {
        lab.remotes.ownPodCidrs(Map.of("k1", List.of(IpPrefix.parse("10.7.0.0/16"))));
        lab.run();

        assertThat(lab.node("west", "n1").podCidrs()).isEmpty();
        assertThat(lab.names(RemoteNode.class)).containsExactly("south/n1", "west/n1");
        assertThat(lab.service("west", "cart").endpoints()).isEmpty();
    }

    @Test
    void manyOverlapsAreFewProblems() {
        MeshLab.Writer south = lab.writer("south", 8);
        IntStream.range(0, 30).forEach(i -> south.node("m" + i, "10.7.1." + i * 8 + "/29"));

        assertThat(lab.remotes.problems()).hasSize(21).last().isEqualTo("10 further Pod CIDRs overlap");
    }
}
