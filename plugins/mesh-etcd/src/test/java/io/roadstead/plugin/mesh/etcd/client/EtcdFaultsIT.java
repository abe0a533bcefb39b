package io.roadstead.plugin.mesh.etcd.client;

import static io.roadstead.plugin.mesh.etcd.client.Fixture.SOON;
import static io.roadstead.plugin.mesh.etcd.client.Fixture.get;
import static io.roadstead.plugin.mesh.etcd.client.Fixture.target;
import static io.roadstead.testkit.lab.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.api.mesh.MeshStore;
import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;
import io.roadstead.testkit.lab.Certificates;
import io.roadstead.testkit.lab.Etcd;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.TcpLink;
import io.roadstead.testkit.lab.Tool;

/** What goes wrong with a real etcd, and that what is known and wanted equals what it holds afterwards. */
class EtcdFaultsIT {

    private final List<AutoCloseable> resources = new ArrayList<>();
    private final Fixture.Heard heard = new Fixture.Heard();
    private Fixture fixture;

    @BeforeAll
    static void require() {
        Labs.require(Tool.ETCD, Tool.ETCDCTL);
    }

    @BeforeEach
    void open() {
        fixture = with(new Fixture());
    }

    @AfterEach
    void close() throws Exception {
        for (var resource : resources.reversed()) {
            resource.close();
        }
    }

    private <T extends AutoCloseable> T with(T resource) {
        resources.add(resource);
        return resource;
    }

    private EtcdStore store(TcpLink link) {
        return fixture.open(target("http://127.0.0.1:" + link.port()), heard);
    }

    private static Model watched(MeshStore store, String prefix) {
        var model = new Model();
        store.watch(prefix, model);
        eventually(SOON, model::live, live -> live);
        return model;
    }

    private static void equal(Model model, Etcd etcd, String prefix) {
        eventually(SOON, () -> assertThat(model.known()).isEqualTo(etcd.all(prefix)));
        assertThat(model.faults()).isEmpty();
    }

    private static Map<String, String> numbered(String prefix, int count) {
        return IntStream.range(0, count).boxed()
                .collect(Collectors.toMap(i -> prefix + i, i -> "v" + i, (one, other) -> one, TreeMap::new));
    }

    @Test
    void aStopIsToldAndARestartIsListed() {
        var etcd = with(Etcd.start());
        etcd.put("a/1", "1");
        var store = fixture.open(target(etcd), heard);
        var model = watched(store, "a/");
        store.put("own/1", "1".getBytes(UTF_8));
        get(store.flush());

        etcd.stop();
        eventually(SOON, model::live, live -> !live);
        assertThat(model.known()).containsOnlyKeys("a/1");
        eventually(SOON, () -> store.status().connected(), connected -> !connected);
        store.put("own/2", "2".getBytes(UTF_8));
        etcd.restart();
        etcd.put("a/2", "2");

        equal(model, etcd, "a/");
        get(store.flush());
        assertThat(etcd.all("own/")).isEqualTo(Map.of("own/1", "1", "own/2", "2"));
        assertThat(store.status().leases()).isOne();
        assertThat(heard.connected).hasSizeGreaterThan(1).containsOnly(etcd.clusterId());
        assertThat(heard.disconnected).isNotEmpty();
    }

    @Test
    void aWipedStoreIsKnownByItsIdAndGetsEverythingAgain() {
        var etcd = with(Etcd.start());
        etcd.put(numbered("a/", 300));
        var store = fixture.open(target(etcd), heard);
        var model = watched(store, "a/");
        store.put("own/1", "1".getBytes(UTF_8));
        get(store.flush());
        var id = etcd.clusterId();

        etcd.wipe();

        equal(model, etcd, "a/");
        assertThat(model.known()).isEmpty();
        eventually(SOON, () -> etcd.all("own/"), Map.of("own/1", "1")::equals);
        assertThat(etcd.leases("own/").values()).doesNotContain(0L);
        assertThat(heard.connected.getFirst()).isEqualTo(id);
        assertThat(store.status().storeId()).isEqualTo(etcd.clusterId()).isNotEqualTo(id);
    }

