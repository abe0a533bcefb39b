package io.roadstead.kernel.mesh.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.model.mesh.RemoteCluster;
import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.view.MeshView;
import io.roadstead.kernel.mesh.MeshSettings;
import io.roadstead.kernel.mesh.schema.ClusterConfigEntry;
import io.roadstead.kernel.mesh.schema.ClusterConfigEntry.SliceExport;
import io.roadstead.kernel.mesh.schema.MeshKeys;
import io.roadstead.kernel.mesh.schema.MeshKind;
import io.roadstead.kernel.mesh.schema.MeshLayout;
import io.roadstead.testkit.MeshFixtures;

class RemoteReaderTest {

    private final MeshLab lab = new MeshLab();

    RemoteReaderTest() {
        lab.open();
        lab.configured("west");
    }

    @Test
    void everythingThatIsSharedBecomesObjects() {
        lab.ready("west", 7);

        MeshView.Remote west = lab.view("west");
        assertThat(west.ready()).isTrue();
        assertThat(west.notReady()).isEmpty();
        assertThat(west.counts()).isEqualTo(new MeshView.Counts(1, 1, 1, 1));
        assertThat(west.configured()).isEqualTo(new MeshView.Configuration(true, true, 7, 255, false, true, "unsupported", ""));
        assertThat(west.synced().all()).isTrue();
        assertThat(lab.cluster("west").id()).isEqualTo(7);
        assertThat(lab.cluster("west").lostSince()).isNull();
        assertThat(lab.node("west", "n1").podCidrs()).hasToString("[10.7.1.0/24]");
        assertThat(lab.service("west", "cart").endpoints()).singleElement()
                .satisfies(endpoint -> assertThat(endpoint.address()).hasToString("10.7.1.5"));
        assertThat(lab.remotes.unsettled()).isEmpty();
        assertThat(lab.remotes.sharedServices()).isEqualTo(1);
    }

    @Test
    void changesAndDeletionsFollow() {
        lab.ready("west", 7);
        MeshLab.Writer west = lab.writer("west", 7);

        west.service("cart", "10.7.1.5", "10.7.1.6");
        west.node("n2", "10.7.2.0/24");
        west.ip("10.7.1.6");
        west.ip("fd00::1");
        west.identity(west.owner.firstIdentity() + 301);

        assertThat(lab.service("west", "cart").endpoints()).hasSize(2);
        assertThat(lab.view("west").counts()).isEqualTo(new MeshView.Counts(2, 3, 2, 1));
        west.delete(MeshKeys.service("west", "shop", "cart"));
        west.delete(MeshKeys.node("west", "n1"));
        west.delete("cilium/state/ip/v1/default/10.7.1.6");
        west.delete(MeshKeys.identity(west.owner.firstIdentity() + 301));
        assertThat(lab.names(RemoteService.class)).isEmpty();
        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n2");
        assertThat(lab.view("west").counts()).isEqualTo(new MeshView.Counts(1, 2, 1, 0));
    }

    @Test
    void bytesThatAreTheSameAgainAreNoChange() {
        lab.ready("west", 7);
        lab.sink.takeBatches();

        lab.writer("west", 7).everything();
        lab.store("west").cut("link down");
        lab.connect("west");

        assertThat(lab.sink.takeBatches()).flatExtracting(batch -> batch.upserts()).extracting(Resource::kind)
                .containsOnly(RemoteCluster.KIND);
    }

    @Test
    void itSaysWhatItWaitsForStepByStep() {
        assertThat(lab.view("west").notReady()).isEqualTo("waiting for initial connection to be established");
        lab.store("west").cut("connection refused");
        lab.run();
        assertThat(lab.view("west").notReady()).isEqualTo("connection refused");
        lab.connect("west");
        assertThat(lab.view("west").notReady()).isEqualTo("remote cluster configuration required but not found");
        MeshLab.Writer west = lab.writer("west", 7);
        west.config();
        assertThat(lab.view("west").notReady()).isEqualTo("synchronization in progress for nodes, services, endpoints, identities");
        west.canary(MeshKind.NODES);
        west.canary(MeshKind.ENDPOINTS);
        assertThat(lab.view("west").notReady()).isEqualTo("synchronization in progress for services, identities");
        assertThat(lab.view("west").synced()).isEqualTo(new MeshView.Synced(true, true, false, false));
        west.canary(MeshKind.SERVICES);
        assertThat(lab.view("west").ready()).isFalse();
        assertThat(lab.remotes.unsettled()).containsExactly("west");
        west.canary(MeshKind.IDENTITIES);
        assertThat(lab.view("west").ready()).isTrue();
    }

