package io.roadstead.kernel.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.bgp.BgpNodeConfigOverride;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.bgp.BgpTimers;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.LargeCommunity;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.model.node.CiliumNode;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pod.Pod;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.IpFamilyPolicy;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.api.source.ResourceDecoder.Fault;
import io.roadstead.api.source.ResourceDecoder.Result;

class KubernetesDecoderTest {

    private final KubernetesDecoder decoder = new KubernetesDecoder();

    @Test
    void readsANode() {
        assertThat(decoded("""
                apiVersion = v1, kind = Node
                metadata { name = k8s-w0, labels { enable-bgp = "true" }, creationTimestamp = "2025-08-01T10:00:00Z" }
                spec { podCIDR = "172.20.2.0/24", unschedulable = true, taints = [{ key = a, effect = NoSchedule }] }
                status { addresses = [{ type = InternalIP, address = 192.168.20.100 }, { type = Hostname, address = k8s-w0 }], capacity { cpu = 2 } }
                """)).isEqualTo(new Node(
                new ObjectMeta("", "k8s-w0", Map.of("enable-bgp", "true"), Map.of(), Instant.parse("2025-08-01T10:00:00Z")),
                List.of(new Node.Address(Node.AddressType.INTERNAL_IP, IpAddress.parse("192.168.20.100"))),
                List.of(IpPrefix.parse("172.20.2.0/24")), true, List.of(new Node.Taint("a", "", "NoSchedule"))));
    }

    @Test
    void readsAPod() {
        assertThat(decoded("""
                apiVersion = v1, kind = Pod
                metadata { name = cart-0, namespace = shop, labels.app = cart, creationTimestamp = "2026-01-31T12:00:00Z" }
                spec { nodeName = n1, serviceAccountName = cart, containers = [{ name = cart }] }
                status { phase = Running, podIP = 10.0.1.5, podIPs = [{ ip = 10.0.1.5 }, { ip = "fd00::5" }] }
                """))
                .isEqualTo(new Pod(new ObjectMeta("shop", "cart-0", Map.of("app", "cart"), Map.of(), Instant.parse("2026-01-31T12:00:00Z")),
                        List.of(IpAddress.parse("10.0.1.5"), IpAddress.parse("fd00::5")), "n1", "cart", false, false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"status { podIP = 10.0.1.5, phase = Succeeded } | 10.0.1.5 | true | false",
        "spec.hostNetwork = true, status { podIP = 192.0.2.1, phase = Failed } | 192.0.2.1 | true | true",
        "status { podIP = \"\", phase = Pending } | | false | false", "spec {} | | false | false",
        "status { phase = Tomorrow, podIPs = [{}] } | | false | false"})
    void aPodMayHaveOneAddressOrNoneAndHaveEnded(String rest, String address, boolean ended, boolean hostNetwork) {
        Pod pod = (Pod) decoded("apiVersion = v1, kind = Pod, metadata { name = p, namespace = shop }, " + rest);

        assertThat(pod.addresses()).isEqualTo(address == null ? List.of() : List.of(IpAddress.parse(address)));
        assertThat(pod.ended()).isEqualTo(ended);
        assertThat(pod.hostNetwork()).isEqualTo(hostNetwork);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status.podIP = nonsense", "status.podIPs = [{ ip = 10.0.0.300 }]", "status.podIPs = 10.0.0.1",
        "spec.hostNetwork = perhaps", "status.phase = []", "spec.nodeName { a = b }"})
    void aPodOfWrongShapeIsRefusedByItsKey(String rest) {
        Result result = decode("apiVersion = v1, kind = Pod, metadata { name = p, namespace = shop }, " + rest);

        assertThat(result).isInstanceOfSatisfying(Result.Refused.class,
                refused -> assertThat(refused.key()).contains(new ResourceKey("Pod", "shop", "p")));
    }

    @Test
    void readsThePodCidrsOfACiliumNodeAndCutsBitsBehindTheirLength() {
        assertThat(decoded("""
                apiVersion = cilium.io/v2, kind = CiliumNode, metadata.name = n1, spec.ipam.podCIDRs = ["172.20.1.7/24", "fd00::/64"]
                """)).isEqualTo(
                new CiliumNode(ObjectMeta.of("", "n1"), List.of(IpPrefix.parse("172.20.1.0/24"), IpPrefix.parse("fd00::/64"))));
    }