    @Test
    void aWipedStoreWithTheSameIdGetsEverythingAgain() {
        var etcd = with(Etcd.start());
        etcd.put(numbered("a/", 300));
        var store = fixture.open(target(etcd), heard);
        var model = watched(store, "a/");
        store.put("own/1", "1".getBytes(UTF_8));
        get(store.flush());

        etcd.wipeKeepingId();
        etcd.put("a/new", "1");

        equal(model, etcd, "a/");
        eventually(SOON, () -> etcd.all("own/"), Map.of("own/1", "1")::equals);
    }

    @Test
    void whatWasCompactedMeanwhileIsListed() {
        var etcd = with(Etcd.start());
        var link = with(TcpLink.to(etcd.port()));
        etcd.put(numbered("a/", 300));
        var model = watched(store(link), "a/");

        link.cut();
        eventually(SOON, model::live, live -> !live);
        etcd.put("a/0", "changed");
        etcd.delete("a/1");
        etcd.compact();
        link.mend();

        equal(model, etcd, "a/");
        assertThat(model.known()).hasSize(299).containsEntry("a/0", "changed");
    }

    @Test
    void whatWasCompactedBetweenListAndWatchIsListedAgain() {
        var etcd = with(Etcd.start());
        var link = with(TcpLink.to(etcd.port()));
        etcd.put(numbered("a/", 10));
        var store = store(link);
        eventually(SOON, () -> store.status().connected(), connected -> connected);
        var model = new Model(link::silence); // its list has come, its watch has not been asked for
        store.watch("a/", model);
        eventually(SOON, model::lists, lists -> lists == 1);

        etcd.put("a/0", "changed");
        etcd.delete("a/1");
        etcd.compact();
        link.mend();

        equal(model, etcd, "a/");
        assertThat(model.lists()).isEqualTo(2);
        assertThat(model.reason()).contains("compacted");
    }

    @Test
    void aLeaderThatEndsIsLeftForAnotherMember() {
        var members = Etcd.builder().startCluster(3);
        members.forEach(this::with);
        members.getFirst().put(numbered("a/", 300));
        var store = fixture.open(target(members.stream().map(Etcd::endpoint).toArray(String[]::new)), heard);
        var model = watched(store, "a/");

        for (int round = 0; round < 3; round++) {
            var leader = eventually(SOON, () -> members.stream().filter(Etcd::leads).findFirst().orElse(null), member -> member != null);
            var others = members.stream().filter(member -> member != leader).toList();
            if (round == 0) {
                leader.yieldTo(others.getFirst());
            } else {
                leader.kill();
                eventually(SOON, () -> others.stream().anyMatch(member -> member.tryCtl("get", "x").exitCode() == 0), leads -> leads);
            }
            eventually(SOON, () -> others.getFirst().put("a/round", "leader ended"));
            store.put("own/" + round, "1".getBytes(UTF_8));
            get(store.flush());
            equal(model, others.getFirst(), "a/");
            if (round > 0) {
                leader.restart();
            }
        }

        assertThat(members.getFirst().all("own/")).hasSize(3);
        assertThat(store.status().endpoints()).hasSize(3);
        assertThat(store.status().storeId()).isEqualTo(members.getFirst().clusterId());
    }

    @Test
    void aSlowLinkDelaysAndLosesNothing() {
        var etcd = with(Etcd.start());
        var link = with(TcpLink.to(etcd.port()));
        link.delay(Duration.ofMillis(30));
        etcd.put(numbered("a/", 600));
        var store = store(link);
        var model = watched(store, "a/");
        numbered("own/", 300).forEach((key, value) -> store.put(key, value.getBytes(UTF_8)));
        etcd.put(numbered("a/more", 200));

        equal(model, etcd, "a/");
        get(store.flush());
        assertThat(etcd.all("own/")).isEqualTo(numbered("own/", 300));
        assertThat(model.lists()).isOne();
    }

