package io.roadstead.kernel.route;

import static io.roadstead.kernel.route.RouteLab.ADVERTISE_SERVICES;
import static io.roadstead.kernel.route.RouteLab.PEER_CONFIG;
import static io.roadstead.kernel.route.RouteLab.service;
import static io.roadstead.kernel.route.RouteLab.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.route.RouteReason;
import io.roadstead.api.view.ExplainView;

class ExplainTest {

    private final RouteLab lab = RouteLab.synced();

    @Test
    void anAnnouncedServiceNamesPeerPrefixAdvertisementAndAttributes() {
        lab.apply(ADVERTISE_SERVICES, service("webpod", "webpod", "172.16.1.1", "Local"), slice("webpod", "k8s-w1", "k8s-ctr"));

        ExplainView view = lab.controller.explainService("default", "webpod");

        assertThat(view.node()).isEqualTo("k8s-w1");
        assertThat(view.subject()).isEqualTo("Service default/webpod");
        assertThat(view.facts()).contains("LoadBalancerIP 172.16.1.1", "externalTrafficPolicy Local, internalTrafficPolicy Cluster",
                "endpoints k8s-ctr 1/1 ready, k8s-w1 1/1 ready");
        ExplainView.Row row = view.rows().getFirst();
        assertThat(view.rows()).hasSize(1);
        assertThat(row.peer()).isEqualTo("tor-switch");
        assertThat(row.prefix()).hasToString("172.16.1.1/32");
        assertThat(row.advertisement()).isEqualTo("lb");
        assertThat(row.announced()).isTrue();
        assertThat(row.attributes()).isNotNull();
    }

    @Test
    void aServiceThatTheSelectorMissesSaysSoAndTheRemedy() {
        lab.apply(ADVERTISE_SERVICES, service("webpod", "other", "172.16.1.1", "Cluster"));

        ExplainView view = lab.controller.explainService("default", "webpod");

        assertThat(reasons(view)).containsExactly(RouteReason.SELECTOR_MISMATCH);
        assertThat(view.rows().getFirst().reason().subject()).isEqualTo("app in (webpod)");
        assertThat(view.facts()).contains("SELECTOR_MISMATCH: label the object as the advertisement's selector wants");
    }

    @Test
    void aServiceWithoutAnyAdvertisementNamesWhatIsSelectedAndWhatIsNot() {
        lab.apply(ADVERTISE_SERVICES.replace("advertise = bgp", "advertise = nobody"),
                service("webpod", "webpod", "172.16.1.1", "Cluster"));

        ExplainView view = lab.controller.explainService("default", "webpod");

        assertThat(reasons(view)).containsExactly(RouteReason.NO_ADVERTISEMENT_SELECTED);
        assertThat(view.rows().getFirst().reason()).hasToString(
                "the peer's families select no advertisement for it: selected: bgp-advertisements (PodCIDR), none of type Service");
        assertThat(view.facts()).contains("CiliumBGPAdvertisement lb with labels {advertise=nobody} is selected by no peer of this node");
    }

    @Test
    void noAddressAndNoLocalEndpointAreToldApart() {
        lab.apply(ADVERTISE_SERVICES, service("webpod", "webpod", "", "Local"));
        assertThat(reasons(lab.controller.explainService("default", "webpod"))).containsExactly(RouteReason.NO_ADDRESS);

        lab.apply(service("webpod", "webpod", "172.16.1.1", "Local"), slice("webpod", "k8s-ctr"));
        assertThat(reasons(lab.controller.explainService("default", "webpod"))).containsExactly(RouteReason.NO_LOCAL_READY_ENDPOINT);
    }

    @Test
    void aPeerThatIsDownAndAFamilyThatWasNotAgreedAreNamed() {
        lab.apply(ADVERTISE_SERVICES, service("webpod", "webpod", "172.16.1.1", "Cluster"));
        lab.tor().state = SessionState.ACTIVE;
        ExplainView down = lab.controller.explainService("default", "webpod");
        assertThat(reasons(down)).containsExactly(RouteReason.PEER_NOT_ESTABLISHED);
        assertThat(down.rows().getFirst().reason().subject()).isEqualTo("active");

        lab.tor().state = SessionState.ESTABLISHED;
        lab.tor().negotiated = Set.of(AfiSafi.IPV6_UNICAST);
        assertThat(reasons(lab.controller.explainService("default", "webpod"))).containsExactly(RouteReason.FAMILY_NOT_NEGOTIATED);
    }

    @Test
    void anAddressOfAFamilyThatThePeerDoesNotExchangeIsNamed() {
        lab.apply(ADVERTISE_SERVICES, service("webpod", "webpod", "fd00::1", "Cluster"));
        assertThat(reasons(lab.controller.explainService("default", "webpod"))).containsExactly(RouteReason.FAMILY_NOT_CONFIGURED);

        lab.apply(PEER_CONFIG.replace("families = [", "families = [{ afi = ipv6, safi = unicast }, "));
        assertThat(reasons(lab.controller.explainService("default", "webpod"))).containsExactly(RouteReason.NO_ADVERTISEMENT_SELECTED);
    }

    @Test
    void aPrefixIsExplainedByWhatOriginatesOrCoversIt() {
        assertThat(reasons(lab.controller.explainRoute(IpPrefix.parse("172.20.1.0/24")))).containsExactly(RouteReason.ANNOUNCED);

        ExplainView inside = lab.controller.explainRoute(IpPrefix.parse("172.20.1.7/32"));
        assertThat(reasons(inside)).containsExactly(RouteReason.NOT_ORIGINATED);
        assertThat(inside.facts()).contains("172.20.1.0/24 of Node k8s-w1 covers it");
    }

    @Test
    void aServiceThatDoesNotExistIsTheAskersFault() {
        assertThatThrownBy(() -> lab.controller.explainService("default", "nope"))
                .isInstanceOfSatisfying(RoadsteadException.class, thrown -> assertThat(thrown.code()).isEqualTo(CommonErrorCode.NOT_FOUND));
    }

    private static List<Object> reasons(ExplainView view) {
        return view.rows().stream().<Object>map(row -> row.reason().code()).toList();
    }
}
