package io.roadstead.plugin.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.plugin.bgp.Seeds;

/** An Adj-RIB-Out against naive maps: after every drain the peer's view is what is wanted, and nothing was said without need. The seed stands in the failure. */
class AdjRibOutModelTest {

    private static final AfiSafi FAMILY = AfiSafi.IPV4_UNICAST;
    private static final OutboundAttributes SESSION =
            new OutboundAttributes(new AsNumber(65001), false, IpAddress.parse("192.0.2.1"), null, null, false);
    private static final List<RouteAttributes> CHOICES =
            List.of(RouteAttributes.PLAIN, attributes(1, null, null), attributes(2, null, null),
                    attributes(2, 200L, null), attributes(3, null, 50L),
                    new RouteAttributes(RouteAttributes.PLAIN.origin(), Collections.emptySortedSet(), Collections.emptySortedSet(), null,
                            null, 2,
                            IpAddress.parse("2001:db8::1"))); // cannot be said: no next hop of that family here

    @Test
    void theViewOfThePeerIsWhatIsWanted() {
        for (int seed : Seeds.many(AdjRibOutModelTest.class, 400)) {
            run(seed, new Random(seed));
        }
    }

    private static void run(int seed, Random random) {
        AdjRibOut rib = new AdjRibOut(FAMILY);
        Map<IpPrefix, RouteAttributes> wanted = new HashMap<>();
        RecordingSink peer = new RecordingSink(random.nextInt(1, 9));
        boolean connected = false;
        boolean replaced = false;
        boolean refreshed = false;
        for (int step = 0; step < 250; step++) {
            String where = "seed " + seed + " step " + step;
            switch (random.nextInt(12)) {
                case 0 -> {
                    wanted = new HashMap<>();
                    for (int i = random.nextInt(60); i > 0; i--) {
                        wanted.put(prefix(random), CHOICES.get(random.nextInt(CHOICES.size())));
                    }
                    rib.replace(wanted);
                    replaced = true;
                }
                case 1 -> {
                    rib.disconnected();
                    peer.forget();
                    connected = false;
                }
                case 2, 3 -> {
                    if (!connected) {
                        rib.connected(route -> SESSION.of(FAMILY, route), true);
                        connected = true;
                    }
                }
                case 4 -> {
                    rib.refresh(random.nextBoolean());
                    refreshed = true;
                }
                case 5, 6, 7, 8 -> {
                    RouteDelta delta = delta(random);
                    wanted.putAll(delta.announce());
                    wanted.keySet().removeAll(delta.withdraw());
                    rib.update(delta);
                }
                default -> {
                    peer.mayRepeat = refreshed;
                    peer.budget = random.nextInt(4) == 0 ? random.nextInt(5) : Integer.MAX_VALUE;
                    boolean quiet = rib.drain(peer, Instants.T0);
                    assertThat(quiet).as(where).isEqualTo(rib.isQuiet());
                    assertThat(peer.problems).as(where).isEmpty();
                    if (quiet && connected) {
                        assertThat(peer.view).as(where).isEqualTo(sayable(wanted));
                        assertThat(rib.advertised()).as(where).isEqualTo(peer.view.size());
                        assertThat(rib.pending()).as(where).isZero();
                        assertThat(peer.endOfRib).as(where).isEqualTo(replaced);
                        assertThat(peer.refreshing).as(where).isFalse();
                        refreshed = !replaced && refreshed;
                    }
                    assertThat(rib.pending()).as(where).isLessThanOrEqualTo(wanted.size() + rib.advertised());
                }
            }
        }
    }

    private static Map<IpPrefix, PathAttributes> sayable(Map<IpPrefix, RouteAttributes> wanted) {
        Map<IpPrefix, PathAttributes> view = new HashMap<>();
        wanted.forEach((prefix, route) -> SESSION.of(FAMILY, route).ifPresent(said -> view.put(prefix, said)));
        return view;
    }

    private static RouteDelta delta(Random random) {
        Map<IpPrefix, RouteAttributes> announce = new HashMap<>();
        Set<IpPrefix> withdraw = new HashSet<>();
        for (int i = random.nextInt(10); i > 0; i--) {
            IpPrefix prefix = prefix(random);
            if (random.nextBoolean() && !announce.containsKey(prefix)) {
                withdraw.add(prefix);
            } else if (!withdraw.contains(prefix)) {
                announce.put(prefix, CHOICES.get(random.nextInt(CHOICES.size())));
            }
        }
        return new RouteDelta(announce, withdraw);
    }

    private static IpPrefix prefix(Random random) {
        return IpPrefix.containing(IpAddress.ipv4(0x0a000000 + (random.nextInt(80) << 8)), 24);
    }

    private static RouteAttributes attributes(int community, Long localPreference, Long med) {
        return new RouteAttributes(RouteAttributes.PLAIN.origin(), new TreeSet<>(Set.of(new Community(community))),
                Collections.emptySortedSet(),
                localPreference, med, 0, null);
    }
}