    @Test
    void nothingIsReadBeforeItsCanary() {
        MeshLab.Writer west = lab.writer("west", 7);
        west.everything();
        lab.content("west").entries.keySet().removeIf(key -> key.startsWith("cilium/synced/"));
        lab.connect("west");

        assertThat(lab.sink.objects()).isEmpty();
        west.canary(MeshKind.NODES);
        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n1");
        assertThat(lab.names(RemoteService.class)).isEmpty();
        lab.pass(Duration.ofMinutes(10));
        assertThat(lab.view("west").ready()).as("a canary that never comes").isFalse();
    }

    @Test
    void aClusterWithoutCanariesIsReadAtOnce() {
        MeshLab.Writer west = lab.writer("west", 7);
        west.node("n1", "10.7.1.0/24");
        west.config(new ClusterConfigEntry(7, false, false, 0, false, SliceExport.BOTH));

        lab.connect("west");

        assertThat(lab.view("west").ready()).isTrue();
        assertThat(lab.view("west").configured())
                .isEqualTo(new MeshView.Configuration(true, true, 7, 0, false, false, "disabled", "services-and-endpointslices"));
    }

    @Test
    void aCopyInANearerStoreIsReadFromWhereItIs() {
        MeshLab.Writer west = lab.writer("west", 7);
        MeshLayout cached = new MeshLayout("west", true);
        west.put(cached.prefix(MeshKind.NODES) + "n1", west.nodeValue("n1", "10.7.1.0/24"));
        west.put(cached.prefix(MeshKind.SERVICES) + "shop/cart", west.serviceValue("cart", "10.7.1.5"));
        west.put(cached.prefix(MeshKind.IDENTITIES) + "458760", west.identityValue(458760));
        west.node("elsewhere");
        MeshLab.READ.forEach(kind -> west.put(cached.canary(kind), "now".getBytes(UTF_8)));
        west.config(new ClusterConfigEntry(7, true, true, 255, null, SliceExport.NONE));

        lab.connect("west");

        assertThat(lab.view("west").ready()).isTrue();
        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n1");
        assertThat(lab.view("west").counts()).isEqualTo(new MeshView.Counts(1, 0, 1, 1));
    }

    @Test
    void aMissingConfigurationIsAskedForWithGrowingPausesAndThenConnectsAnew() {
        FakeStore west = lab.connect("west");
        lab.pass(Duration.ofSeconds(100));
        lab.writer("west", 7).heartbeat("one");
        lab.pass(Duration.ofSeconds(79));
        assertThat(west.reconnects).isEmpty();

        lab.pass(Duration.ofSeconds(31));

        assertThat(west.reconnects).containsExactly("remote cluster configuration required but not found");
        west.content.entries.put(MeshKeys.clusterConfig("west"), new byte[] {'{', '}'}); // no event: only asking finds it
        lab.pass(Duration.ofSeconds(30));
        assertThat(lab.view("west").notReady()).startsWith("its cluster id 0 is not in 1 to 255");
    }

    @Test
    void aConfigurationThatMayBeReadButNotWatchedIsAskedForEachMinute() {
        lab.ready("west", 7);
        lab.store("west").interrupt();
        lab.run();
        lab.content("west").entries.put(MeshKeys.clusterConfig("west"),
                new ClusterConfigEntry(8, true, false, 255, null, SliceExport.NONE).encode());

        lab.pass(Duration.ofMinutes(1));

        assertThat(lab.view("west").configured().clusterId()).isEqualTo(8);
    }