    @Test
    void readsAService() {
        Service service = (Service) decoded("""
                apiVersion = v1, kind = Service, metadata { name = webpod, namespace = shop }
                spec {
                  type = LoadBalancer, clusterIP = 10.96.1.1, clusterIPs = [10.96.1.1, "fd00::1"], externalIPs = [198.51.100.1], loadBalancerIP = 172.16.1.9
                  loadBalancerClass = io.cilium/bgp-control-plane, externalTrafficPolicy = Local, ipFamilies = [IPv4, IPv6], ipFamilyPolicy = PreferDualStack
                  ports = [{ name = http, port = 80, targetPort = 8080, nodePort = 30080 }, { name = dns, port = 53, protocol = UDP, targetPort = dns }]
                  selector { app = webpod }, sessionAffinity = ClientIP, allocateLoadBalancerNodePorts = false, aFieldOfTomorrow = 1
                }
                status { loadBalancer.ingress = [{ ip = 172.16.1.9 }, { hostname = example.org }]
                         conditions = [{ type = x, status = "True", reason = r, message = m }] }
                """);

        assertThat(service.spec()).isEqualTo(new Service.Spec(ServiceType.LOAD_BALANCER,
                List.of(IpAddress.parse("10.96.1.1"), IpAddress.parse("fd00::1")), List.of(IpAddress.parse("198.51.100.1")),
                IpAddress.parse("172.16.1.9"), "io.cilium/bgp-control-plane", TrafficPolicy.LOCAL, TrafficPolicy.CLUSTER,
                List.of(AddressFamily.IPV4, AddressFamily.IPV6), IpFamilyPolicy.PREFER_DUAL_STACK,
                List.of(new Service.Port("http", Protocol.TCP, 80, "8080", 30080), new Service.Port("dns", Protocol.UDP, 53, "dns", 0)),
                Map.of("app", "webpod"), Duration.ofHours(3), List.of(), 0, false, false, null));
        assertThat(service.status().loadBalancerIngress()).containsExactly(IpAddress.parse("172.16.1.9"));
        assertThat(service.status().conditions()).hasSize(1);
        assertThat(service.displayName()).isEqualTo("shop/webpod");
    }

    @Test
    void aHeadlessServiceInNoNamespaceIsInDefault() {
        Service service =
                (Service) decoded("apiVersion = v1, kind = Service, metadata.name = h, spec { clusterIP = None, clusterIPs = [None] }");

        assertThat(service.spec().clusterIps()).isEmpty();
        assertThat(service.key()).isEqualTo(new ResourceKey("Service", "default", "h"));
    }

    @Test
    void readsAnEndpointSliceWithUnknownConditionsAsReady() {
        EndpointSlice slice = (EndpointSlice) decoded("""
                apiVersion = discovery.k8s.io/v1, kind = EndpointSlice, addressType = IPv4
                metadata { name = webpod-x, labels { "kubernetes.io/service-name" = webpod } }
                ports = [{ name = "", port = 80 }, { port = null }]
                endpoints = [
                  { addresses = [172.20.0.5], nodeName = k8s-ctr, conditions = null, targetRef { kind = Pod, name = webpod-1 } }
                  { addresses = [172.20.1.5], conditions { ready = false, serving = true, terminating = true }, hints { forZones = [{ name = z }], forNodes = [{ name = k8s-w1 }] } }
                ]
                """);

        assertThat(slice.serviceName()).isEqualTo("webpod");
        assertThat(slice.endpoints()).extracting(EndpointSlice.Endpoint::conditions)
                .containsExactly(EndpointSlice.Conditions.READY, new EndpointSlice.Conditions(false, true, true));
        assertThat(slice.endpoints().get(1).hintedZones()).containsExactly("z");
        assertThat(slice.endpoints().get(1).hintedNodes()).containsExactly("k8s-w1");
        assertThat(slice.endpoints().getFirst().hintedNodes()).isEmpty();
        assertThat(slice.endpoints()).extracting(EndpointSlice.Endpoint::pod).containsExactly("default/webpod-1", "");
        assertThat(slice.ports()).extracting(EndpointSlice.Port::port).containsExactly(80, 0);
    }

