package io.roadstead.kernel.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.testkit.ManualScheduler;

class ClusterStateTest {

    private final ManualScheduler loop = new ManualScheduler();
    private final ClusterState state = new ClusterState(loop, "n1");
    private final List<ChangeSet> seen = new ArrayList<>();

    ClusterStateTest() {
        state.listen((changes, view) -> seen.add(changes));
    }

    @Test
    void aBatchIsOneChangeSetAndIsVisibleOnlyAfterTheLoopRan() {
        ClusterSink sink = state.sink("manifests");

        sink.apply(new ResourceBatch(List.of(node("n1"), node("n2")), List.of()));

        assertThat(state.view().all(Node.class)).isEmpty();
        loop.runReady();
        assertThat(state.view().all(Node.class)).hasSize(2);
        assertThat(seen).containsExactly(new ChangeSet(Set.of(key("n1"), key("n2")), false));
    }

    @Test
    void anUnchangedUpsertAndADeletionOfNothingAreNoChange() {
        ClusterSink sink = state.sink("manifests");
        put(sink, node("n1"));
        seen.clear();

        put(sink, node("n1"));
        sink.apply(new ResourceBatch(List.of(), List.of(key("n9"))));
        loop.runReady();

        assertThat(seen).isEmpty();
    }

    @Test
    void aKeyThatIsDeletedAndPutInOneBatchExists() {
        ClusterSink sink = state.sink("manifests");

        sink.apply(new ResourceBatch(List.of(node("n1")), List.of(key("n1"))));
        loop.runReady();

        assertThat(state.view().localNode()).isPresent();
    }

    @Test
    void itIsSyncedWhenEverySourceHasSynced() {
        ClusterSink config = state.sink("config");
        ClusterSink manifests = state.sink("manifests");
        assertThat(state.synced()).isFalse();

        config.synced();
        loop.runReady();
        assertThat(state.synced()).isFalse();

        manifests.synced();
        manifests.synced();
        loop.runReady();
        assertThat(state.synced()).isTrue();
        assertThat(seen).extracting(ChangeSet::synced).containsExactly(false, true);
    }

    @Test
    void theFirstSourceOwnsAnObjectAndTheOthersShowsWhenItGoes() {
        ClusterSink config = state.sink("config");
        ClusterSink manifests = state.sink("manifests");
        put(manifests, podCidr("10.2.0.0/24"));
        put(config, podCidr("10.1.0.0/24"));

        assertThat(state.view().localPodCidrs()).containsExactly(IpPrefix.parse("10.1.0.0/24"));
        assertThat(state.problems()).extracting(SourceProblem::origin).containsExactly("manifests");

        seen.clear();
        put(manifests, podCidr("10.3.0.0/24"));
        assertThat(seen).isEmpty();

        state.remove("config");
        assertThat(state.view().localPodCidrs()).containsExactly(IpPrefix.parse("10.3.0.0/24"));
        assertThat(state.problems()).isEmpty();
    }

    @Test
    void aSourceThatBeginsAnewKeepsItsObjectsUntilItHasSyncedWithoutThem() {
        ClusterSink first = state.sink("manifests");
        put(first, node("n1"));
        put(first, node("n2"));
        first.synced();
        loop.runReady();
        seen.clear();

        ClusterSink second = state.sink("manifests");
        put(first, node("late"));
        put(second, node("n1"));
        assertThat(state.view().all(Node.class)).hasSize(2);
        assertThat(state.synced()).isTrue();

        second.synced();
        loop.runReady();
        assertThat(state.view().all(Node.class)).extracting(node -> node.meta().name()).containsExactly("n1");
        assertThat(seen).containsExactly(new ChangeSet(Set.of(key("n2")), true));
    }

    @Test
    void slicesAreFoundByTheirServiceAlsoWhenTheyMoveToAnother() {
        ClusterSink sink = state.sink("manifests");
        put(sink, slice("s-2", "web"));
        put(sink, slice("s-1", "web"));
        assertThat(state.view().slicesOf("default", "web")).extracting(slice -> slice.meta().name()).containsExactly("s-1", "s-2");

        seen.clear();

        put(sink, slice("s-1", "shop"));

        assertThat(seen.getFirst().keys()).containsExactly(new ResourceKey(EndpointSlice.KIND, "default", "s-1"),
                new ResourceKey(Service.KIND, "default", "web"), new ResourceKey(Service.KIND, "default", "shop"));
        assertThat(state.view().slicesOf("default", "web")).extracting(slice -> slice.meta().name()).containsExactly("s-2");
        assertThat(state.view().slicesOf("default", "shop")).hasSize(1);
        sink.apply(new ResourceBatch(List.of(), List.of(new ResourceKey(EndpointSlice.KIND, "default", "s-1"))));
        loop.runReady();
        assertThat(state.view().slicesOf("default", "shop")).isEmpty();
        assertThat(state.counts()).isEqualTo(Map.of(EndpointSlice.KIND, 1));
    }

    @Test
    void podCidrsOfACiliumNodeWinUnlessItHasNone() {
        ClusterSink sink = state.sink("manifests");
        put(sink, new Node(ObjectMeta.of("", "n1"), List.of(), List.of(IpPrefix.parse("10.9.0.0/24")), false, List.of()));
        put(sink, new CiliumNode(ObjectMeta.of("", "n1"), List.of()));
        assertThat(state.view().localPodCidrs()).containsExactly(IpPrefix.parse("10.9.0.0/24"));

        put(sink, podCidr("10.1.0.0/24"));

        assertThat(state.view().localPodCidrs()).containsExactly(IpPrefix.parse("10.1.0.0/24"));
    }

    @Test
    void aListenerThatThrowsDoesNotKeepTheNextFromHearing() {
        List<ChangeSet> later = new ArrayList<>();
        state.listen((changes, view) -> {
            throw new IllegalStateException("planted");
        });
        state.listen((changes, view) -> later.add(changes));

        put(state.sink("manifests"), node("n1"));

        assertThat(later).hasSize(1);
    }

    private void put(ClusterSink sink, Resource resource) {
        sink.apply(new ResourceBatch(List.of(resource), List.of()));
        loop.runReady();
    }

    private static Node node(String name) {
        return new Node(ObjectMeta.of("", name), List.of(), List.of(), false, List.of());
    }

    private static CiliumNode podCidr(String cidr) {
        return new CiliumNode(ObjectMeta.of("", "n1"), List.of(IpPrefix.parse(cidr)));
    }

    private static EndpointSlice slice(String name, String service) {
        return new EndpointSlice(ObjectMeta.of("default", name), service, AddressFamily.IPV4, List.of(), List.of());
    }

    private static ResourceKey key(String node) {
        return new ResourceKey(Node.KIND, "", node);
    }
}