    @Test
    void aRoleThatAllowsToReadTheConfigurationAloneIsEnough() {
        lab.store("west").deny("cilium/cluster-config/");
        lab.connect("west");
        lab.writer("west", 7).everything();
        lab.pass(Duration.ofSeconds(1));
        assertThat(lab.view("west").ready()).as("the next attempt is not put off").isTrue();

        lab.writer("west", 8).config();
        lab.pass(Duration.ofMinutes(1));

        assertThat(lab.view("west").configured().clusterId()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0   | 255 | NONE | its cluster id 0 is not in 1 to 255; give it one of its own",
        "256 | 255 | NONE | its cluster id 256 is not in 1 to 255; give it one of its own",
        "1   | 255 | NONE | its cluster id 1 is this cluster's own; give every cluster an id of its own",
        "7   | 511 | NONE | it allows 511 connected clusters, this one 255; give all clusters the same maximum"})
    void aClusterThatBreaksARuleIsRefusedWithTheReason(int id, int most, SliceExport slices, String reason) {
        MeshLab.Writer west = lab.writer("west", 7);
        west.everything();
        west.config(new ClusterConfigEntry(id, true, false, most, null, slices));

        lab.connect("west");

        assertThat(lab.view("west").ready()).isFalse();
        assertThat(lab.view("west").notReady()).isEqualTo(reason);
        assertThat(lab.sink.objects()).isEmpty();
        assertThat(lab.remotes.unsettled()).as("nothing to wait for").isEmpty();
        west.config();
        assertThat(lab.view("west").ready()).as("once it keeps the rules").isTrue();
    }

    @Test
    void aClusterThatSharesEndpointSlicesInsteadOfServicesIsRead() {
        lab.configured("lyon");
        MeshLab.Writer lyon = lab.writer("lyon", 7);
        MeshFixtures.slices().forEach(lyon::put);

        lab.connect("lyon");

        assertThat(lab.view("lyon").notReady()).isEmpty();
        assertThat(lab.view("lyon").configured().endpointSlicesExport()).isEqualTo("endpointslices-only");
        assertThat(lab.view("lyon").counts()).isEqualTo(new MeshView.Counts(0, 0, 0, 1));
        assertThat(lab.service("lyon", "cart").endpoints()).extracting(endpoint -> endpoint.address().toString())
                .containsExactly("10.70.3.21", "10.70.3.22", "10.70.4.24", "fd00:70:3::15");
        String prefix = new MeshLayout("lyon", false).prefix(MeshKind.ENDPOINT_SLICES);
        lyon.put(prefix + "shop/cart-v6", "nonsense".getBytes(UTF_8));
        assertThat(lab.view("lyon").refused()).isEqualTo(1);
        lyon.delete(prefix + "shop/cart-v6");
        assertThat(lab.service("lyon", "cart").endpoints()).hasSize(3);
        lyon.delete(prefix + "shop/cart-abc12");
        lyon.delete(prefix + "shop/cart-more");
        assertThat(lab.names(RemoteService.class)).isEmpty();
    }

    @Test
    void aClusterThatGoesOverToEndpointSlicesLosesNothingMeanwhile() {
        lab.configured("lyon");
        MeshLab.Writer lyon = lab.writer("lyon", 7);
        lyon.everything();
        lyon.service("cart", "10.70.3.99");
        lab.connect("lyon");
        byte[] asBefore = lab.content("lyon").entries.get(MeshKeys.clusterConfig("lyon"));
        lab.sink.takeBatches();

        MeshFixtures.slices().forEach((key, value) -> {
            if (!key.startsWith("cilium/synced/")) {
                lyon.put(key, value);
            }
        });
        assertThat(lab.service("lyon", "cart").endpoints()).hasSize(1);
        lyon.canary(MeshKind.ENDPOINT_SLICES);
        assertThat(lab.service("lyon", "cart").endpoints()).hasSize(4);
        lyon.put(MeshKeys.clusterConfig("lyon"), asBefore);

        assertThat(lab.service("lyon", "cart").endpoints()).extracting(endpoint -> endpoint.address().toString())
                .containsExactly("10.70.3.99");
        assertThat(lab.sink.takeBatches()).flatExtracting(batch -> batch.deletes()).isEmpty();
    }

    @Test
    void aMalformedConfigurationIsRefusedAndALaterOneChangesNothing() {
        MeshLab.Writer west = lab.writer("west", 7);
        west.everything();
        west.put(MeshKeys.clusterConfig("west"), "{\"id\":\"seven\"}".getBytes(UTF_8));
        lab.connect("west");
        assertThat(lab.view("west").notReady()).startsWith("remote cluster configuration is refused: it ");

        west.config();
        assertThat(lab.view("west").ready()).isTrue();
        west.put(MeshKeys.clusterConfig("west"), "{".getBytes(UTF_8));

        assertThat(lab.view("west").ready()).isTrue();
        assertThat(lab.view("west").refusals()).singleElement()
                .satisfies(refusal -> assertThat(refusal.key()).isEqualTo("cilium/cluster-config/west"));
        west.delete(MeshKeys.clusterConfig("west"));
        assertThat(lab.view("west").ready()).isTrue();
    }

