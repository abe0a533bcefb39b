package io.roadstead.plugin.service;

import static io.roadstead.testkit.ServiceBuilder.endpoint;
import static io.roadstead.testkit.ServiceBuilder.ready;
import static io.roadstead.testkit.ServiceBuilder.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpAdvertisement.AddressKind;
import io.roadstead.api.model.bgp.BgpAdvertisement.ServiceOptions;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.EndpointSlice.Conditions;
import io.roadstead.api.model.service.IpFamilyPolicy;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.api.route.RouteReason;
import io.roadstead.testkit.FakeCluster;
import io.roadstead.testkit.RouteAdvertiserContract;
import io.roadstead.testkit.ServiceBuilder;

final class ServiceAdvertiserTest extends RouteAdvertiserContract {

    private static final String HERE = "k8s-w0";
    private static final ResourceKey WEBPOD = new ResourceKey(Service.KIND, "default", "webpod");
    private static final LabelSelector APP_WEBPOD =
            new LabelSelector(Map.of(), List.of(new LabelSelector.Expression("app", LabelSelector.Operator.IN, List.of("webpod"))));

    private final FakeCluster cluster = new FakeCluster(HERE).with(webpod().build(), webpod().slice(ready("172.20.0.7", "k8s-ctr")));

    @Override
    protected RouteAdvertiser<?> advertiser() {
        return new ServiceAdvertiser(new ServiceAdvertiserConfig(Set.of("io.cilium/bgp-control-plane")));
    }

    @Override
    protected ClusterView cluster() {
        return cluster;
    }

    @Override
    protected BgpAdvertisement.Entry entry() {
        return entry(APP_WEBPOD, options(AddressKind.LOAD_BALANCER_IP));
    }

    @Test
    void policyClusterAnnouncesFromEveryNode() {
        assertThat(announced(entry())).containsExactly("172.16.1.1/32");
    }

    @Test
    void policyClusterAnnouncesWithoutAnyEndpointUnlessAskedToWithdraw() {
        cluster.with(webpod().slice());

        assertThat(announced(entry())).containsExactly("172.16.1.1/32");
        ServiceOptions withdrawing = new ServiceOptions(Set.of(AddressKind.LOAD_BALANCER_IP), null, null, true, false);
        assertThat(reason(entry(APP_WEBPOD, withdrawing))).isEqualTo(RouteReason.NO_READY_ENDPOINT);
        cluster.with(webpod().slice(ready("172.20.0.7", "k8s-ctr")));
        assertThat(announced(entry(APP_WEBPOD, withdrawing))).containsExactly("172.16.1.1/32");
    }

    @Test
    void policyLocalAnnouncesOnlyWithAReadyEndpointHere() {
        ServiceBuilder local = webpod().externalTrafficPolicy(TrafficPolicy.LOCAL);
        cluster.with(local.build());

        assertThat(reason(entry())).isEqualTo(RouteReason.NO_LOCAL_READY_ENDPOINT);
        cluster.with(local.slice(ready("172.20.0.7", "k8s-ctr"), ready("172.20.2.9", HERE)));
        assertThat(announced(entry())).containsExactly("172.16.1.1/32");
    }

    @Test
    void theReasonCountsTheEndpoints() {
        cluster.with(webpod().externalTrafficPolicy(TrafficPolicy.LOCAL).build());

        assertThat(decide(entry()).getFirst().reason().subject()).isEqualTo("1 endpoint, 1 ready, 0 ready on k8s-w0");
    }

    @Test
    void aTerminatingOrNotReadyEndpointDoesNotHoldTheRoute() {
        ServiceBuilder local = webpod().externalTrafficPolicy(TrafficPolicy.LOCAL);
        cluster.with(local.build(), local.slice(endpoint("172.20.2.9", HERE, Conditions.of(false, true, true)),
                endpoint("172.20.2.10", HERE, Conditions.of(false, false, false))));

        assertThat(reason(entry())).isEqualTo(RouteReason.NO_LOCAL_READY_ENDPOINT);
    }

    @Test
    void readyAndTerminatingTogetherCountsAsPublishNotReadyAddressesWants() {
        ServiceBuilder local = webpod().externalTrafficPolicy(TrafficPolicy.LOCAL);
        cluster.with(local.build(), local.slice(endpoint("172.20.2.9", HERE, Conditions.of(true, true, true))));

        assertThat(announced(entry())).containsExactly("172.16.1.1/32");
    }

    @Test
    void unknownConditionsCountAsReady() {
        ServiceBuilder local = webpod().externalTrafficPolicy(TrafficPolicy.LOCAL);
        cluster.with(local.build(), local.slice(endpoint("172.20.2.9", HERE, Conditions.of(null, null, null))));

        assertThat(announced(entry())).containsExactly("172.16.1.1/32");
    }

    @Test
    void anEndpointOfTheOtherFamilyDoesNotHoldTheRoute() {
        ServiceBuilder local = webpod().loadBalancer("172.16.1.1", "fd00::1").externalTrafficPolicy(TrafficPolicy.LOCAL)
                .families(IpFamilyPolicy.REQUIRE_DUAL_STACK, AddressFamily.IPV4, AddressFamily.IPV6);
        cluster.with(local.build(), local.slice(ready("fd00:2::9", HERE)));

        assertThat(announced(entry())).containsExactly("fd00::1/128");
    }

