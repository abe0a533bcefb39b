package io.roadstead.kernel.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.testkit.ManualScheduler;

class LintWatchTest {

    private final ManualScheduler loop = new ManualScheduler();
    private final ClusterState cluster = new ClusterState(loop, "n1");
    private final ClusterSink sink = cluster.sink("manifests");
    private final LintWatch watch = new LintWatch(loop, cluster);

    LintWatchTest() {
        watch.start();
    }

    private static Resource advertisement(String name, String selector) {
        return Manifests.resources("""
                apiVersion: cilium.io/v2
                kind: CiliumBGPAdvertisement
                metadata:
                  name: %s
                spec:
                  advertisements:
                  - advertisementType: Service
                    service: {addresses: [LoadBalancerIP]}
                    %s
                """.formatted(name, selector)).getFirst();
    }

    private void put(Resource... resources) {
        sink.apply(new ResourceBatch(List.of(resources), List.of()));
        loop.runReady();
    }

    private void sync() {
        sink.synced();
        loop.runReady();
    }

    @Test
    void saysNothingBeforeEverythingHasBeenRead() {
        put(advertisement("a", ""));

        assertThat(watch.problems()).isEmpty();

        sync();

        assertThat(watch.problems()).singleElement().asString().startsWith("CiliumBGPAdvertisement a: spec.advertisements[0].selector: ");
    }

    @Test
    void followsTheObjects() {
        sync();
        assertThat(watch.problems()).isEmpty();

        put(advertisement("a", ""));
        assertThat(watch.problems()).hasSize(1);

        put(advertisement("a", "selector: {}"));
        assertThat(watch.problems()).isEmpty();

        put(advertisement("b", ""));
        sink.apply(new ResourceBatch(List.of(), List.of(new ResourceKey(BgpAdvertisement.KIND, "", "b"))));
        loop.runReady();
        assertThat(watch.problems()).isEmpty();
    }

    @Test
    void showsAScreenAndCountsTheRest() {
        sync();
        for (int i = 0; i < LintWatch.SHOWN + 7; i++) {
            put(advertisement("a" + i, ""));
        }

        assertThat(watch.problems()).hasSize(LintWatch.SHOWN + 1).last().asString().startsWith("7 more ");
    }

    @Test
    void saysOfFormerKindsHowManyThereAre() {
        sink.ignored(Map.of("CiliumBGPPeeringPolicy", 2, "Deployment", 5));
        sync();

        assertThat(watch.problems()).containsExactly("2 CiliumBGPPeeringPolicy objects: each is ignored, by Cilium since 1.19 and by "
                + "Roadstead; roadstead config translate --from cilium-v1 prints what replaces it");
    }

    /** One timer however many changes: the lines are logged when the objects have come to rest. */
    @Test
    void looksOnceWhenChangesHaveComeToRest() {
        sync();
        put(advertisement("a", ""));
        put(advertisement("b", ""));

        loop.advance(LintWatch.REST);

        assertThat(watch.logged()).hasSize(2);
    }
}