    @Test
    void anotherIdDrainsEverythingFirstAndLearnsItAnew() {
        lab.ready("west", 7);
        lab.sink.takeBatches();

        lab.writer("west", 9).config();

        assertThat(lab.names(RemoteNode.class)).as("values of the former id are refused").isEmpty();
        assertThat(lab.cluster("west").id()).isEqualTo(9);
        assertThat(lab.view("west").refused()).isEqualTo(4);
        lab.writer("west", 9).node("n1", "10.7.1.0/24");
        assertThat(lab.node("west", "n1").clusterId()).isEqualTo(9);
    }

    @Test
    void otherCapabilitiesBeginTheReadingAnewAndTakeNothingAway() {
        lab.ready("west", 7);
        MeshLab.Writer west = lab.writer("west", 7);
        west.config(new ClusterConfigEntry(7, true, true, 255, null, SliceExport.NONE));

        assertThat(lab.view("west").ready()).isFalse();
        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n1");
        assertThat(lab.cluster("west").lostSince()).as("not followed").isNotNull();
        west.config();
        assertThat(lab.view("west").ready()).isTrue();
        assertThat(lab.cluster("west").lostSince()).isNull();
    }

    @Test
    void aLostConnectionKeepsEverythingAndTellsSinceWhen() {
        FakeStore west = lab.ready("west", 7);
        lab.pass(Duration.ofSeconds(10));
        Instant cut = lab.loop.clock().instant();

        west.cut("connection reset");
        lab.run();
        lab.pass(Duration.ofHours(50));

        assertThat(lab.cluster("west").lostSince()).isEqualTo(cut);
        assertThat(lab.view("west").lostSince()).isEqualTo(cut);
        assertThat(lab.view("west").notReady()).isEqualTo("connection reset");
        assertThat(lab.names(RemoteService.class)).containsExactly("west/cart");
        lab.connect("west");
        assertThat(lab.cluster("west").lostSince()).isNull();
    }

    @Test
    void afterALostConnectionWhatIsNoLongerThereGoes() {
        FakeStore west = lab.ready("west", 7);
        lab.writer("west", 7).node("n2", "10.7.2.0/24");
        west.cut("connection reset");
        west.content.entries.remove(MeshKeys.node("west", "n1"));
        west.content.entries.remove(MeshKeys.service("west", "shop", "cart"));
        west.content.entries.remove("cilium/state/ip/v1/default/10.7.1.5");

        lab.connect("west");

        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n2");
        assertThat(lab.view("west").counts()).isEqualTo(new MeshView.Counts(1, 0, 1, 0));
    }

    @Test
    void aStoreThatLostItsContentTakesNothingAwayUntilItsOwnerHasWrittenAllOfIt() {
        FakeStore west = lab.ready("west", 7);
        west.cut("restarted");
        west.content.entries.clear();
        west.content.id = "another";
        lab.connect("west");
        MeshLab.Writer writer = lab.writer("west", 7);
        assertThat(lab.names(RemoteService.class)).containsExactly("west/cart");

        writer.node("n3", "10.7.3.0/24");
        writer.config();
        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n1");
        writer.canaries();

        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n3");
        assertThat(lab.names(RemoteService.class)).isEmpty();
    }

    @Test
    void aStoreThatListsNothingWithinAConnectionTakesNothingAwayEither() {
        FakeStore west = lab.ready("west", 7);
        west.content.entries.clear();
        west.interrupt();
        west.relist();
        lab.pass(Duration.ofMinutes(1));
        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n1");
        assertThat(lab.cluster("west").lostSince()).isNotNull();

        MeshLab.Writer writer = lab.writer("west", 7);
        writer.node("n3", "10.7.3.0/24");
        writer.canaries();
        lab.run();

        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n3");
        assertThat(lab.cluster("west").lostSince()).isNull();
    }