    @Test
    void readsASecretAndNeverTellsWhatItCouldNotRead() {
        SecretObject secret = (SecretObject) decoded("""
                apiVersion = v1, kind = Secret, metadata { name = bgp, namespace = kube-system }
                data { password = "aHVudGVyMg==" }, stringData { other = plain }
                """);
        assertThat(secret.data()).isEqualTo(Map.of("password", Secret.of("hunter2"), "other", Secret.of("plain")));

        List<Fault> faults = faults("apiVersion = v1, kind = Secret, metadata.name = bgp, data.password = \"a\"");
        assertThat(faults).extracting(Fault::field).containsExactly("data.password");
        assertThat(faults).extracting(Fault::problem).containsExactly("is not base64");
    }

    @Test
    void readsTheLabsClusterConfigInBothVersions() {
        for (String version : List.of("v2", "v2alpha1")) {
            assertThat(decoded("""
                    apiVersion = cilium.io/%s, kind = CiliumBGPClusterConfig, metadata.name = cilium-bgp
                    spec {
                      nodeSelector.matchLabels { enable-bgp = "true" }
                      bgpInstances = [{ name = instance-65001, localASN = 65001, localPort = 1790, routerID = 1.1.1.1, peers = [
                        { name = tor-switch, peerASN = 65000, peerAddress = 192.168.10.200, peerConfigRef.name = cilium-peer }
                        { name = gw, passive = true, sourceAddress = "fd00::1", autoDiscovery { mode = DefaultGateway, defaultGateway.addressFamily = ipv6 } } ] }]
                    }
                    """.formatted(version))).isEqualTo(new BgpClusterConfig(ObjectMeta.of("", "cilium-bgp"),
                    LabelSelector.ofLabels(Map.of("enable-bgp", "true")),
                    List.of(new BgpClusterConfig.Instance("instance-65001", new AsNumber(65001), 1790, List.of(
                            new BgpClusterConfig.Peer("tor-switch", IpAddress.parse("192.168.10.200"), new AsNumber(65000), "cilium-peer",
                                    null),
                            new BgpClusterConfig.Peer("gw", null, new AsNumber(0), null, AddressFamily.IPV6, IpAddress.parse("fd00::1"),
                                    true)),
                            RouterId.parse("1.1.1.1")))));
        }
    }

    @Test
    void readsTheLabsPeerConfigAndItsDefaults() {
        assertThat(decoded("""
                apiVersion = cilium.io/v2, kind = CiliumBGPPeerConfig, metadata.name = cilium-peer
                spec { timers { holdTimeSeconds = 9, keepAliveTimeSeconds = 3 }, ebgpMultihop = 2, authSecretRef = bgp-auth
                       gracefulRestart { enabled = true, restartTimeSeconds = 15 }, transport { peerPort = 1179, sourceInterface = eth1 }
                       families = [{ afi = ipv4, safi = unicast, advertisements.matchLabels.advertise = bgp }, { afi = ipv6, safi = unicast }] }
                """)).isEqualTo(new BgpPeerConfig(ObjectMeta.of("", "cilium-peer"), 1179, "eth1",
                new BgpTimers(Duration.ofSeconds(120), Duration.ofSeconds(9), Duration.ofSeconds(3)), "bgp-auth",
                new BgpPeerConfig.GracefulRestart(true, Duration.ofSeconds(15)), 2,
                List.of(new BgpPeerConfig.Family(AfiSafi.IPV4_UNICAST, LabelSelector.ofLabels(Map.of("advertise", "bgp"))),
                        new BgpPeerConfig.Family(AfiSafi.IPV6_UNICAST, null))));

        BgpPeerConfig bare = (BgpPeerConfig) decoded("apiVersion = cilium.io/v2, kind = CiliumBGPPeerConfig, metadata.name = bare");
        assertThat(bare).usingRecursiveComparison().ignoringFields("meta").isEqualTo(BgpPeerConfig.defaults());
    }

