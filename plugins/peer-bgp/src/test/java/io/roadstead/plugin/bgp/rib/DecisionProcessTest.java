package io.roadstead.plugin.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.RibEntry;
import io.roadstead.plugin.bgp.Seeds;

class DecisionProcessTest {

    private static final IpPrefix PREFIX = IpPrefix.parse("10.0.0.0/8");

    static Stream<Arguments> steps() {
        Paths plain = Paths.PLAIN;
        return Stream.of(
                Arguments.of("higher local preference over a shorter path", BestPathReason.LOCAL_PREFERENCE,
                        path("a", false, 2, plain.preference(200).as(1, 2, 3)), path("b", false, 1, plain)),
                Arguments.of("a missing local preference is 100", BestPathReason.LOCAL_PREFERENCE, path("a", false, 2, plain),
                        path("b", false, 1, plain.preference(99))),
                Arguments.of("shorter AS path over a better origin", BestPathReason.AS_PATH_LENGTH,
                        path("a", false, 2, plain.origin(Origin.INCOMPLETE)), path("b", false, 1, plain.as(65010, 65011))),
                Arguments.of("IGP over EGP, whatever the MED", BestPathReason.ORIGIN, path("a", false, 2, plain.med(9)),
                        path("b", false, 1, plain.origin(Origin.EGP))),
                Arguments.of("EGP over incomplete", BestPathReason.ORIGIN, path("a", false, 2, plain.origin(Origin.EGP)),
                        path("b", false, 1, plain.origin(Origin.INCOMPLETE))),
                Arguments.of("lower MED of one neighbouring AS, also over internal", BestPathReason.MED, path("a", true, 2, plain.med(5)),
                        path("b", false, 1, plain.med(6))),
                Arguments.of("a missing MED is 0", BestPathReason.MED, path("a", false, 2, plain), path("b", false, 1, plain.med(1))),
                Arguments.of("MEDs of two ASes say nothing", BestPathReason.ROUTER_ID, path("a", false, 1, plain.med(9)),
                        path("b", false, 2, plain.as(65011).med(1))),
                Arguments.of("external over internal", BestPathReason.EXTERNAL, path("a", false, 2, plain), path("b", true, 1, plain)),
                Arguments.of("lower router id, unsigned", BestPathReason.ROUTER_ID, path("a", false, 1, plain),
                        path("b", false, 0x80000000, plain)),
                Arguments.of("the originator's id stands for the reflector's", BestPathReason.ROUTER_ID,
                        path("a", true, 9, plain.originator("0.0.0.1")), path("b", true, 2, plain)),
                Arguments.of("shorter cluster list", BestPathReason.CLUSTER_LIST_LENGTH,
                        path("a", true, 7, plain.originator("0.0.0.5").clusters("0.0.0.6")),
                        path("b", true, 1, plain.originator("0.0.0.5").clusters("0.0.0.6", "0.0.0.7"))),
                Arguments.of("lower peer address", BestPathReason.PEER_ADDRESS, path("a", false, 1, plain), path("b", false, 1, plain)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("steps")
    void theFirstStepThatDiffersDecidesInWhicheverOrderPathsCame(String name, BestPathReason step, DecisionProcess.Path winner,
            DecisionProcess.Path loser) {
        for (List<DecisionProcess.Path> order : List.of(List.of(winner, loser), List.of(loser, winner))) {
            assertThat(DecisionProcess.SINGLE_PATH.rank(order)).containsExactly(new DecisionProcess.Ranked(winner, true, true, step),
                    new DecisionProcess.Ranked(loser, false, false, step));
        }
    }

    @Test
    void theChoiceDoesNotDependOnTheOrderOfArrival() {
        // By pairs these three would go round in a circle: MED beats within AS 65010, router ids between the ASes.
        List<DecisionProcess.Path> paths =
                new ArrayList<>(List.of(path("a", false, 2, Paths.PLAIN.med(10)), path("b", false, 3, Paths.PLAIN.as(65011)),
                        path("c", false, 4, Paths.PLAIN.med(5))));
        for (int seed : Seeds.many(DecisionProcessTest.class, 20)) {
            Collections.shuffle(paths, new Random(seed));

            assertThat(DecisionProcess.SINGLE_PATH.rank(paths).getFirst().path().source().peer().peer()).as("seed %d", seed).isEqualTo("b");
        }
    }

    @Test
    void pathsOfEqualCostShareTheLoadUpToTheirLimit() {
        List<DecisionProcess.Path> paths =
                List.of(path("a", false, 1, Paths.PLAIN), path("b", false, 2, Paths.PLAIN), path("c", false, 3, Paths.PLAIN),
                        path("d", false, 4, Paths.PLAIN.as(65099)), path("e", true, 5, Paths.PLAIN));

        assertThat(multipath(new DecisionProcess(8, false), paths)).as("equal AS paths").containsExactlyInAnyOrder("a", "b", "c");
        assertThat(multipath(new DecisionProcess(8, true), paths)).as("equally long AS paths").containsExactlyInAnyOrder("a", "b", "c",
                "d");
        assertThat(multipath(new DecisionProcess(2, true), paths)).hasSize(2).contains("a");
        assertThat(multipath(DecisionProcess.SINGLE_PATH, paths)).containsExactly("a");
    }

    @Test
    void theLocRibTellsWhichPrefixesChangedTheirBestPaths() {
        LocRib rib = new LocRib(AfiSafi.IPV4_UNICAST, DecisionProcess.SINGLE_PATH);
        PathSource one = source("a", false, 1);
        PathSource two = source("b", false, 2);

        assertThat(rib.apply(two, List.of(change(Paths.PLAIN)))).containsExactly(PREFIX);
        assertThat(rib.apply(one, List.of(change(Paths.PLAIN)))).as("a better one").containsExactly(PREFIX);
        assertThat(rib.apply(two, List.of(change(Paths.PLAIN.med(3))))).as("a worse one").isEmpty();
        assertThat(rib.entries()).extracting(RibEntry::peer, RibEntry::best, RibEntry::reason).containsExactly(
                tuple(one.peer(), true, "MED"), tuple(two.peer(), false, "MED"));
        assertThat(rib.remove(one.peer())).containsExactly(PREFIX);
        assertThat(rib.entries()).singleElement().returns("only path", RibEntry::reason);
        assertThat(rib.apply(two, List.of(new RouteChange(PREFIX, null, Instants.T1)))).containsExactly(PREFIX);
        assertThat(rib.size()).isZero();
        assertThat(rib.apply(two, List.of(new RouteChange(PREFIX, null, Instants.T1)))).isEmpty();
    }

    private static List<String> multipath(DecisionProcess process, List<DecisionProcess.Path> paths) {
        return process.rank(paths).stream().filter(DecisionProcess.Ranked::multipath).map(ranked -> ranked.path().source().peer().peer())
                .toList();
    }

    private static RouteChange change(Paths attributes) {
        return new RouteChange(PREFIX, attributes.build(), Instants.T0);
    }

    private static DecisionProcess.Path path(String peer, boolean internal, int routerId, Paths attributes) {
        return new DecisionProcess.Path(source(peer, internal, routerId), attributes.build(), Instants.T0);
    }

    private static PathSource source(String peer, boolean internal, int routerId) {
        return new PathSource(new PeerId("i", peer), internal, new RouterId(routerId), IpAddress.parse("192.0.2." + (int) peer.charAt(0)));
    }
}