    @Test
    void anInterruptedListRemovesNothingAndTheNextOneDoes() {
        FakeStore west = lab.ready("west", 7);
        west.content.entries.remove(MeshKeys.node("west", "n1"));

        west.interrupt();
        lab.run();
        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n1");
        assertThat(lab.view("west").ready()).as("it was read over this connection").isTrue();
        west.readable(false);
        west.relist();
        lab.run();
        assertThat(lab.names(RemoteNode.class)).as("while nobody can say that this is all").containsExactly("west/n1");
        west.readable(true);
        lab.pass(Duration.ofSeconds(5));

        assertThat(lab.names(RemoteNode.class)).isEmpty();
    }

    @Test
    void malformedValuesAreRefusedAloneAndTheLastGoodOneStays() {
        lab.ready("west", 7);
        MeshLab.Writer west = lab.writer("west", 7);
        String cart = MeshKeys.service("west", "shop", "cart");

        west.put(cart, "{".getBytes(UTF_8));
        west.put(MeshKeys.node("west", "n2"), west.nodeValue("other", "10.7.2.0/24"));
        west.put(MeshKeys.node("west", "n3"), lab.writer("south", 7).nodeValue("n3", "10.7.3.0/24"));
        west.put("cilium/state/ip/v1/default/010.7.1.5", new byte[0]);
        west.put(MeshKeys.identity(5), west.identityValue(5));
        west.put(MeshKeys.service("west", "shop", "huge"), new byte[3 << 20]);

        assertThat(lab.service("west", "cart").endpoints()).hasSize(1);
        assertThat(lab.view("west").refused()).isEqualTo(6);
        assertThat(lab.view("west").refusals()).extracting(MeshView.Refusal::key).contains(cart, MeshKeys.identity(5));
        assertThat(lab.view("west").ready()).isTrue();
        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n1");

        west.service("cart", "10.7.1.8");
        west.delete(MeshKeys.node("west", "n2"));
        assertThat(lab.view("west").refused()).isEqualTo(4);
        lab.store("west").cut("again");
        lab.content("west").entries.remove(MeshKeys.node("west", "n3"));
        lab.connect("west");
        assertThat(lab.view("west").refused()).isEqualTo(3);
    }

    @Test
    void aSilentStoreIsConnectedToAnewAndWhatChangedMeanwhileIsLearned() {
        FakeStore west = lab.ready("west", 7);
        MeshLab.Writer writer = lab.writer("west", 7);
        writer.heartbeat("one");
        Instant last = lab.loop.clock().instant();
        west.silence();
        writer.node("n2", "10.7.2.0/24");
        writer.heartbeat("two");
        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n1");
        lab.pass(Duration.ofSeconds(119));
        assertThat(west.reconnects).isEmpty();
        assertThat(lab.view("west").heartbeatAge()).isEqualTo(Duration.ofSeconds(119));

        lab.pass(Duration.ofSeconds(1));

        assertThat(west.reconnects).containsExactly("no heartbeat since " + last);
        assertThat(lab.view("west").store().failures()).isEqualTo(1);
        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n1", "west/n2");
        assertThat(lab.cluster("west").lostSince()).as("the heartbeat went on meanwhile").isNull();
    }

    @Test
    void aStoreWhoseOwnerIsGoneCountsAsLostUntilThereIsANewSignOfLife() {
        FakeStore west = lab.ready("west", 7);
        MeshLab.Writer writer = lab.writer("west", 7);
        writer.heartbeat("one");
        Instant last = lab.loop.clock().instant();

        lab.pass(Duration.ofMinutes(7));

        assertThat(west.reconnects).hasSize(3);
        assertThat(lab.view("west").ready()).isTrue();
        assertThat(lab.cluster("west").lostSince()).isEqualTo(last);
        writer.delete(MeshKeys.HEARTBEAT);
        assertThat(lab.cluster("west").lostSince()).as("a deletion is no sign").isEqualTo(last);
        writer.heartbeat("two");
        assertThat(lab.cluster("west").lostSince()).isNull();
    }

    @Test
    void ofTwoClustersWithOneIdTheFirstWinsAndTheSecondFollowsWhenItGoes() {
        lab.configured("south", "west");
        lab.ready("west", 7);
        lab.ready("south", 7);

        assertThat(lab.view("south").notReady())
                .isEqualTo("its cluster id 7 is cluster west's; give every cluster an id of its own");
        assertThat(lab.names(RemoteCluster.class)).containsExactly("west");
        lab.store("west").cut("gone");
        lab.run();
        assertThat(lab.view("south").ready()).as("the first is not reached, and its data is kept").isFalse();

        lab.configured("south");

        assertThat(lab.view("south").ready()).isTrue();
        assertThat(lab.names(RemoteNode.class)).containsExactly("south/n1");
        assertThat(lab.names(RemoteCluster.class)).containsExactly("south");
    }