    @Test
    void aSilentLinkIsGivenUpWhenAskedTo() {
        var etcd = with(Etcd.start());
        var link = with(TcpLink.to(etcd.port()));
        var store = store(link);
        var model = watched(store, "a/");
        link.silence();
        etcd.put("a/1", "1");

        store.reconnect("no heartbeat");
        eventually(SOON, () -> heard.disconnected, said -> !said.isEmpty());
        link.mend();

        equal(model, etcd, "a/");
        assertThat(store.status().failure()).contains("no heartbeat");
    }

    /** With 20,000 changes between its list and its watch: the link is cut before the watch is answered. */
    @Test
    void aLinkCutBeforeTheWatchIsAnsweredLosesNothing() {
        var etcd = with(Etcd.start());
        var link = with(TcpLink.to(etcd.port()));
        var store = store(link);
        eventually(SOON, () -> store.status().connected(), connected -> connected);
        var model = new Model(link::silence);
        store.watch("a/", model);
        eventually(SOON, model::lists, lists -> lists == 1);
        etcd.put(numbered("a/", 20_000));

        link.cut();
        link.mend();

        equal(model, etcd, "a/");
    }

    /** The same, cut as soon as the first of the changes have come. */
    @Test
    void aLinkCutWithinTheBacklogLosesNothing() {
        var etcd = with(Etcd.start());
        var link = with(TcpLink.to(etcd.port()));
        var store = store(link);
        eventually(SOON, () -> store.status().connected(), connected -> connected);
        var cuts = new HashSet<String>();
        var model = new Model(link::silence, () -> {
            if (cuts.size() < 2) {
                cuts.add("cut " + cuts.size());
                link.cut();
            }
        });
        store.watch("a/", model);
        eventually(SOON, model::lists, lists -> lists == 1);
        etcd.put(numbered("a/", 20_000));

        link.mend();
        eventually(SOON, model::live, live -> !live);
        link.mend();

        equal(model, etcd, "a/");
        assertThat(cuts).isNotEmpty();
    }

    @Test
    void keysOfARevokedLeaseAreWrittenUnderANewOne() {
        var etcd = with(Etcd.start());
        fixture = with(new Fixture(
                new ClientOptions(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(25), 256, 1000,
                        1000, Duration.ofSeconds(3))));
        var store = fixture.open(target(etcd), heard);
        numbered("own/", 1200).forEach((key, value) -> store.put(key, value.getBytes(UTF_8)));
        get(store.flush());
        var leases = List.copyOf(new HashSet<>(etcd.leases("own/").values()));
        assertThat(leases).hasSize(2);

        leases.forEach(etcd::revoke);

        eventually(SOON, () -> etcd.all("own/"), numbered("own/", 1200)::equals);
        assertThat(etcd.leases("own/").values()).doesNotContainAnyElementsOf(leases);
        assertThat(store.status().leases()).isEqualTo(2);
        assertThat(store.status().failures()).isZero();
    }

