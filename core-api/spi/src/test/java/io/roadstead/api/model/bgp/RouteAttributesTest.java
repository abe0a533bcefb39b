package io.roadstead.api.model.bgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.net.IpAddress;

class RouteAttributesTest {

    private static final long SEED = 20_260_103L;

    @Test
    void mergeTakesTheBetterOfEach() {
        RouteAttributes one = attributes(Origin.EGP, 1, 200L, 50L, 3, null);
        RouteAttributes two = attributes(Origin.IGP, 2, 100L, 70L, 1, "192.0.2.1");

        RouteAttributes merged = one.merge(two);

        assertThat(merged.origin()).isEqualTo(Origin.IGP);
        assertThat(merged.communities()).containsExactly(new Community(1), new Community(2));
        assertThat(merged.largeCommunities()).containsExactly(new LargeCommunity(1, 1, 1), new LargeCommunity(2, 2, 2));
        assertThat(merged.localPreference()).isEqualTo(200);
        assertThat(merged.med()).isEqualTo(50);
        assertThat(merged.prepend()).isEqualTo(1);
        assertThat(merged.nextHop()).isEqualTo(IpAddress.parse("192.0.2.1"));
    }

    @Test
    void mergeKeepsWhatOnlyOneStatesAndTheFirstNextHop() {
        RouteAttributes stated = attributes(Origin.IGP, 1, 200L, 50L, 0, "192.0.2.1");
        RouteAttributes other = attributes(Origin.IGP, 1, null, null, 0, "192.0.2.2");

        assertThat(RouteAttributes.PLAIN.merge(stated)).isEqualTo(stated);
        assertThat(stated.merge(RouteAttributes.PLAIN)).isEqualTo(stated);
        assertThat(stated.merge(other)).isEqualTo(stated);
        assertThat(other.merge(stated).nextHop()).isEqualTo(other.nextHop());
    }

    @Test
    void mergeDependsOnTheOrderForTheNextHopOnly() {
        Random random = new Random(SEED);
        for (int i = 0; i < 2000; i++) {
            RouteAttributes one = random(random);
            RouteAttributes two = random(random);
            RouteAttributes three = random(random);

            assertThat(one.merge(two)).as("seed %d, round %d", SEED, i).isEqualTo(two.merge(one));
            assertThat(one.merge(two).merge(three)).as("seed %d, round %d", SEED, i).isEqualTo(one.merge(two.merge(three)));
            assertThat(one.merge(one)).isEqualTo(one);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 4_294_967_296L})
    void numbersHave32Bits(long value) {
        assertThatThrownBy(() -> attributes(Origin.IGP, 1, value, null, 0, null))
                .hasMessage("localPreference " + value + " is not in 0 to 4294967295");
        assertThatThrownBy(() -> attributes(Origin.IGP, 1, null, value, 0, null)).hasMessage("med " + value + " is not in 0 to 4294967295");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 17})
    void prependIsLimited(int prepend) {
        assertThatThrownBy(() -> attributes(Origin.IGP, 1, null, null, prepend, null))
                .hasMessage("prepend " + prepend + " is not in 0 to 16");
    }

    @Test
    void setsAreCopiedAndCannotBeChanged() {
        TreeSet<Community> given = new TreeSet<>();
        RouteAttributes attributes = new RouteAttributes(Origin.IGP, given, new TreeSet<>(), null, null, 0, null);

        given.add(new Community(1));

        assertThat(attributes).isEqualTo(RouteAttributes.PLAIN);
        assertThatThrownBy(() -> attributes.communities().add(new Community(1))).isInstanceOf(UnsupportedOperationException.class);
    }

    private static RouteAttributes random(Random random) {
        return attributes(List.of(Origin.values()).get(random.nextInt(3)), random.nextInt(4),
                random.nextBoolean() ? null : Long.valueOf(random.nextInt(3)),
                random.nextBoolean() ? null : Long.valueOf(random.nextInt(3)), random.nextInt(3), null);
    }

    private static RouteAttributes attributes(Origin origin, int community, @Nullable Long localPreference, @Nullable Long med, int prepend,
            @Nullable String nextHop) {
        TreeSet<Community> communities = new TreeSet<>();
        communities.add(new Community(community));
        TreeSet<LargeCommunity> large = new TreeSet<>();
        large.add(new LargeCommunity(community, community, community));
        return new RouteAttributes(origin, communities, large, localPreference, med, prepend,
                nextHop == null ? null : IpAddress.parse(nextHop));
    }
}
