package io.roadstead.plugin.datapath.ebpf.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.testkit.ManualScheduler;

class FrontendWriterTest {
    private static final Frontend WEB = Frontends.frontend("172.16.0.1", 80);
    private static final Frontend DNS = Frontends.frontend("172.16.0.1", 53);

    private final ManualScheduler scheduler = new ManualScheduler();
    private final Catalog catalog = new Catalog();
    private final List<String> journal = new ArrayList<>();
    private LbMaps maps = InMemoryMap.maps(64, 4096, 128, 512, journal);
    private int changes;
    private FrontendWriter writer = newWriter();

    private FrontendWriter newWriter() {
        return new FrontendWriter(maps, new DispatchIndexes(catalog), catalog, scheduler, () -> changes++);
    }

    private void limits(int services, int lutPairs, int backends, int members) {
        maps = InMemoryMap.maps(services, lutPairs, backends, members, journal);
        writer = newWriter();
    }

    @Test
    void writesWhatIsReferredToBeforeWhatRefersAndRemovesInReverse() {
        writer.replace(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 2))));

        assertThat(new LinkedHashSet<>(journal)).containsExactly(Abi.BACKEND, Abi.BACKEND_IDS, Abi.MEMBER, Abi.SERVICE);
        journal.clear();
        writer.replace(List.of());

        assertThat(new LinkedHashSet<>(journal)).containsExactly("-" + Abi.SERVICE, "-" + Abi.MEMBER, "-" + Abi.BACKEND_IDS, Abi.BACKEND);
        assertThat(new MapReading(maps).meaning()).isEmpty();
    }

    @Property(tries = 200)
    void anyUpdatesFollowedByReplaceGiveWhatReplaceAloneGives(@ForAll long seed) {
        limits(64, 8192, 128, 512);
        Random random = new Random(seed);
        Map<Frontend, FrontendState> model = new LinkedHashMap<>();
        Map<String, Integer> owners = new HashMap<>();
        for (int step = 0; step < 20; step++) {
            List<FrontendState> changed = new ArrayList<>();
            List<Frontend> removed = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                if (random.nextBoolean()) {
                    changed.add(Frontends.random(random));
                } else {
                    removed.add(Frontends.randomFrontend(random));
                }
            }
            removed.forEach(model::remove);
            changed.forEach(state -> model.put(state.frontend(), state));
            writer.update(changed, removed);
            new MapReading(maps).assertWhole();
            assertNumbersStay(owners);
            if (random.nextInt(8) == 0) {
                writer = newWriter(); // a restart
                writer.replace(model.values());
                new MapReading(maps).assertWhole();
                assertNumbersStay(owners);
            }
            scheduler.advance(Duration.ofSeconds(random.nextInt(400)));
        }
        writer.replace(model.values());
        Map<String, String> meaning = new MapReading(maps).meaning();
        assertThat(writer.problems()).isEmpty();

        limits(64, 8192, 128, 512);
        writer.replace(model.values());

        assertThat(meaning).isEqualTo(new MapReading(maps).meaning());
    }

    /** Who is still there has the number it had. */
    private void assertNumbersStay(Map<String, Integer> owners) {
        Map<String, Integer> now = new MapReading(maps).numbers();
        owners.keySet().retainAll(now.keySet());
        assertThat(now).containsAllEntriesOf(owners);
        owners.putAll(now);
    }

    @Test
    void afterARestartNothingThatStayedIsWritten() {
        Random random = new Random(7);
        Map<Frontend, FrontendState> states = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            FrontendState state = Frontends.random(random);
            states.put(state.frontend(), state);
        }
        writer.nodeAddresses(List.of(IpAddress.parse("172.16.0.2")));
        writer.replace(states.values());
        Map<String, Integer> numbers = new MapReading(maps).numbers();
        journal.clear();
        changes = 0;

        FrontendWriter restarted = newWriter();
        restarted.nodeAddresses(List.of(IpAddress.parse("172.16.0.2")));
        restarted.replace(states.values());

        assertThat(journal).isEmpty();
        assertThat(changes).isZero();
        assertThat(new MapReading(maps).numbers()).isEqualTo(numbers);
        assertThat(catalog.services()).hasSameSizeAs(states.keySet());
    }

    @Test
    void aRestartTakesAwayWhatIsGoneAndKeepsTheRest() {
        writer.replace(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 3)), Frontends.state(DNS, 31, Frontends.backends(3, 5))));
        journal.clear();

        newWriter().replace(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 3))));

        assertThat(journal).contains("-" + Abi.SERVICE).doesNotContain(Abi.SERVICE, Abi.MEMBER, Abi.BACKEND_IDS);
        new MapReading(maps).assertWhole();
        assertThat(new MapReading(maps).meaning()).hasSize(2 + 3 + 3);
    }

    @Test
    void aChangeOfOneBackendTouchesItsServiceOnly() {
        List<FrontendState> states = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            states.add(Frontends.state(Frontends.frontend("172.16.1." + i, 80), 31, Frontends.backends(3 * i + 1, 3 * i + 3)));
        }
        limits(64, 8192, 128, 512);
        writer.replace(states);
        journal.clear();
        changes = 0;

        writer.update(List.of(Frontends.state(Frontends.frontend("172.16.1.4", 80), 31, Frontends.backends(13, 14))), List.of());

        assertThat(journal).containsExactly("-" + Abi.MEMBER, "-" + Abi.BACKEND_IDS, Abi.BACKEND);
        assertThat(changes).isEqualTo(1);
        writer.update(List.of(Frontends.state(Frontends.frontend("172.16.1.4", 80), 31, Frontends.backends(13, 14))), List.of());
        assertThat(changes).as("nothing changed").isEqualTo(1);
    }

    @Test
    void numbersRestBeforeTheyAreGivenOutAgain() {
        limits(64, 4096, 4, 512); // three backends
        writer.replace(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 3))));
        writer.update(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 2))), List.of());

        writer.update(List.of(Frontends.state(DNS, 31, List.of(Frontends.backend(9)))), List.of());
        assertThat(writer.problems()).singleElement().asString().contains("default/web", "172.16.0.1:53", "backends");

        scheduler.advance(Duration.ofMinutes(6));
        assertThat(writer.problems()).isEmpty();
        assertThat(new MapReading(maps).numbers().get("BackendKey[address=10.0.0.9, port=8080, protocol=6]")).isEqualTo(3);
    }

    @Test
    void numbersRestAfterARestartToo() {
        limits(64, 4096, 4, 512);
        writer.replace(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 3))));
        writer.update(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 2))), List.of());

        writer = newWriter();
        writer.replace(
                List.of(Frontends.state(WEB, 31, Frontends.backends(1, 2)), Frontends.state(DNS, 31, List.of(Frontends.backend(9)))));

        assertThat(writer.problems()).hasSize(1);
        scheduler.advance(Duration.ofMinutes(6));
        assertThat(writer.problems()).isEmpty();
    }

    @Test
    void aTableThatDoesNotFitIsRefusedAloneWithItsRemedy() {
        limits(64, 256, 128, 512); // 512 slots

        writer.replace(List.of(Frontends.state(WEB, 600, Frontends.backends(1, 2)), Frontends.state(DNS, 251, Frontends.backends(1, 2))));

        assertThat(writer.problems()).singleElement().asString().contains("default/web", "600 slots", "512 in all", "maps.lut-slots");
        assertThat(new MapReading(maps).numbers()).containsKey(ServiceEntries.key(DNS).toString())
                .doesNotContainKey(ServiceEntries.key(WEB).toString());
        new MapReading(maps).assertWhole();
    }

    @Test
    void regionsRestUntilNoProgramReadsThem() {
        limits(64, 256, 128, 512);
        writer.replace(List.of(Frontends.state(WEB, 200, Frontends.backends(1, 2)), Frontends.state(DNS, 251, Frontends.backends(1, 2))));

        writer.update(List.of(Frontends.state(WEB, 257, Frontends.backends(1, 3))), List.of());
        assertThat(writer.problems()).hasSize(1);
        assertThat(tableSlots(WEB)).as("what was there stays in force").isEqualTo(200);
        writer.update(List.of(), List.of(DNS));
        assertThat(writer.problems()).hasSize(1);

        scheduler.advance(Duration.ofSeconds(2));
        assertThat(writer.problems()).isEmpty();
        assertThat(tableSlots(WEB)).isEqualTo(257);
        new MapReading(maps).assertWhole();
    }

    private int tableSlots(Frontend frontend) {
        List<Integer> slots = new ArrayList<>();
        maps.service().forEach((key, value) -> {
            if (ServiceKey.read(key).equals(ServiceEntries.key(frontend))) {
                slots.add(ServiceEntry.read(value).lutSlots());
            }
        });
        return slots.getFirst();
    }

    @Test
    void frontendsMembersAndRangesHaveTheirLimitsToo() {
        limits(3, 4096, 128, 2);
        writer.replace(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 2)), Frontends.state(DNS, 31, Frontends.backends(1, 2))));
        assertThat(writer.problems()).singleElement().asString().contains("maps.members");

        writer.replace(List.of(Frontends.state(WEB, 31, List.of()), Frontends.state(DNS, 31, List.of()),
                Frontends.state(Frontends.frontend("172.16.0.9", 1), 31, List.of())));
        assertThat(writer.problems()).singleElement().asString().contains("172.16.0.9", "maps.services");
        new MapReading(maps).assertWhole();
    }

    @Test
    void aFullMapIsExchangedAsAWhole() {
        limits(3, 4096, 128, 2);
        writer.replace(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 2))));

        writer.replace(List.of(Frontends.state(DNS, 31, Frontends.backends(3, 4))));

        assertThat(writer.problems()).isEmpty();
        new MapReading(maps).assertWhole();
    }

    @Test
    void theExternalEntrySaysWhetherThereIsAnInternalOne() {
        Frontend inside = new Frontend(WEB.address(), WEB.port(), WEB.protocol(), Scope.INTERNAL);
        writer.replace(List.of(Frontends.state(WEB, 31, List.of())));
        assertThat(flags(WEB) & Abi.SVC_TWO_SCOPES).isZero();

        writer.update(List.of(Frontends.state(inside, 31, List.of())), List.of());
        assertThat(flags(WEB) & Abi.SVC_TWO_SCOPES).isNotZero();
        assertThat(flags(inside) & (Abi.SVC_TWO_SCOPES | Abi.SVC_ROUTABLE)).isZero();

        writer.update(List.of(), List.of(inside));
        assertThat(flags(WEB) & Abi.SVC_TWO_SCOPES).isZero();
    }

    @Test
    void flagsFollowTheFrontend() {
        writer.replace(List.of(new FrontendState(WEB, FrontendType.CLUSTER_IP, "a/b", "", List.of(), 0, null, "maglev", "snat", true,
                Duration.ofMillis(10), new SourceRanges(List.of(IpPrefix.parse("10.0.0.0/8")), true),
                NoBackend.DROP)));

        assertThat(flags(WEB)).isEqualTo(
                Abi.SVC_CLUSTER_IP | Abi.SVC_LOCAL_ONLY | Abi.SVC_AFFINITY | Abi.SVC_SOURCE_RANGE | Abi.SVC_SOURCE_DENY);
        writer.replace(List.of(Frontends.state(WEB, 31, List.of())));
        assertThat(flags(WEB)).isEqualTo(Abi.SVC_LOAD_BALANCER | Abi.SVC_ROUTABLE | Abi.SVC_REJECT);
    }

    private int flags(Frontend frontend) {
        return entry(ServiceEntries.key(frontend)).flags();
    }

    private ServiceEntry entry(ServiceKey wanted) {
        List<ServiceEntry> found = new ArrayList<>();
        maps.service().forEach((key, value) -> {
            if (ServiceKey.read(key).equals(wanted)) {
                found.add(ServiceEntry.read(value));
            }
        });
        return found.isEmpty() ? new ServiceEntry(0, 0, 0, 0, 0, 0, 0, 0) : found.getFirst();
    }

    @Test
    void anAddressIsAVipForAsLongAsAFrontendHasItAndTheNodeDoesNot() {
        writer.replace(List.of(Frontends.state(WEB, 31, List.of()), Frontends.state(DNS, 31, List.of())));
        assertThat(entry(Vips.key(WEB.address())).flags()).isEqualTo(Abi.SVC_VIP | Abi.SVC_LOAD_BALANCER | Abi.SVC_ROUTABLE);

        writer.update(List.of(), List.of(WEB));
        assertThat(entry(Vips.key(WEB.address())).flags()).isNotZero();
        writer.nodeAddresses(List.of(WEB.address()));
        assertThat(entry(Vips.key(WEB.address())).flags()).isZero();
        writer.nodeAddresses(List.of());
        assertThat(entry(Vips.key(WEB.address())).flags()).isNotZero();
        writer.update(List.of(), List.of(DNS));
        assertThat(InMemoryMap.of(maps.service()).size()).isZero();
    }

    @Test
    void aBackendsStateIsTheBestOfItsServices() {
        writer.replace(List.of(Frontends.state(WEB, 31, List.of(Frontends.backend(1, BackendState.QUARANTINED))),
                Frontends.state(DNS, 31, List.of(Frontends.backend(1, BackendState.TERMINATING_NOT_SERVING)))));

        assertThat(new MapReading(maps).meaning().get("backend BackendKey[address=10.0.0.1, port=8080, protocol=6]"))
                .contains("state=2", "services=2", "node=192.0.2.7");
        writer.update(List.of(), List.of(DNS));
        assertThat(new MapReading(maps).meaning().get("backend BackendKey[address=10.0.0.1, port=8080, protocol=6]")).contains("state=3",
                "services=1");
    }

    @Test
    void sctpIsRefusedAlone() {
        Frontend sctp = new Frontend(WEB.address(), 9, Protocol.SCTP, Scope.EXTERNAL);

        writer.replace(List.of(Frontends.state(sctp, 31, Frontends.backends(1, 1)), Frontends.state(WEB, 31, Frontends.backends(1, 1))));

        assertThat(writer.problems()).singleElement().asString().contains("TCP and UDP only");
        assertThat(flags(WEB)).isNotZero();
        writer.update(List.of(), List.of(sctp));
        assertThat(writer.problems()).isEmpty();
    }

    @Test
    void whatFailedHalfWayIsMendedByReadingTheMapsAnew() {
        for (int failAt = 0; failAt < 6; failAt++) {
            limits(64, 4096, 128, 512);
            writer.replace(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 2))));
            InMemoryMap.of(failAt % 2 == 0 ? maps.backend() : maps.member()).failAfter(failAt / 2);
            List<FrontendState> next = List.of(Frontends.state(DNS, 31, Frontends.backends(5, 8)));
            assertThatThrownBy(() -> writer.replace(next)).isInstanceOf(RoadsteadException.class);
            assertThat(writer.outOfStep()).isTrue();

            writer.resync();

            assertThat(writer.outOfStep()).isFalse();
            new MapReading(maps).assertWhole();
            assertThat(new MapReading(maps).meaning()).hasSize(2 + 4 + 4);
        }
    }

    @Property(tries = 100)
    void anAgentKilledAtAnyWriteLeavesMapsThatTheNextOneMends(@ForAll long seed) {
        Random random = new Random(seed);
        limits(64, 8192, 128, 512);
        Map<Frontend, FrontendState> model = new LinkedHashMap<>();
        for (int life = 0; life < 5; life++) {
            model.keySet().removeIf(gone -> random.nextInt(3) == 0);
            for (int i = random.nextInt(12); i > 0; i--) {
                FrontendState state = Frontends.random(random);
                model.put(state.frontend(), state);
            }
            InMemoryMap.of(written().get(random.nextInt(5))).failAfter(random.nextInt(20));
            try {
                newWriter().replace(model.values());
            } catch (RoadsteadException killed) {
                assertThat(killed).hasMessageContaining("does not want to");
            }
        }
        written().forEach(map -> InMemoryMap.of(map).failAfter(Integer.MAX_VALUE));

        newWriter().replace(model.values());

        new MapReading(maps).assertWhole();
        Map<String, String> meaning = new MapReading(maps).meaning();
        limits(64, 8192, 128, 512);
        writer.replace(model.values());
        assertThat(meaning).isEqualTo(new MapReading(maps).meaning());
    }

    private List<BpfMap> written() {
        return List.of(maps.service(), maps.backend(), maps.backendIds(), maps.member(), maps.sourceRange());
    }

    @Test
    void aTableThatLeadsNowhereIsRefusedAlone() {
        FrontendState good = Frontends.state(DNS, 31, Frontends.backends(1, 2));
        FrontendState one = Frontends.state(WEB, 31, Frontends.backends(1, 2));
        for (SelectionTable table : List.of(table(31, 2), table(31, -1), table(0, 0), table(1 << 21, 0), table(31, 99))) {
            limits(64, 4096, 128, 512);
            writer.replace(
                    List.of(new FrontendState(WEB, one.type(), one.service(), "", one.backends(), 2, table, "odd", "snat", false, null,
                            one.sourceRanges(), one.noBackend()), good));

            assertThat(writer.problems()).singleElement().asString().contains("172.16.0.1:80", "algorithm odd", "report");
            assertThat(flags(DNS)).isNotZero();
            new MapReading(maps).assertWhole();
        }
    }

    /** All slots lead there; one of 99 fails. */
    private static SelectionTable table(int slots, int index) {
        return new SelectionTable() {
            @Override
            public int slots() {
                return slots;
            }

            @Override
            public int backendIndex(int slot) {
                if (index == 99) {
                    throw new IllegalStateException("no table yet");
                }
                return index;
            }

            @Override
            public SlotChoice slotChoice() {
                return SlotChoice.FLOW_HASH;
            }
        };
    }

    @Test
    void aBackendThatStandsBackIsNoClientsByAffinity() {
        FrontendState both = Frontends.state(WEB, 31, Frontends.backends(1, 2));
        FrontendState one = new FrontendState(WEB, both.type(), both.service(), "", both.backends(), 1,
                Frontends.state(WEB, 31, Frontends.backends(1, 1)).table(), "maglev", "snat", false, null, both.sourceRanges(),
                both.noBackend());
        writer.replace(List.of(one));
        assertThat(memberStates()).containsExactly(Abi.BACKEND_ACTIVE, Abi.BACKEND_ACTIVE | Abi.MEMBER_STANDBY);
        assertThat(new MapReading(maps).meaning().get("backend BackendKey[address=10.0.0.2, port=8080, protocol=6]")).contains("state=1");

        journal.clear();
        newWriter().replace(List.of(one));
        assertThat(journal).as("read back").isEmpty();
        writer.replace(List.of(both));
        assertThat(memberStates()).containsExactly(Abi.BACKEND_ACTIVE, Abi.BACKEND_ACTIVE);
        writer.replace(List.of());
        assertThat(memberStates()).isEmpty();
    }

    private List<Integer> memberStates() {
        return new MapReading(maps).meaning().entrySet().stream().filter(entry -> entry.getKey().startsWith("member"))
                .sorted(Map.Entry.comparingByKey()).map(entry -> Integer.parseInt(entry.getValue())).toList();
    }

    @Test
    void backendsThatAModeCannotReachAreMarkedAndNoLongerWhenItCan() {
        writer.reached(backend -> backend.address().equals(IpAddress.parse("10.0.0.2")));
        writer.replace(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 2))));
        assertThat(flags(1)).isEqualTo(Abi.BACKEND_FAR);
        assertThat(flags(2)).isZero();

        FrontendWriter next = newWriter();
        next.reached(backend -> true);
        next.replace(List.of(Frontends.state(WEB, 31, Frontends.backends(1, 2))));
        assertThat(flags(1)).as("read back").isZero();

        next.reached(backend -> false);
        assertThat(flags(1)).isEqualTo(Abi.BACKEND_FAR);
        assertThat(flags(2)).isEqualTo(Abi.BACKEND_FAR);
    }

    private int flags(int backend) {
        String entry = new MapReading(maps).meaning().get("backend BackendKey[address=10.0.0." + backend + ", port=8080, protocol=6]");
        return Integer.parseInt(entry.replaceAll(".*flags=(\\d+).*", "$1"));
    }

    @Test
    void dispatchModesAreInUseForAsLongAsAFrontendNamesThem() {
        writer.replace(List.of(Frontends.state(WEB, 31, List.of())));
        assertThat(writer.uses("snat")).isTrue();
        assertThat(catalog.dispatch(entry(ServiceEntries.key(WEB)).dispatch())).isEqualTo("snat");

        writer.replace(List.of());
        assertThat(writer.uses("snat")).isFalse();
    }
}