    @Test
    void aFullStoreRefusesWritesUntilThereIsRoomAndIsReadAllTheSame() {
        var etcd = with(Etcd.builder().quota(2 << 20).start());
        var store = fixture.open(target(etcd), heard);
        var model = watched(store, "own/");
        for (int i = 0; i < 5; i++) { // etcd knows how much it holds a moment later
            store.put("own/" + i, "x".repeat(700_000).getBytes(UTF_8));
            eventually(SOON, store::status, status -> status.pendingWrites() == 0 || !status.writeProblem().isEmpty());
            etcd.ctl("get", "x");
        }
        eventually(SOON, () -> {
            store.put("own/more", "x".repeat(700_000).getBytes(UTF_8));
            assertThat(store.status().writeProblem()).contains("the store is full");
        });
        assertThat(store.status().refusedWrites()).isPositive();
        assertThat(store.status().pendingWrites()).isPositive();
        assertThat(model.known()).isNotEmpty();
        assertThat(get(store.get(model.known().keySet().iterator().next()))).isPresent();

        for (int i = 0; i < 5; i++) {
            store.put("own/" + i, "small".getBytes(UTF_8));
        }
        store.delete("own/more");
        etcd.deletePrefix("own/");
        etcd.makeRoom();
        get(store.flush());

        assertThat(etcd.all("own/")).hasSize(5).containsEntry("own/0", "small");
        equal(model, etcd, "own/");
        assertThat(store.status().writeProblem()).isEmpty();
    }

    @Test
    void anOversizedValueIsRefusedAloneAndItsSmallerSuccessorIsStored() {
        var etcd = with(Etcd.start());
        var store = fixture.open(target(etcd), heard);
        store.put("own/large", new byte[2 << 20]);
        store.put("own/other", "1".getBytes(UTF_8));

        eventually(SOON, () -> etcd.all("own/"), Map.of("own/other", "1")::equals);
        eventually(SOON, () -> store.status().writeProblem(), problem -> problem.contains("own/large has 2097152 bytes"));
        assertThat(store.status().failures()).as("the connection goes on").isZero();
        store.put("own/large", "small".getBytes(UTF_8));
        get(store.flush());

        assertThat(etcd.all("own/")).containsEntry("own/large", "small");
        assertThat(store.status().writeProblem()).isEmpty();
    }

    @Test
    void valuesOfAnyBytesAndTheLargestThatEtcdTakesAreRead() {
        var etcd = with(Etcd.start());
        var store = fixture.open(target(etcd), heard);
        var odd = new byte[] {(byte) 0xff, 0, (byte) 0xc3, 0x28};
        store.put("own/odd", odd);
        IntStream.range(0, 60).forEach(i -> store.put("own/large" + i, new byte[1_400_000]));
        get(store.flush());

        var model = watched(store, "own/");

        assertThat(model.known()).as("more than one answer may hold, in pages that fit").hasSize(61);
        assertThat(get(store.get("own/odd"))).hasValueSatisfying(value -> assertThat(value).isEqualTo(odd));
        assertThat(store.status().failures()).isZero();
    }

    @Test
    void whatMayNotBeReadIsSaidAndReadOnceItMay() {
        var authority = Certificates.authority("test");
        var etcd = with(Etcd.builder().tls(authority, "localhost").start());
        etcd.user("reader", "shown/");
        etcd.put("shown/1", "1");
        etcd.put("hidden/1", "1");
        etcd.enableAuth();
        var reader = authority.client("reader").write(etcd.file(""), "reader");
        var tls = new TlsFiles(etcd.file("ca.crt"), reader.certificate(), reader.key(), false);
        var store = fixture.open(new Target(List.of(java.net.URI.create("https://localhost:" + etcd.port())), tls, null, null, Map.of()),
                heard);
        var shown = watched(store, "shown/");
        var hidden = new Model();
        store.watch("hidden/", hidden);

        eventually(SOON, hidden::reason, reason -> reason.contains("not permitted") && reason.contains("grant"));
        store.put("shown/2", "2".getBytes(UTF_8));
        eventually(SOON, () -> store.status().writeProblem(), problem -> problem.contains("shown/2 may not be written"));
        assertThat(shown.known()).isEqualTo(Map.of("shown/1", "1"));
        assertThat(shown.interruptions()).isZero();
        etcd.ctl("role", "grant-permission", "--prefix=true", "reader", "readwrite", "hidden/");
        etcd.ctl("role", "grant-permission", "--prefix=true", "reader", "readwrite", "shown/");

        equal(hidden, etcd, "hidden/");
        get(store.flush());
        equal(shown, etcd, "shown/");
        assertThat(store.status().failures()).isZero();
    }

