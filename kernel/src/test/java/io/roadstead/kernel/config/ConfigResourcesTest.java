package io.roadstead.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpAdvertisement.AddressKind;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.LargeCommunity;
import io.roadstead.api.model.bgp.WellKnownCommunity;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.model.pool.LoadBalancerIpPool;

class ConfigResourcesTest {

    @Test
    void instancesPeersAndAdvertisementsBecomeTheRecordsOfResources() {
        List<Resource> resources = resources("""
                roadstead.bgp {
                  router-id = 192.0.2.9
                  instances.main {
                    local-asn = 65001, local-port = 1790
                    peers.tor {
                      asn = 65000, address = 192.0.2.1, port = 1179, source-address = 192.0.2.2, source-interface = eth1, passive = true
                      timers { connect-retry = 5s, hold = 9s, keepalive = 3s }, ebgp-multihop = 2, password = s3cret
                      graceful-restart.restart-time = 15s, families = [ ipv4 ]
                      advertise = [
                        pod-cidr
                        { service = [ load-balancer-ip, external-ip ], communities = [ "65001:100", no-export, "64512:1:2" ], local-preference = 200
                          aggregation-length-ipv4 = 24, selector.match-expressions = [ { key = app, operator = In, values = [ webpod ] } ]
                          node-selector.match-labels.rack = a, withdraw-without-endpoints = true }
                        { type = HealthCheck, parameters { prefix = "198.51.100.1/32", port = 80 } }
                      ]
                    }
                  }
                }
                """);

        BgpClusterConfig cluster = only(resources, BgpClusterConfig.class);
        assertThat(cluster.meta().name()).isEqualTo("config:bgp");
        assertThat(cluster.nodeSelector()).isNull();
        assertThat(cluster.instances()).containsExactly(new BgpClusterConfig.Instance("main", new AsNumber(65001), 1790,
                List.of(new BgpClusterConfig.Peer("tor", IpAddress.parse("192.0.2.1"), new AsNumber(65000), "config:main/tor", null,
                        IpAddress.parse("192.0.2.2"), true)),
                RouterId.parse("192.0.2.9")));

        BgpPeerConfig peer = only(resources, BgpPeerConfig.class);
        assertThat(peer.meta().name()).isEqualTo("config:main/tor");
        assertThat(peer.peerPort()).isEqualTo(1179);
        assertThat(peer.sourceInterface()).isEqualTo("eth1");
        assertThat(peer.password()).isEqualTo(Secret.of("s3cret"));
        assertThat(peer.gracefulRestart()).isEqualTo(new BgpPeerConfig.GracefulRestart(true, Duration.ofSeconds(15)));
        assertThat(peer.ebgpMultihop()).isEqualTo(2);
        assertThat(peer.families()).extracting(BgpPeerConfig.Family::afiSafi).containsExactly(AfiSafi.IPV4_UNICAST);

        BgpAdvertisement advertisement = only(resources, BgpAdvertisement.class);
        assertThat(peer.families().getFirst().advertisements().matches(advertisement.meta().labels())).isTrue();
        assertThat(advertisement.entries()).extracting(BgpAdvertisement.Entry::type).containsExactly("PodCIDR", "Service", "HealthCheck");
        BgpAdvertisement.Entry service = advertisement.entries().get(1);
        assertThat(service.service())
                .isEqualTo(new BgpAdvertisement.ServiceOptions(Set.of(AddressKind.LOAD_BALANCER_IP, AddressKind.EXTERNAL_IP), 24, null,
                        true, false));
        assertThat(service.attributes().communities()).containsExactlyInAnyOrder(Community.parse("65001:100"),
                WellKnownCommunity.NO_EXPORT.community());
        assertThat(service.attributes().largeCommunities()).containsExactly(LargeCommunity.parse("64512:1:2"));
        assertThat(service.attributes().localPreference()).isEqualTo(200);
        assertThat(service.selector()).hasToString("app in (webpod)");
        assertThat(service.nodeSelector()).hasToString("rack=a");
        assertThat(advertisement.entries().get(2).parameters()).isEqualTo(Map.of("prefix", "198.51.100.1/32", "port", "80"));
    }

    @Test
    void anItemWithoutSelectorMeansAllServices() {
        BgpAdvertisement advertisement = only(resources("""
                roadstead.bgp.instances.a { local-asn = 1, peers.b { asn = 2, address = 192.0.2.1, advertise = [ { service = [ cluster-ip ] } ] } }
                """), BgpAdvertisement.class);

        assertThat(advertisement.entries().getFirst().selector()).isEqualTo(LabelSelector.EVERYTHING);
    }

    @Test
    void aPeerWithoutAdvertiseAnnouncesNothing() {
        assertThat(resources("roadstead.bgp.instances.a { local-asn = 1, peers.b { asn = 2, address = 192.0.2.1 } }"))
                .noneMatch(BgpAdvertisement.class::isInstance).hasSize(2);
    }

    @Test
    void poolsHavePrefixesAndRanges() {
        LoadBalancerIpPool pool = only(resources("""
                roadstead.load-balancer.pools.blue {
                  blocks = [ "172.16.1.0/24", "10.0.0.1 - 10.0.0.9", { cidr = "2001:db8::/112" }, { start = 10.1.0.1 } ]
                  service-selector.match-labels.colour = blue, allow-first-last-ips = false
                }
                """), LoadBalancerIpPool.class);

        assertThat(pool.meta().name()).isEqualTo("config:blue");
        assertThat(pool.blocks()).extracting(block -> block.addresses().toString()).containsExactly("172.16.1.0-172.16.1.255",
                "10.0.0.1-10.0.0.9",
                "2001:db8::-2001:db8::ffff", "10.1.0.1-10.1.0.1");
        assertThat(pool.serviceSelector()).hasToString("colour=blue");
        assertThat(pool.allowFirstLastIps()).isFalse();
        assertThat(pool.disabled()).isFalse();
    }

    @Test
    void theSameConfigurationGivesEqualRecords() {
        String text =
                "roadstead { bgp.instances.a { local-asn = 1, peers.b { asn = 2, address = 192.0.2.1 } }, load-balancer.pools.p.blocks = [ 10.0.0.0/24 ] }";

        assertThat(resources(text)).isEqualTo(resources("# moved\n" + text));
    }

    private static List<Resource> resources(String text) {
        return ConfigResources
                .of(new ConfigLoader(ConfigInput.ofText(text, Path.of("/base"), Map.of(), "h")).load(List.of()).orThrow().agent());
    }

    private static <R extends Resource> R only(List<Resource> resources, Class<R> type) {
        List<R> found = resources.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
