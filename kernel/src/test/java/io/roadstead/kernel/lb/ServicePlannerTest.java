package io.roadstead.kernel.lb;

import static io.roadstead.testkit.ServiceBuilder.endpoint;
import static io.roadstead.testkit.ServiceBuilder.ready;
import static io.roadstead.testkit.ServiceBuilder.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.EndpointSlice.Conditions;
import io.roadstead.api.model.service.EndpointSlice.Endpoint;
import io.roadstead.api.model.service.IpFamilyPolicy;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.testkit.ServiceBuilder;

/** What becomes of a Service on node n1 of two. */
class ServicePlannerTest {

    private static final Service.Port HTTP = new Service.Port("", Protocol.TCP, 80, "", 30080);

    private static ServiceBuilder webpod() {
        return service("default/webpod").clusterIps("10.96.0.1").loadBalancer("172.16.1.1").ports(HTTP);
    }

    private static BalancerLab lab(ServiceBuilder service, Endpoint... endpoints) {
        return BalancerLab.with(service.build(), service.slice(endpoints));
    }

    private static Endpoint[] three() {
        return new Endpoint[] {ready("172.20.2.5", "n2"), ready("172.20.1.7", "n1"), ready("172.20.1.5", "n1")};
    }

    @Test
    void everyKindOfAddressIsAFrontend() {
        BalancerLab lab = lab(webpod().externalIps("203.0.113.5"), three());

        assertThat(lab.frontends()).containsExactly("10.96.0.1:80/TCP ClusterIP", "172.16.1.1:80/TCP LoadBalancer",
                "192.168.10.1:30080/TCP NodePort", "203.0.113.5:80/TCP ExternalIPs");
        assertThat(lab.frontends()).allSatisfy(frontend -> assertThat(lab.backends(frontend.substring(0, frontend.indexOf(' '))))
                .isEqualTo("172.20.1.5:80 172.20.1.7:80 172.20.2.5:80"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"CLUSTER_IP; 1", "NODE_PORT; 2", "LOAD_BALANCER; 3", "EXTERNAL_NAME; 0"})
    void aTypeHasTheFrontendsOfThoseBeforeIt(ServiceType type, int frontends) {
        assertThat(lab(webpod().type(type), three()).frontends()).hasSize(frontends);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"LoadBalancer; 172.16.1.1:80/TCP LoadBalancer",
        "ClusterIP, LoadBalancer; 10.96.0.1:80/TCP ClusterIP|172.16.1.1:80/TCP LoadBalancer",
        "NodePort; 192.168.10.1:30080/TCP NodePort"})
    void theTypeAnnotationKeepsOthersUnexposed(String value, String frontends) {
        BalancerLab lab = lab(webpod().annotations(Map.of("service.cilium.io/type", value)), three());

        assertThat(lab.frontends()).containsExactly(frontends.split("\\|", -1));
    }

    @Test
    void aHeadlessServiceHasNoFrontend() {
        assertThat(lab(service("default/headless"), three()).frontends()).isEmpty();
    }

    @Test
    void backendsKnowTheirNodeZoneAndPlace() {
        BalancerLab lab = lab(webpod(), three());

        assertThat(lab.frontend("10.96.0.1:80/TCP").backends()).containsExactly(
                new Backend(IpAddress.parse("172.20.1.5"), 80, 100, BackendState.ACTIVE, "n1", IpAddress.parse("192.168.10.1"), "a", true),
                new Backend(IpAddress.parse("172.20.1.7"), 80, 100, BackendState.ACTIVE, "n1", IpAddress.parse("192.168.10.1"), "a", true),
                new Backend(IpAddress.parse("172.20.2.5"), 80, 100, BackendState.ACTIVE, "n2", IpAddress.parse("192.168.10.2"), "b",
                        false));
    }

    @Test
    void aBackendOnANodeThatNobodyKnowsIsStillOne() {
        BalancerLab lab = lab(webpod(), ready("172.20.9.5", "n9"), ready("172.20.9.6", ""));

        assertThat(lab.frontend("10.96.0.1:80/TCP").backends()).extracting(Backend::nodeAddress).containsOnly(IpAddress.ipv4(0));
        assertThat(lab.backends("10.96.0.1:80/TCP")).isEqualTo("172.20.9.5:80 172.20.9.6:80");
    }