    @Test
    void readsAdvertisementsWithOurExtensionsAndTypesOfPlugins() {
        BgpAdvertisement advertisement = (BgpAdvertisement) decoded("""
                apiVersion = cilium.io/v2, kind = CiliumBGPAdvertisement, metadata { name = a, labels.advertise = bgp }
                spec.advertisements = [
                  { advertisementType = PodCIDR }
                  { advertisementType = Service
                    service { addresses = [LoadBalancerIP, ExternalIP], aggregationLengthIPv4 = 24, aggregationLengthIPv6 = 0, withdrawWithoutEndpoints = true }
                    selector.matchExpressions = [{ key = app, operator = In, values = [webpod] }]
                    nodeSelector.matchLabels.rack = r1
                    attributes { localPreference = 200, med = 7, prepend = 2
                      communities { standard = ["65001:100", "4259840101"], wellKnown = [no-export], large = ["65001:1:2"] } } }
                  { advertisementType = HealthCheck, parameters { target = "127.0.0.1:80" } }
                  { advertisementType = Interface, interface.name = lo1, selector {} }
                ]
                """);

        BgpAdvertisement.Entry service = advertisement.entries().get(1);
        assertThat(service.service()).isEqualTo(new BgpAdvertisement.ServiceOptions(
                Set.of(BgpAdvertisement.AddressKind.LOAD_BALANCER_IP, BgpAdvertisement.AddressKind.EXTERNAL_IP), 24, 0, true, false));
        assertThat(service.attributes()).isEqualTo(new RouteAttributes(Origin.IGP,
                new TreeSet<>(Set.of(Community.parse("65001:100"), Community.parse("65000:101"), Community.parse("65535:65281"))),
                new TreeSet<>(Set.of(LargeCommunity.parse("65001:1:2"))), 200L, 7L, 2, null).merge(
                        new RouteAttributes(Origin.IGP, new TreeSet<>(Set.of(Community.parse("4259840101"))), new TreeSet<>(), null, null,
                                2, null)));
        assertThat(service.selector()).hasToString("app in (webpod)");
        assertThat(service.nodeSelector()).hasToString("rack=r1");
        assertThat(advertisement.entries().get(2).parameters()).containsExactly(Map.entry("target", "127.0.0.1:80"));
        assertThat(advertisement.entries().get(3).parameters()).containsExactly(Map.entry("interface.name", "lo1"));
        assertThat(advertisement.entries().get(3).selector()).isEqualTo(LabelSelector.EVERYTHING);
    }

    @Test
    void readsANodeConfigOverride() {
        assertThat(decoded("""
                apiVersion = cilium.io/v2, kind = CiliumBGPNodeConfigOverride, metadata.name = n1
                spec.bgpInstances = [{ name = i, routerID = 1.2.3.4, localPort = 179, localASN = 4294967295, peers = [{ name = p, localAddress = 10.0.0.1 }] }]
                """)).isEqualTo(new BgpNodeConfigOverride(ObjectMeta.of("", "n1"),
                List.of(new BgpNodeConfigOverride.Instance("i", RouterId.parse("1.2.3.4"), 179, new AsNumber(4294967295L),
                        List.of(new BgpNodeConfigOverride.Peer("p", IpAddress.parse("10.0.0.1")))))));
    }