    @Test
    void theSecondFollowsTooWhenTheFirstTakesAnotherId() {
        lab.configured("south", "west");
        lab.ready("west", 7);
        lab.ready("south", 7);

        lab.writer("west", 8).config();
        lab.run();

        assertThat(lab.view("south").ready()).isTrue();
        assertThat(lab.cluster("west").id()).isEqualTo(8);
    }

    @Test
    void oneClusterUnderTwoNamesIsNamed() {
        lab.configured("west", "west2");
        lab.ready("west", 7);
        lab.configured("west");
        lab.sameContent("west2", "west");
        lab.configured("west", "west2");

        lab.connect("west2");
        assertThat(lab.view("west2").notReady()).isEqualTo("remote cluster configuration required but not found,"
                + " and its store is that of cluster west: give every cluster one name");
        lab.writer("west2", 7).config();
        assertThat(lab.view("west2").notReady())
                .isEqualTo("its cluster id 7 is cluster west's, in the same store; give every cluster one name");
    }

    @Test
    void theOwnClustersStoreUnderAnotherNameIsNamed() {
        lab.remotes.ownStore("store-west");

        lab.connect("west");

        assertThat(lab.view("west").notReady()).endsWith("its store is that of cluster east: give every cluster one name");
    }

    @Test
    void removalFromTheConfigurationDrainsAndTheOwnNameIsPassedOver() {
        FakeStore west = lab.ready("west", 7);

        lab.configured("east");

        assertThat(lab.sink.objects()).isEmpty();
        assertThat(west.closed).isTrue();
        assertThat(west.watches()).isZero();
        assertThat(lab.remotes.views()).isEmpty();
        lab.configured("west");
        lab.connect("west");
        assertThat(lab.view("west").ready()).isTrue();
    }

    @Test
    void anotherBackendTakesOverWhatIsKept() {
        FakeStore before = lab.ready("west", 7);
        lab.remotes.close("no backend is loaded");
        lab.run();
        assertThat(before.closed).isTrue();
        assertThat(lab.view("west").notReady()).isEqualTo("no backend is loaded");
        assertThat(lab.cluster("west").lostSince()).isNotNull();
        assertThat(lab.names(RemoteNode.class)).containsExactly("west/n1");
        lab.sink.takeBatches();

        lab.open();
        lab.connect("west");

        assertThat(lab.sink.takeBatches()).flatExtracting(batch -> batch.upserts()).extracting(Resource::kind)
                .containsOnly(RemoteCluster.KIND);
        assertThat(lab.view("west").ready()).isTrue();
        before.connect();
        before.cut("late");
        lab.run();
        assertThat(lab.view("west").ready()).as("callbacks of a closed store").isTrue();
    }

    @Test
    void changedSettingsAreCheckedAgain() {
        lab.ready("west", 7);

        lab.settings = new MeshSettings("fake", "east", 7, true, 255, Duration.ofMinutes(1), Duration.ofMinutes(2));
        lab.remotes.settingsChanged();
        lab.run();

        assertThat(lab.view("west").notReady()).startsWith("its cluster id 7 is this cluster's own");
        assertThat(lab.cluster("west").lostSince()).isNotNull();
    }

    @Test
    void clustersThatAreDeadDisturbNoneOfThoseThatLive() {
        List<String> all = IntStream.rangeClosed(2, 255).mapToObj(id -> "c" + id).toList();
        lab.configured(all.toArray(String[]::new));
        all.forEach(name -> lab.store(name).cut("connection refused"));
        lab.ready("c10", 10);
        lab.ready("c255", 255);

        lab.pass(Duration.ofMinutes(1));

        assertThat(lab.view("c10").ready()).isTrue();
        assertThat(lab.view("c255").ready()).isTrue();
        assertThat(lab.remotes.views()).filteredOn(MeshView.Remote::ready).hasSize(2);
        assertThat(lab.loop.timers()).as("dead ones wait for nothing").isLessThan(10);
    }
}