    @Test
    void clusterAddressesFollowTheInternalPolicy() {
        BgpAdvertisement.Entry entry = entry(APP_WEBPOD, options(AddressKind.CLUSTER_IP));
        cluster.with(webpod().externalTrafficPolicy(TrafficPolicy.LOCAL).build());

        assertThat(announced(entry)).containsExactly("10.96.0.10/32");
        cluster.with(webpod().internalTrafficPolicy(TrafficPolicy.LOCAL).build());
        assertThat(reason(entry)).isEqualTo(RouteReason.NO_LOCAL_READY_ENDPOINT);
    }

    @Test
    void externalAddressesNeedNoLoadBalancerType() {
        cluster.with(service("default/webpod").labels(Map.of("app", "webpod")).externalIps("198.51.100.7").build());

        assertThat(announced(entry(APP_WEBPOD, options(AddressKind.EXTERNAL_IP)))).containsExactly("198.51.100.7/32");
        assertThat(reason(entry())).isEqualTo(RouteReason.NOT_A_LOAD_BALANCER);
    }

    @Test
    void aForeignLoadBalancerClassIsLeftAlone() {
        cluster.with(webpod().loadBalancerClass("example.com/other").build());

        assertThat(reason(entry())).isEqualTo(RouteReason.FOREIGN_CLASS);
        cluster.with(webpod().loadBalancerClass("io.cilium/bgp-control-plane").build());
        assertThat(announced(entry())).containsExactly("172.16.1.1/32");
    }

    @Test
    void aServiceWithoutAddressSaysSo() {
        cluster.with(webpod().loadBalancer().build());

        assertThat(reason(entry())).isEqualTo(RouteReason.NO_ADDRESS);
    }

    @Test
    void noSelectorSelectsNothingAndAnEmptyOneEverything() {
        assertThat(reason(entry(null, options(AddressKind.LOAD_BALANCER_IP)))).isEqualTo(RouteReason.NO_SELECTOR);
        assertThat(announced(entry(LabelSelector.EVERYTHING, options(AddressKind.LOAD_BALANCER_IP)))).containsExactly("172.16.1.1/32");
    }

    @Test
    void theSelectorSeesLabelsAndTheSpecialKeys() {
        LabelSelector byName = LabelSelector
                .ofLabels(Map.of("io.kubernetes.service.name", "webpod", "io.kubernetes.service.namespace", "default"));

        assertThat(announced(entry(byName, options(AddressKind.LOAD_BALANCER_IP)))).containsExactly("172.16.1.1/32");
        assertThat(reason(entry(LabelSelector.ofLabels(Map.of("app", "other")), options(AddressKind.LOAD_BALANCER_IP))))
                .isEqualTo(RouteReason.SELECTOR_MISMATCH);
    }

    @Test
    void anAggregateReplacesTheHostPrefixExceptWithPolicyLocal() {
        BgpAdvertisement.Entry entry =
                entry(APP_WEBPOD, new ServiceOptions(Set.of(AddressKind.LOAD_BALANCER_IP), 24, 64, false, false));

        assertThat(announced(entry)).containsExactly("172.16.1.0/24");
        ServiceBuilder local = webpod().externalTrafficPolicy(TrafficPolicy.LOCAL);
        cluster.with(local.build(), local.slice(ready("172.20.2.9", HERE)));
        assertThat(announced(entry)).containsExactly("172.16.1.1/32");
    }

    @Test
    void anExcludedNodeIsHonouredOnlyWhenAsked() {
        cluster.with(new Node(ObjectMeta.of("", HERE).withLabels(Map.of(ServiceAdvertiser.EXCLUDE_LABEL, "")), List.of(), List.of(), false,
                List.of()));

        assertThat(announced(entry())).containsExactly("172.16.1.1/32");
        ServiceOptions honouring = new ServiceOptions(Set.of(AddressKind.LOAD_BALANCER_IP), null, null, false, true);
        assertThat(reason(entry(APP_WEBPOD, honouring))).isEqualTo(RouteReason.NODE_EXCLUDED);
    }

    @Test
    void aChangedSliceIsToldByItsService() {
        RouteAdvertiser<?> advertiser = advertiser();

        assertThat(advertiser.affectedBy(WEBPOD, cluster)).containsExactly(WEBPOD);
        assertThat(advertiser.affectedBy(new ResourceKey(EndpointSlice.KIND, "default", "webpod-ipv4"), cluster)).isEmpty();
    }

    private List<RouteDecision> decide(BgpAdvertisement.Entry entry) {
        return advertiser().decide(WEBPOD, entry, cluster);
    }

    private List<String> announced(BgpAdvertisement.Entry entry) {
        return decide(entry).stream().filter(RouteDecision::announced).map(decision -> String.valueOf(decision.prefix())).toList();
    }

    private Object reason(BgpAdvertisement.Entry entry) {
        List<RouteDecision> decisions = decide(entry);
        assertThat(decisions).singleElement().matches(decision -> !decision.announced());
        return decisions.getFirst().reason().code();
    }

    private static ServiceBuilder webpod() {
        return service("default/webpod").labels(Map.of("app", "webpod")).loadBalancer("172.16.1.1").clusterIps("10.96.0.10");
    }

    private static ServiceOptions options(AddressKind kind) {
        return new ServiceOptions(Set.of(kind), null, null, false, false);
    }

    private static BgpAdvertisement.Entry entry(@Nullable LabelSelector selector, ServiceOptions options) {
        return new BgpAdvertisement.Entry("Service", selector, options, RouteAttributes.PLAIN, null, Map.of());
    }
}
