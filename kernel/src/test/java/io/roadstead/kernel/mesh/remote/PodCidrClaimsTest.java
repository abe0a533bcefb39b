package io.roadstead.kernel.mesh.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.kernel.mesh.remote.PodCidrClaims.Node;

class PodCidrClaimsTest {

    private static final Node WEST = new Node("west", "n1");
    private static final Node SOUTH = new Node("south", "n1");
    private static final Node NORTH = new Node("north", "n1");

    private final PodCidrClaims claims = new PodCidrClaims(() -> "east");

    private static List<IpPrefix> cidrs(String... texts) {
        return Stream.of(texts).map(IpPrefix::parse).toList();
    }

    @Test
    void theFirstHasItTheSecondWaitsAndFollowsBeforeTheThird() {
        assertThat(claims.set(WEST, cidrs("10.1.0.0/16"))).containsExactly(WEST);
        assertThat(claims.set(SOUTH, cidrs("10.1.2.0/24", "10.2.0.0/16"))).containsExactly(SOUTH);
        assertThat(claims.set(NORTH, cidrs("10.1.2.0/25"))).isEmpty();
        assertThat(claims.accepted(SOUTH, cidrs("10.1.2.0/24", "10.2.0.0/16"))).as("its other CIDRs stay").isEqualTo(cidrs("10.2.0.0/16"));
        assertThat(claims.conflicts(9)).extracting(conflict -> conflict.node() + " " + conflict.prefix() + " " + conflict.with())
                .containsExactly("south/n1 10.1.2.0/24 10.1.0.0/16 of node west/n1", "north/n1 10.1.2.0/25 10.1.0.0/16 of node west/n1");

        assertThat(claims.set(WEST, List.of())).containsExactly(WEST, SOUTH);
        assertThat(claims.conflicts(9)).extracting(PodCidrClaims.Conflict::with).containsExactly("10.1.2.0/24 of node south/n1");
        assertThat(claims.set(SOUTH, cidrs("10.2.0.0/16"))).containsExactly(SOUTH, NORTH);
        assertThat(claims.conflictCount()).isZero();
    }

    @Test
    void theOwnClustersCountEvenWhenTheyComeLater() {
        claims.set(WEST, cidrs("10.1.0.0/16"));
        claims.set(SOUTH, cidrs("10.1.9.0/24"));

        assertThat(claims.setOwn("k1", cidrs("10.1.1.0/24"))).as("what the evicted one held back can be used").containsExactly(WEST, SOUTH);
        assertThat(claims.accepted(WEST, cidrs("10.1.0.0/16"))).isEmpty();
        assertThat(claims.conflicts(9)).extracting(PodCidrClaims.Conflict::with)
                .containsExactly("10.1.1.0/24 of node east/k1 of the own cluster");
        assertThat(claims.setOwn("k1", cidrs("10.1.1.0/24"))).as("said again").isEmpty();

        claims.set(SOUTH, List.of());
        assertThat(claims.setOwn("k1", List.of())).containsExactly(WEST);
        assertThat(claims.anyTaken()).isFalse();
    }

    @Test
    void anAddressInTheOwnOrInARefusedCidrIsTaken() {
        claims.setOwn("k1", cidrs("10.9.0.0/16", "fd00::/64"));
        claims.set(WEST, cidrs("10.1.0.0/16"));
        claims.set(SOUTH, cidrs("10.1.2.0/24"));

        assertThat(claims.taken("west", IpAddress.parse("10.9.3.4"))).contains("Pod CIDR 10.9.0.0/16 of node east/k1 of the own cluster");
        assertThat(claims.taken("west", IpAddress.parse("fd00::7"))).isPresent();
        assertThat(claims.taken("south", IpAddress.parse("10.1.2.3")))
                .contains("Pod CIDR 10.1.2.0/24 of node south/n1, which overlaps 10.1.0.0/16 of node west/n1");
        assertThat(claims.taken("west", IpAddress.parse("10.1.2.3"))).as("west has it").isEmpty();
        assertThat(claims.taken("south", IpAddress.parse("10.3.2.3"))).isEmpty();
    }

    @Test
    void theTwoFamiliesAndTheCidrsOfOneNodeDoNotDisturbEachOther() {
        claims.set(WEST, cidrs("0.0.0.0/0", "10.0.0.0/8"));
        claims.set(SOUTH, cidrs("::/0"));

        assertThat(claims.conflictCount()).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 42, 20_261_123, -7})
    void nothingThatIsAcceptedOverlapsAndWhatWaitsHasAReason(long seed) {
        Random random = new Random(seed);
        Map<Node, List<IpPrefix>> said = new HashMap<>();
        Map<String, List<IpPrefix>> own = new HashMap<>();
        Map<Node, List<IpPrefix>> told = new HashMap<>();
        for (int step = 0; step < 800; step++) {
            List<IpPrefix> prefixes = IntStream.range(0, random.nextInt(3)).mapToObj(i -> prefix(random)).distinct().toList();
            var changed = random.nextInt(4) == 0
                    ? setOwn(own, "k" + random.nextInt(4), prefixes)
                    : set(said, new Node("c" + random.nextInt(3), "n" + random.nextInt(4)), prefixes);
            changed.forEach(node -> told.put(node, claims.accepted(node, said.getOrDefault(node, List.of()))));
            said.forEach((node, all) -> assertThat(told.getOrDefault(node, List.of())).as("seed %d step: what was told of %s", seed, node)
                    .isEqualTo(claims.accepted(node, all)));
            check(said, own);
        }
    }

    private Set<Node> set(Map<Node, List<IpPrefix>> said, Node node, List<IpPrefix> prefixes) {
        said.put(node, prefixes);
        return claims.set(node, prefixes);
    }

    private Set<Node> setOwn(Map<String, List<IpPrefix>> own, String node, List<IpPrefix> prefixes) {
        own.put(node, prefixes);
        return claims.setOwn(node, prefixes);
    }

    private void check(Map<Node, List<IpPrefix>> said, Map<String, List<IpPrefix>> own) {
        record Held(Object by, IpPrefix prefix) {
        }
        List<Held> held = new ArrayList<>();
        own.forEach((node, prefixes) -> prefixes.forEach(prefix -> held.add(new Held("own", prefix))));
        said.forEach((node, prefixes) -> claims.accepted(node, prefixes).forEach(prefix -> held.add(new Held(node, prefix))));
        int refused = 0;
        for (var entry : said.entrySet()) {
            List<IpPrefix> accepted = claims.accepted(entry.getKey(), entry.getValue());
            for (IpPrefix prefix : entry.getValue()) {
                boolean disturbed =
                        held.stream().anyMatch(other -> !other.by.equals(entry.getKey()) && other.prefix.overlaps(prefix));
                assertThat(accepted.contains(prefix)).as("%s %s", entry.getKey(), prefix).isEqualTo(!disturbed);
                refused += disturbed ? 1 : 0;
            }
        }
        assertThat(claims.conflictCount()).isEqualTo(refused);
    }

    private static IpPrefix prefix(Random random) {
        return random.nextInt(5) == 0
                ? IpPrefix.containing(IpAddress.ipv6(0xfd00L << 48, (long) random.nextInt(4) << 62), 64 + random.nextInt(4))
                : IpPrefix.containing(IpAddress.ipv4(0x0a000000 | random.nextInt(32) << 19), 8 + random.nextInt(6));
    }
}
