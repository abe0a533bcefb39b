package io.roadstead.kernel.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerId;
import io.roadstead.kernel.route.ServiceAnnouncement;
import io.roadstead.kernel.route.ServiceAnnouncement.Refusal;

class AnnouncementTextTest {

    @Test
    void theLongestOfEverythingFitsAndIsCutBetweenCharacters() {
        SortedMap<PeerId, Integer> peers = new TreeMap<>();
        IntStream.range(0, 300).forEach(i -> peers.put(new PeerId("i".repeat(200), "p".repeat(100) + i), 10));
        List<Refusal> refusals = IntStream.range(0, 9)
                .mapToObj(i -> new Refusal("LONG", i + "\u00e4\uD83D\uDEF6".repeat(300), 5, "n".repeat(253))).toList();
        TreeSet<IpPrefix> prefixes = new TreeSet<>();
        IntStream.range(0, 9).forEach(i -> prefixes.add(IpPrefix.parse("2001:db8:1111:2222:3333:4444:5555:" + i + "/128")));

        String message = AnnouncementText.of(announcement(20, 10, peers, 3000, 2000, 900, prefixes, refusals)).message();

        assertThat(message.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(1024).isGreaterThan(900);
        assertThat(message).doesNotContain("\ufffd").contains(" and 5 more from 10 of 20 nodes");
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(message)).isTrue();
    }

    @Test
    void aCodeBecomesAReasonThatAnApiServerTakes() {
        assertThat(reason("NO_LOCAL_READY_ENDPOINT")).isEqualTo("NoLocalReadyEndpoint");
        for (String strange : List.of("", "___", "1ST", "\u00c4", "A".repeat(300))) {
            assertThat(reason(strange)).isEqualTo("NotAnnounced");
        }
        assertThat(reason("WITH-DASH and space")).isEqualTo("WithDashAndSpace");
    }

    @Test
    void withoutAnyNodeItSaysSo() {
        Condition none = AnnouncementText.of(announcement(0, 0, new TreeMap<>(), 0, 0, 0, new TreeSet<>(), List.of()));

        assertThat(none.status()).isEqualTo(Condition.Status.FALSE);
        assertThat(none.reason()).isEqualTo("NoNode");
        assertThat(none.message()).isEqualTo("there is no node");
    }

    @Test
    void largeNumbersAreRoundedAndOneNodeOfManyChangesNothing() {
        SortedMap<PeerId, Integer> peers = new TreeMap<>();
        peers.put(new PeerId("i", "tor"), 4987);
        TreeSet<IpPrefix> prefixes = new TreeSet<>(List.of(IpPrefix.parse("192.0.2.1/32")));
        Refusal few = new Refusal("DRAINED", "draining", 12, "n7");

        assertThat(AnnouncementText.of(announcement(5000, 4987, peers, 4987, 4900, 1, prefixes, List.of(few))).message())
                .isEqualTo(AnnouncementText.of(announcement(5001, 5001, peers, 5001, 5001, 0, prefixes, List.of())).message())
                .isEqualTo("192.0.2.1/32 from about 5000 nodes to i/tor; at least 95% of sessions established");
        assertThat(AnnouncementText.of(announcement(5000, 21, peers, 21, 1, 0, prefixes, List.of())).message())
                .contains("from about 21 of about 5000 nodes", "about 1% of sessions");
    }

    private static String reason(String code) {
        return AnnouncementText.of(announcement(2, 0, new TreeMap<>(), 0, 0, 0, new TreeSet<>(), List.of(new Refusal(code, "so", 2, "n1"))))
                .reason();
    }

    private static ServiceAnnouncement announcement(int nodes, int announcing, SortedMap<PeerId, Integer> peers, int sessions,
            int established,
            int unknown, SortedSet<IpPrefix> prefixes, List<Refusal> refusals) {
        return new ServiceAnnouncement(true, nodes, announcing, peers, sessions, established, unknown, prefixes, refusals, new TreeSet<>());
    }
}