    @Test
    void bothFamiliesAreServedEachByItsOwn() {
        ServiceBuilder service = service("default/webpod").clusterIps("10.96.0.1", "fd00:96::1").type(ServiceType.NODE_PORT).ports(HTTP)
                .families(IpFamilyPolicy.PREFER_DUAL_STACK, AddressFamily.IPV4, AddressFamily.IPV6);
        BalancerLab lab =
                BalancerLab.with(service.build(), service.slice(ready("172.20.1.5", "n1")), service.slice(ready("fd00:20::5", "n2")));

        assertThat(lab.frontends()).containsExactly("10.96.0.1:80/TCP ClusterIP", "192.168.10.1:30080/TCP NodePort",
                "[fd00:10::1]:30080/TCP NodePort", "[fd00:96::1]:80/TCP ClusterIP");
        assertThat(lab.backends("192.168.10.1:30080/TCP")).isEqualTo("172.20.1.5:80");
        assertThat(lab.backends("[fd00:10::1]:30080/TCP")).isEqualTo("fd00:20::5:80");
        assertThat(lab.frontend("[fd00:96::1]:80/TCP").backends().getFirst().nodeAddress()).isEqualTo(IpAddress.parse("fd00:10::2"));
    }

    @Test
    void portsAreJoinedByNameAndProtocolAndTheSliceKnowsTheTarget() {
        ServiceBuilder service =
                service("default/dns").clusterIps("10.96.0.10").ports(new Service.Port("dns", Protocol.UDP, 53, "named", 0),
                        new Service.Port("dns-tcp", Protocol.TCP, 53, "named", 0), new Service.Port("any", Protocol.TCP, 99, "", 0));
        EndpointSlice slice = new EndpointSlice(ObjectMeta.of("default", "dns-1"), "dns", AddressFamily.IPV4,
                List.of(ready("172.20.1.5", "n1")), List.of(new EndpointSlice.Port("dns", Protocol.UDP, 1053),
                        new EndpointSlice.Port("dns-tcp", Protocol.TCP, 2053), new EndpointSlice.Port("any", Protocol.TCP, 0)));
        BalancerLab lab = BalancerLab.with(service.build(), slice);

        assertThat(lab.backends("10.96.0.10:53/UDP")).isEqualTo("172.20.1.5:1053");
        assertThat(lab.backends("10.96.0.10:53/TCP")).isEqualTo("172.20.1.5:2053");
        assertThat(lab.backends("10.96.0.10:99/TCP")).isEqualTo("172.20.1.5:99");
        assertThat(lab.frontend("10.96.0.10:53/UDP").portName()).isEqualTo("dns");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", value = {//
        "active,active; a b", //
        "active,terminating; a | b TERMINATING", //
        "terminating,gone; a | b TERMINATING_NOT_SERVING", //
        "terminating,terminating; a b", //
        "gone,unready; | a TERMINATING_NOT_SERVING b MAINTENANCE", //
        "unready,active; b | a MAINTENANCE", //
        "published,unready; a | b MAINTENANCE"})
    void newFlowsGoToActiveBackendsElseToTerminatingOnesThatServe(String states, String expected) {
        String[] each = states.split(",", -1);
        BalancerLab lab =
                lab(webpod(), endpoint("172.20.1.1", "n1", conditions(each[0])), endpoint("172.20.1.2", "n1", conditions(each[1])));

        assertThat(lab.backends("10.96.0.1:80/TCP").replace("172.20.1.1:80", "a").replace("172.20.1.2:80", "b")).isEqualTo(expected);
    }

    private static Conditions conditions(String word) {
        return switch (word) {
            case "active" -> Conditions.READY;
            case "terminating" -> new Conditions(false, true, true);
            case "gone" -> new Conditions(false, false, true);
            case "published" -> new Conditions(true, true, true);
            default -> new Conditions(false, false, false);
        };
    }

    @Test
    void aPolicyOfLocalKeepsToThisNodeAndDoesNotFallBack() {
        ServiceBuilder service = webpod().externalTrafficPolicy(TrafficPolicy.LOCAL).internalTrafficPolicy(TrafficPolicy.LOCAL);
        BalancerLab lab = lab(service, three());

        assertThat(lab.frontends()).hasSize(3).noneMatch(frontend -> frontend.contains("/i"));
        assertThat(lab.backends("172.16.1.1:80/TCP")).isEqualTo("172.20.1.5:80 172.20.1.7:80");
        assertThat(lab.frontend("172.16.1.1:80/TCP").localOnly()).isTrue();

        lab.put(service.slice(ready("172.20.2.5", "n2")));
        assertThat(lab.frontend("172.16.1.1:80/TCP").backends()).isEmpty();
        assertThat(lab.frontend("172.16.1.1:80/TCP").table()).isNull();
        assertThat(lab.frontend("172.16.1.1:80/TCP").noBackend()).isEqualTo(NoBackend.REJECT);
    }

    @Test
    void policiesThatDifferMakeAFrontendForEachScope() {
        BalancerLab lab = lab(webpod().externalTrafficPolicy(TrafficPolicy.LOCAL), three());

        assertThat(lab.frontends()).containsExactly("10.96.0.1:80/TCP ClusterIP", "172.16.1.1:80/TCP LoadBalancer",
                "172.16.1.1:80/TCP/i LoadBalancer", "192.168.10.1:30080/TCP NodePort", "192.168.10.1:30080/TCP/i NodePort");
        assertThat(lab.backends("172.16.1.1:80/TCP")).isEqualTo("172.20.1.5:80 172.20.1.7:80");
        assertThat(lab.backends("172.16.1.1:80/TCP/i")).isEqualTo("172.20.1.5:80 172.20.1.7:80 172.20.2.5:80");
        assertThat(lab.backends("10.96.0.1:80/TCP")).isEqualTo("172.20.1.5:80 172.20.1.7:80 172.20.2.5:80");
    }

    @Test
    void anInternalPolicyOfLocalHoldsForTheClusterIp() {
        BalancerLab lab = lab(webpod().internalTrafficPolicy(TrafficPolicy.LOCAL), three());

        assertThat(lab.backends("10.96.0.1:80/TCP")).isEqualTo("172.20.1.5:80 172.20.1.7:80");
        assertThat(lab.frontend("10.96.0.1:80/TCP").localOnly()).isTrue();
        assertThat(lab.backends("172.16.1.1:80/TCP")).isEqualTo("172.20.1.5:80 172.20.1.7:80 172.20.2.5:80");
        assertThat(lab.backends("172.16.1.1:80/TCP/i")).isEqualTo("172.20.1.5:80 172.20.1.7:80");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", value = {//
        "-; a:; b:; a b", //
        "-; a:za; b:zb; a", //
        "-; a:zb; b:zb; a b", //
        "-; a:za; b:; a b", //
        "-; a:na; b:nb; a", //
        "-; a:nb; b:nb; a b", //
        "-; a:na+za; b:zb; a", //
        "PreferClose; a:; b:; a", //
        "PreferSameZone; a:; b:; a", //
        "PreferSameNode; a:; b:; a", //
        "PreferClose; a:zb; b:za; b", //
        "Nonsense; a:; b:; a b"})
    void hintsPreferWhatIsNearUnlessOneIsMissingOrNoneIsHere(String distribution, String one, String other, String expected) {
        ServiceBuilder service = webpod();
        if (distribution != null) {
            service.trafficDistribution(distribution);
        }
        BalancerLab lab = lab(service, hinted("172.20.1.1", "n1", one), hinted("172.20.2.2", "n2", other));

        String all = lab.backends("10.96.0.1:80/TCP").replace("172.20.1.1:80", "a").replace("172.20.2.2:80", "b");
        assertThat(all.replaceAll(" ?\\|.*", "")).isEqualTo(expected);
        assertThat(lab.frontend("10.96.0.1:80/TCP").backends()).as("the others keep their flows").hasSize(2);
        assertThat(lab.notes("default/webpod")).hasSize("Nonsense".equals(distribution) ? 1 : 0);
    }

    /** {@code a:za+nb} is hinted for zone a and node n2. */
    private static Endpoint hinted(String address, String node, String text) {
        List<String> hints = Arrays.stream(text.substring(2).split("\\+", -1)).filter(hint -> !hint.isEmpty()).toList();
        return new Endpoint(List.of(IpAddress.parse(address)), Conditions.READY, node, "",
                hints.stream().filter(hint -> hint.startsWith("z")).map(hint -> hint.substring(1)).toList(),
                hints.stream().filter(hint -> hint.startsWith("n")).map(hint -> hint.equals("na") ? "n1" : "n2").toList(), "");
    }

    @Test
    void weightsComeFromTheSliceAndNoWeightIsMaintenance() {
        ServiceBuilder service = webpod();
        BalancerLab lab = BalancerLab.with(service.build(), weighted("one", "service.cilium.io/weight", "7", ready("172.20.1.1", "n1")),
                weighted("two", "roadstead.io/weight", "0", ready("172.20.1.2", "n1")),
                weighted("three", "service.cilium.io/weight", "65536", ready("172.20.1.3", "n1")));

        assertThat(lab.backends("10.96.0.1:80/TCP")).isEqualTo("172.20.1.1:80 172.20.1.3:80 | 172.20.1.2:80 MAINTENANCE");
        assertThat(lab.frontend("10.96.0.1:80/TCP").backends()).extracting(Backend::weight).containsExactly(7, 100, 0);
        assertThat(lab.notes("default/webpod")).singleElement().asString().contains("service.cilium.io/weight is '65536', not 0 to 65535");
    }

    private static EndpointSlice weighted(String name, String key, String value, Endpoint... endpoints) {
        return new EndpointSlice(new ObjectMeta("default", name, Map.of(), Map.of(key, value), Instant.EPOCH), "webpod", AddressFamily.IPV4,
                List.of(endpoints), List.of(new EndpointSlice.Port("", Protocol.TCP, 80)));
    }

    @Test
    void anEndpointInTwoSlicesIsOneBackendInItsBestState() {
        ServiceBuilder service = webpod();
        BalancerLab lab = BalancerLab.with(service.build(),
                weighted("one", "x", "", endpoint("172.20.1.1", "n1", new Conditions(false, false, true))),
                weighted("two", "x", "", ready("172.20.1.1", "n1")));

        assertThat(lab.backends("10.96.0.1:80/TCP")).isEqualTo("172.20.1.1:80");
    }

    @Test
    void affinityHasItsTimeout() {
        assertThat(lab(webpod(), three()).frontend("10.96.0.1:80/TCP").affinity()).isNull();
        assertThat(lab(webpod().sessionAffinity(Duration.ofHours(3)), three()).frontend("10.96.0.1:80/TCP").affinity())
                .isEqualTo(Duration.ofHours(3));
    }

    @Test
    void sourceRangesHoldForClientsOfExternalAddresses() {
        BalancerLab lab = lab(webpod().externalIps("203.0.113.5").externalTrafficPolicy(TrafficPolicy.LOCAL)
                .sourceRanges("10.1.2.3/8", " 192.0.2.0/24", "fd00::/8"), three());
        SourceRanges ranges = new SourceRanges(
                List.of(IpPrefix.parse("10.0.0.0/8"), IpPrefix.parse("192.0.2.0/24"), IpPrefix.parse("fd00::/8")), false);

        assertThat(lab.frontend("172.16.1.1:80/TCP").sourceRanges()).isEqualTo(ranges);
        assertThat(lab.frontend("203.0.113.5:80/TCP").sourceRanges()).isEqualTo(ranges);
        for (String open : List.of("172.16.1.1:80/TCP/i", "10.96.0.1:80/TCP", "192.168.10.1:30080/TCP")) {
            assertThat(lab.frontend(open).sourceRanges()).isEqualTo(SourceRanges.EVERYBODY);
        }
    }

    @Test
    void sourceRangesCanHoldForAllTypesAndCanKeepOut() {
        ServiceBuilder service = webpod().sourceRanges("10.0.0.0/8").annotations(Map.of("service.cilium.io/src-ranges-policy", "deny"));
        LoadBalancerSettings all = new LoadBalancerSettings("modulo", "snat", TableSize.AUTO, 0, NoBackend.DROP, List.of(), true, "");
        BalancerLab lab = BalancerLab.with(all, service.build(), service.slice(three()));

        assertThat(lab.datapath.frontends.values()).hasSize(3).allSatisfy(state -> {
            assertThat(state.sourceRanges()).isEqualTo(new SourceRanges(List.of(IpPrefix.parse("10.0.0.0/8")), true));
            assertThat(state.noBackend()).isEqualTo(NoBackend.DROP);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "/8", "", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/08", "all"})
    void aRangeThatIsNoneLetsNobodyIn(String range) {
        BalancerLab lab = lab(webpod().sourceRanges(range), three());

        SourceRanges ranges = lab.frontend("172.16.1.1:80/TCP").sourceRanges();
        assertThat(ranges.deny()).isTrue();
        assertThat(ranges.prefixes()).extracting(IpPrefix::toString).containsExactly("0.0.0.0/0", "::/0");
        assertThat(lab.notes("default/webpod")).singleElement().asString().contains("'" + range + "'");
    }

    @Test
    void aServiceOfAnotherProxyIsLeftAlone() {
        ServiceBuilder service = webpod().labels(Map.of("service.kubernetes.io/service-proxy-name", "other"));
        LoadBalancerSettings other =
                new LoadBalancerSettings("modulo", "snat", TableSize.AUTO, 0, NoBackend.REJECT, List.of(), false, "other");

        assertThat(lab(service, three()).frontends()).isEmpty();
        assertThat(BalancerLab.with(other, service.build()).frontends()).hasSize(3);
        assertThat(BalancerLab.with(other, webpod().build()).frontends()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"192.168.10.0/24; 192.168.10.1", "10.0.0.0/8; ", "127.0.0.1/32 ::1/128; 127.0.0.1",
        "127.0.0.1/32 192.168.10.1/32; 127.0.0.1 192.168.10.1"})
    void nodePortsAreOpenWhereTheConfigurationSays(String prefixes, String expected) {
        List<IpPrefix> where = Arrays.stream(prefixes.split(" ", -1)).map(IpPrefix::parse).toList();
        LoadBalancerSettings settings = new LoadBalancerSettings("modulo", "snat", TableSize.AUTO, 0, NoBackend.REJECT, where, false, "");
        BalancerLab lab = BalancerLab.with(settings, webpod().build());

        List<String> open = lab.frontends().stream().filter(frontend -> frontend.endsWith("NodePort"))
                .map(frontend -> frontend.substring(0, frontend.indexOf(':'))).toList();
        assertThat(String.join(" ", open)).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void whatCannotBeBalancedIsNotedAndTheRestIs() {
        ServiceBuilder service =
                webpod().externalIps("0.0.0.0", "224.0.0.1").ports(HTTP, new Service.Port("sctp", Protocol.SCTP, 90, "", 0))
                        .annotations(Map.of("service.cilium.io/type", "Everything", "service.cilium.io/src-ranges-policy", "maybe",
                                "roadstead.io/table-size", "250", "service.cilium.io/lb-algorithm", "Maglev!",
                                "roadstead.io/forwarding-mode", ""));
        BalancerLab lab = lab(service, ready("172.20.1.1", "n1"), ready("0.0.0.0", "n1"));

        assertThat(lab.frontends()).hasSize(3);
        assertThat(lab.backends("10.96.0.1:80/TCP")).isEqualTo("172.20.1.1:80");
        assertThat(lab.notes("default/webpod")).hasSize(9).anyMatch(note -> note.contains("90/SCTP"))
                .anyMatch(note -> note.contains("ExternalIPs 224.0.0.1")).anyMatch(note -> note.contains("endpoint 0.0.0.0"))
                .anyMatch(note -> note.contains("service.cilium.io/type is 'Everything', not of ClusterIP, NodePort, LoadBalancer"))
                .anyMatch(note -> note.contains("src-ranges-policy is 'maybe', not allow or deny"))
                .anyMatch(note -> note.contains("roadstead.io/table-size is '250'"))
                .anyMatch(note -> note.contains("lb-algorithm is 'Maglev!'"))
                .anyMatch(note -> note.contains("roadstead.io/forwarding-mode is ''"));
        assertThat(lab.controller.problems()).hasSize(9).allMatch(problem -> problem.startsWith("Service default/webpod: "));
    }

    @Test
    void anAddressThatAServiceHasTwiceIsOneFrontend() {
        BalancerLab lab = lab(webpod().externalIps("172.16.1.1", "10.96.0.1").externalTrafficPolicy(TrafficPolicy.LOCAL), three());

        assertThat(lab.frontends()).filteredOn(frontend -> frontend.startsWith("10.96.0.1")).containsExactly("10.96.0.1:80/TCP ClusterIP");
        assertThat(lab.frontends()).filteredOn(frontend -> frontend.endsWith("ExternalIPs")).isEmpty();
    }
}