    @Test
    void aChangedTargetIsConnectedToAndWhatIsWantedGoesThere() {
        var first = with(Etcd.start());
        var second = with(Etcd.start());
        second.put("a/2", "2");
        var store = fixture.open(target(first), heard);
        var model = watched(store, "a/");
        store.put("own/1", "1".getBytes(UTF_8));
        get(store.flush());

        store.retarget(target(second));

        equal(model, second, "a/");
        eventually(SOON, () -> second.all("own/"), Map.of("own/1", "1")::equals);
        assertThat(store.status().failures()).as("nothing failed").isZero();
    }

    @Test
    void manyDeadStoresDelayNoLiveOneAndCostNoThread() {
        var etcd = with(Etcd.start());
        etcd.put(numbered("a/", 100));
        var silent = with(TcpLink.to(etcd.port()));
        silent.silence();
        fixture.open(target(etcd), heard);
        eventually(SOON, () -> heard.connected, connected -> !connected.isEmpty());
        int threads = Thread.activeCount();
        var dead = new ArrayList<EtcdStore>();
        for (int i = 0; i < 250; i++) {
            dead.add(fixture.open(switch (i % 3) {
                case 0 -> target("http://127.0.0.1:1");
                case 1 -> target("http://127.0.0.1:" + silent.port());
                default -> target("http://no-such-host.invalid:2379");
            }, new Fixture.Heard()));
        }
        var models = Stream.generate(() -> watched(fixture.open(etcd), "a/")).limit(5).toList();

        for (int round = 0; round < 3; round++) {
            etcd.put("a/round", String.valueOf(round));
            models.forEach(model -> equal(model, etcd, "a/"));
        }
        assertThat(models).allSatisfy(model -> assertThat(model.interruptions()).isZero());
        eventually(SOON, () -> assertThat(dead).allSatisfy(store -> {
            assertThat(store.status().connected()).isFalse();
            assertThat(store.status().failures()).isPositive();
        }));
        // those of virtual threads' carriers, which the silent link has, come and go
        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(thread -> thread.getName().startsWith("grpc"))
                .filteredOn(thread -> thread.getName().startsWith("netty-")).hasSize(2);
        assertThat(Thread.activeCount()).isLessThan(threads + 10);
    }

    @Test
    void reconnectionsLeaveNoConnectionNoStreamAndNoThreadBehind() {
        var etcd = with(Etcd.start());
        var link = with(TcpLink.to(etcd.port()));
        var store = store(link);
        var model = watched(store, "a/");
        store.put("own/1", "1".getBytes(UTF_8));
        get(store.flush());
        int threads = Thread.activeCount();

        for (int round = 1; round <= 50; round++) {
            int lists = model.lists();
            store.reconnect("round " + round);
            eventually(SOON, () -> model.live() && model.lists() > lists, again -> again);
        }

        assertThat(model.faults()).isEmpty();
        assertThat(store.status().failures()).isEqualTo(50);
        eventually(SOON, link::connections, connections -> connections == 1);
        eventually(SOON, () -> metric(etcd, "etcd_debugging_mvcc_watch_stream_total"), streams -> streams.equals("1"));
        eventually(SOON, () -> metric(etcd, "etcd_debugging_mvcc_watcher_total"), watchers -> watchers.equals("1"));
        assertThat(etcd.leases()).hasSize(1);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 3);
    }

    private static String metric(Etcd etcd, String name) throws Exception {
        try (var stream = java.net.URI.create(etcd.endpoint() + "/metrics").toURL().openStream()) {
            return new String(stream.readAllBytes(), UTF_8).lines().filter(line -> line.startsWith(name + " "))
                    .map(line -> line.substring(name.length() + 1))
                    .findFirst().orElse("none");
        }
    }
}