    @Test
    void readsPools() {
        assertThat(decoded("""
                apiVersion = cilium.io/v2alpha1, kind = CiliumLoadBalancerIPPool, metadata.name = cilium-pool
                spec { cidrs = [{ cidr = "172.16.1.0/24" }], allowFirstLastIPs = "No", disabled = true, serviceSelector {} }
                """)).isEqualTo(new LoadBalancerIpPool(ObjectMeta.of("", "cilium-pool"),
                List.of(new LoadBalancerIpPool.Block(IpPrefix.parse("172.16.1.0/24"), null)), LabelSelector.EVERYTHING, false, true));

        LoadBalancerIpPool ranges = (LoadBalancerIpPool) decoded("""
                apiVersion = cilium.io/v2, kind = CiliumLoadBalancerIPPool, metadata.name = p
                spec.blocks = [{ start = 10.0.0.1, stop = 10.0.0.9 }, { start = 10.0.1.1 }, { cidr = "10.1.0.0/24", start = 10.0.0.1 }]
                """);
        assertThat(ranges.allowFirstLastIps()).isTrue();
        assertThat(ranges.blocks()).containsExactly(block("10.0.0.1", "10.0.0.9"), block("10.0.1.1", "10.0.1.1"),
                new LoadBalancerIpPool.Block(IpPrefix.parse("10.1.0.0/24"), null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "spec.bgpInstances[0].localASN | 0 is not in 1 to 4294967295 | CiliumBGPClusterConfig | spec.bgpInstances=[{name=i,localASN=0}]",
        "spec.bgpInstances[0].localASN | 4294967296 is not in 1 to 4294967295 | CiliumBGPClusterConfig | spec.bgpInstances=[{name=i,localASN=4294967296}]",
        "spec.bgpInstances[0].localASN | is not a whole number | CiliumBGPClusterConfig | spec.bgpInstances=[{name=i,localASN=\"65001\"}]",
        "spec.bgpInstances[0].localASN | is not a whole number | CiliumBGPClusterConfig | spec.bgpInstances=[{name=i,localASN=65001.5}]",
        "spec.bgpInstances | has 0 items, not 1 to 16 | CiliumBGPClusterConfig | spec {}",
        "spec.bgpInstances[1].name | 'i' stands twice | CiliumBGPClusterConfig | spec.bgpInstances=[{name=i},{name=i}]",
        "spec.bgpInstances[0].peers[0].peerAddress | not an IP address: '1.2.3' | CiliumBGPClusterConfig | spec.bgpInstances=[{name=i,peers=[{name=p,peerAddress=1.2.3}]}]",
        "spec.bgpInstances[0].peer | unknown field | CiliumBGPClusterConfig | spec.bgpInstances=[{name=i,peer=[]}]",
        "spec.bgpInstances[0].peers[0].autoDiscovery.mode | 'Unnumbered' is none of DefaultGateway | CiliumBGPClusterConfig | spec.bgpInstances=[{name=i,peers=[{name=p,autoDiscovery{mode=Unnumbered,defaultGateway.addressFamily=ipv4}}]}]",
        "spec.timers.keepAliveTimeSeconds | 10 is longer than holdTimeSeconds 9 | CiliumBGPPeerConfig | spec.timers{holdTimeSeconds=9,keepAliveTimeSeconds=10}",
        "spec.timers.holdTimeSeconds | 2 is not in 3 to 65535 | CiliumBGPPeerConfig | spec.timers{holdTimeSeconds=2,keepAliveTimeSeconds=1}",
        "spec.ebgpMultihop | 256 is not in 1 to 255 | CiliumBGPPeerConfig | spec.ebgpMultihop=256",
        "spec.gracefulRestart.restartTimeSeconds | 4096 is not in 1 to 4095 | CiliumBGPPeerConfig | spec.gracefulRestart{enabled=true,restartTimeSeconds=4096}",
        "spec.families[0] | family l2vpn/evpn is not exchanged | CiliumBGPPeerConfig | spec.families=[{afi=l2vpn,safi=evpn}]",
        "spec.advertisements | is empty | CiliumBGPAdvertisement | spec {}",
        "spec.advertisements[0].service | is missing | CiliumBGPAdvertisement | spec.advertisements=[{advertisementType=Service}]",
        "spec.advertisements[0].service.addresses[0] | 'LoadbalancerIP' is none of LoadBalancerIP, ClusterIP, ExternalIP | CiliumBGPAdvertisement | spec.advertisements=[{advertisementType=Service,service.addresses=[LoadbalancerIP]}]",
        "spec.advertisements[0].service.aggregationLengthIPv4 | 32 is not in 0 to 31 | CiliumBGPAdvertisement | spec.advertisements=[{advertisementType=Service,service{addresses=[ClusterIP],aggregationLengthIPv4=32}}]",
        "spec.advertisements[0].selector | is not allowed with advertisementType PodCIDR | CiliumBGPAdvertisement | spec.advertisements=[{advertisementType=PodCIDR,selector{}}]",
        "spec.advertisements[0].selector.matchExpressions[0] | In needs values | CiliumBGPAdvertisement | spec.advertisements=[{advertisementType=X,selector.matchExpressions=[{key=a,operator=In}]}]",
        "spec.advertisements[0].attributes.communities.standard[0] | not a standard community: '65536:1'; write 65001:100 or a decimal up to 4294967295 | CiliumBGPAdvertisement | spec.advertisements=[{advertisementType=X,attributes.communities.standard=[\"65536:1\"]}]",
        "spec.blocks[0].cidr | prefix length 33 is not in 0 to 32 | CiliumLoadBalancerIPPool | spec.blocks=[{cidr=\"172.16.1.0/33\"}]",
        "spec.blocks[0].cidr | not an IP address: '172.16.1' | CiliumLoadBalancerIPPool | spec.blocks=[{cidr=\"172.16.1/24\"}]",
        "spec.blocks[0] | range 10.0.0.9 - 10.0.0.1 ends before it starts | CiliumLoadBalancerIPPool | spec.blocks=[{start=10.0.0.9,stop=10.0.0.1}]",
        "spec.cidrs | unknown field | CiliumLoadBalancerIPPool | spec{cidrs=[],blocks=[{start=10.0.0.9}]}",
        "spec.bgpInstances[0].routerID | router id 0.0.0.0 is not allowed (RFC 6286 §2.1) | CiliumBGPNodeConfigOverride | spec.bgpInstances=[{name=i,routerID=0.0.0.0}]"})
    void refusesAlone(String field, String problem, String kind, String body) {
        List<Fault> faults = faults("apiVersion = cilium.io/v2, kind = " + kind + ", metadata.name = x, " + body);

        assertThat(faults).extracting(Fault::field, Fault::problem).containsExactly(org.assertj.core.groups.Tuple.tuple(field, problem));
    }

    @Test
    void findsEveryFaultOfAnObjectAndNamesTheNearestField() {
        Result.Refused refused = (Result.Refused) decode("""
                apiVersion = cilium.io/v2, kind = CiliumBGPPeerConfig, metadata { name = p, labels { a = true } }
                spec { ebgpMultiHop = 2, timers { holdTimeSeconds = 1 }, transport.peerPort = 0 }
                """);

        assertThat(refused.key()).isEqualTo(Optional.of(new ResourceKey("CiliumBGPPeerConfig", "", "p")));
        assertThat(refused.faults()).extracting(Fault::field).containsExactlyInAnyOrder("metadata.labels[a]", "spec.ebgpMultiHop",
                "spec.timers.holdTimeSeconds", "spec.transport.peerPort");
        assertThat(refused.faults()).extracting(Fault::remedy).contains("did you mean 'ebgpMultihop'?", "write \"true\" in quotes");
    }

    @Test
    void anObjectWithoutANameHasNoKey() {
        Result.Refused refused = (Result.Refused) decode("apiVersion = v1, kind = Node, metadata {}");

        assertThat(refused.key()).isEmpty();
        assertThat(refused.faults()).containsExactly(new Fault("metadata.name", "is missing", ""));
    }

    @Test
    void otherKindsAndVersionsAreIgnored() {
        assertThat(decode("apiVersion = apps/v1, kind = Deployment, metadata.name = webpod"))
                .isEqualTo(new Result.Ignored("apps/v1", "Deployment"));
        assertThat(decode("apiVersion = cilium.io/v3, kind = CiliumNode, metadata.name = n")).isInstanceOf(Result.Ignored.class);
        assertThat(decode("apiVersion = discovery.k8s.io/v1, kind = EndpointSlice, addressType = FQDN, metadata.name = n"))
                .isInstanceOf(Result.Ignored.class);
        assertThat(decode("a = 1")).isInstanceOf(Result.Refused.class);
    }

    @Test
    void valuesOfWrongShapeAreFaultsNotExceptions() {
        assertThat(faults(
                "apiVersion = v1, kind = Service, metadata.name = s, spec { ports = 80, type = [], selector = x, externalIPs = [[]] }"))
                .extracting(Fault::field).contains("spec.ports", "spec.type", "spec.selector", "spec.externalIPs[0]");
        assertThat(faults("apiVersion = cilium.io/v2, kind = CiliumBGPClusterConfig, metadata.name = s, spec.bgpInstances = [1, [], x]"))
                .extracting(Fault::field)
                .contains("spec.bgpInstances[0]", "spec.bgpInstances[1]", "spec.bgpInstances[2]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cilium.io/v2", "cilium.io/v2alpha1"})
    void readsHowANodeSaysThatItsSessionsAre(String apiVersion) {
        assertThat(decoded("apiVersion = " + apiVersion + """
                , kind = CiliumBGPNodeConfig, metadata.name = k8s-w1
                spec { bgpInstances = [{ name = other, peers = [{ name = tor-9 }] }], later { field = 1 } }
                status { bgpInstances = [
                    { name = instance-65001, localASN = 65001, later = [ 1 ], peers = [
                        { name = tor-1, peerAddress = 192.168.10.200, peerASN = 65000, peeringState = established, establishedTime = "2026-01-01T00:00:00Z",
                          timers { appliedHoldTimeSeconds = 9 }, routeCount = [{ afi = ipv4, safi = unicast, received = 4, advertised = 1 }] }
                        { name = tor-2, peeringState = open_confirm } ] }
                    { name = instance-65002, peers = [{ name = tor-1, peeringState = idle }] } ]
                    conditions = [{ type = "cilium.io/BGPReconcileError", status = "False" }, { type = "roadstead.io/Draining", status = "True" }] }
                """)).isEqualTo(new BgpNodeConfig(ObjectMeta.of("", "k8s-w1"), List.of( //
                new BgpNodeConfig.Session("instance-65001", "tor-1", SessionState.ESTABLISHED),
                new BgpNodeConfig.Session("instance-65001", "tor-2", SessionState.OPEN_CONFIRM),
                new BgpNodeConfig.Session("instance-65002", "tor-1", SessionState.IDLE)), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "status = null", "status {}", "status.bgpInstances = []", "status.bgpInstances = [{ name = a }]",
        "status.bgpInstances = [{ name = a, peers = [{ name = tor }] }]",
        "status.bgpInstances = [{ name = a, peers = [{ name = tor, peeringState = unknown }] }]",
        "status.bgpInstances = [{ name = a, peers = [{ name = tor, peeringState = graceful }] }]",
        "status.conditions = [{ type = \"roadstead.io/Draining\", status = \"False\" }, { type = other, status = \"True\" }]"})
    void aNodeThatDoesNotTellItsSessionsHasNone(String status) {
        assertThat(decoded("apiVersion = cilium.io/v2, kind = CiliumBGPNodeConfig, metadata.name = n1\n" + status))
                .isEqualTo(new BgpNodeConfig(ObjectMeta.of("", "n1"), List.of(), false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"status = down | status", //
        "status.bgpInstances = down | status.bgpInstances", //
        "status.bgpInstances = [ down ] | status.bgpInstances[0]", //
        "status.bgpInstances = [{ peers = [] }] | status.bgpInstances[0].name",
        "status.bgpInstances = [{ name = a, peers = 3 }] | status.bgpInstances[0].peers",
        "status.bgpInstances = [{ name = a, peers = [{ peeringState = idle }] }] | status.bgpInstances[0].peers[0].name",
        "status.bgpInstances = [{ name = a, peers = [{ name = tor, peeringState = 6 }] }] | status.bgpInstances[0].peers[0].peeringState"})
    void aNodeConfigOfWrongShapeIsRefusedByItsKey(String rest, String field) {
        Result result = decode("apiVersion = cilium.io/v2, kind = CiliumBGPNodeConfig, metadata.name = n1\n" + rest);

        assertThat(result).isInstanceOfSatisfying(Result.Refused.class, refused -> {
            assertThat(refused.key()).contains(new ResourceKey("CiliumBGPNodeConfig", "", "n1"));
            assertThat(refused.faults()).extracting(Fault::field).contains(field);
        });
    }

    private Resource decoded(String document) {
        return switch (decode(document)) {
            case Result.Decoded decoded -> decoded.resource();
            case Result result -> throw new AssertionError(result);
        };
    }

    private List<Fault> faults(String document) {
        return switch (decode(document)) {
            case Result.Refused refused -> refused.faults();
            case Result result -> throw new AssertionError(result);
        };
    }

    private Result decode(String document) {
        return decoder.decode(ConfigFactory.parseString(document).root().unwrapped());
    }

    private static LoadBalancerIpPool.Block block(String first, String last) {
        return new LoadBalancerIpPool.Block(null, new IpRange(IpAddress.parse(first), IpAddress.parse(last)));
    }
}
