package io.roadstead.plugin.podcidr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.api.route.RouteReason;
import io.roadstead.testkit.FakeCluster;
import io.roadstead.testkit.RouteAdvertiserContract;

final class PodCidrAdvertiserTest extends RouteAdvertiserContract {

    private static final ResourceKey LOCAL = new ResourceKey(Node.KIND, "", "k8s-w1");

    private final FakeCluster cluster = new FakeCluster("k8s-w1").with(node("k8s-w1", "172.20.1.0/24"), node("k8s-w0", "172.20.2.0/24"));

    @Override
    protected RouteAdvertiser<?> advertiser() {
        return new PodCidrAdvertiser();
    }

    @Override
    protected ClusterView cluster() {
        return cluster;
    }

    @Override
    protected BgpAdvertisement.Entry entry() {
        return new BgpAdvertisement.Entry("PodCIDR", null, null, RouteAttributes.PLAIN, null, Map.of());
    }

    @Test
    void onlyTheNodesOwnPodCidrIsAnnounced() {
        assertThat(announced()).containsExactly("172.20.1.0/24");
    }

    @Test
    void bothFamiliesAreAnnounced() {
        cluster.with(node("k8s-w1", "172.20.1.0/24", "fd00:10:1::/64"));

        assertThat(announced()).containsExactly("172.20.1.0/24", "fd00:10:1::/64");
    }

    @Test
    void theCiliumNodesPodCidrsWinOverTheNodes() {
        cluster.with(new CiliumNode(ObjectMeta.of("", "k8s-w1"), List.of(IpPrefix.parse("10.7.0.0/24"))));

        assertThat(announced()).containsExactly("10.7.0.0/24");
    }

    @Test
    void aCiliumNodeWithoutPodCidrsLeavesTheNodes() {
        cluster.with(new CiliumNode(ObjectMeta.of("", "k8s-w1"), List.of()));

        assertThat(announced()).containsExactly("172.20.1.0/24");
    }

    @Test
    void aNodeWithoutPodCidrSaysSo() {
        cluster.with(node("k8s-w1"));

        List<RouteDecision> decisions = advertiser().decide(LOCAL, entry(), cluster);

        assertThat(decisions).singleElement().satisfies(decision -> {
            assertThat(decision.announced()).isFalse();
            assertThat(decision.reason().code()).isEqualTo(RouteReason.NO_POD_CIDR);
        });
    }

    @Test
    void onlyTheOwnNodesObjectsAffectIt() {
        RouteAdvertiser<?> advertiser = advertiser();

        assertThat(advertiser.affectedBy(LOCAL, cluster)).containsExactly(LOCAL);
        assertThat(advertiser.affectedBy(new ResourceKey(CiliumNode.KIND, "", "k8s-w1"), cluster)).containsExactly(LOCAL);
        assertThat(advertiser.affectedBy(new ResourceKey(Node.KIND, "", "k8s-w0"), cluster)).isEmpty();
    }

    private List<String> announced() {
        return advertiser().decide(LOCAL, entry(), cluster).stream().filter(RouteDecision::announced)
                .map(decision -> String.valueOf(decision.prefix())).toList();
    }

    private static Node node(String name, String... podCidrs) {
        return new Node(ObjectMeta.of("", name), List.of(), Stream.of(podCidrs).map(IpPrefix::parse).toList(), false, List.of());
    }
}
