package io.roadstead.api.model.bgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.bgp.BgpAdvertisement.AddressKind;
import io.roadstead.api.model.bgp.BgpAdvertisement.Entry;
import io.roadstead.api.model.bgp.BgpAdvertisement.ServiceOptions;
import io.roadstead.api.model.bgp.BgpPeerConfig.GracefulRestart;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;

/** What the records of the BGP resources refuse. */
class BgpResourcesTest {

    private static final ObjectMeta META = ObjectMeta.of("", "bgp");

    @ParameterizedTest
    @CsvSource({"1000, 3000, 1000", "120000, 90000, 90000", "2147483647000, 65535000, 65535000"})
    void timersInRangeAreTaken(long connectRetry, long hold, long keepalive) {
        assertThat(timers(connectRetry, hold, keepalive).hold()).isEqualTo(Duration.ofMillis(hold));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | 90000 | 30000 | connectRetryTimeSeconds 0 is not a whole number in 1 to 2147483647",
        "1000 | 2000 | 1000 | holdTimeSeconds 2 is not a whole number in 3 to 65535",
        "1000 | 65536000 | 1000 | holdTimeSeconds 65536 is not a whole number in 3 to 65535",
        "1000 | 90500 | 1000 | holdTimeSeconds 90.5 is not a whole number in 3 to 65535",
        "1000 | 90000 | 0 | keepAliveTimeSeconds 0 is not a whole number in 1 to 65535",
        "1000 | 90000 | -500 | keepAliveTimeSeconds -0.5 is not a whole number in 1 to 65535",
        "1000 | 9000 | 10000 | keepAliveTimeSeconds 10 is longer than holdTimeSeconds 9"})
    void timersOutOfRangeAreRefused(long connectRetry, long hold, long keepalive, String problem) {
        assertThatThrownBy(() -> timers(connectRetry, hold, keepalive)).isInstanceOf(IllegalArgumentException.class).hasMessage(problem);
    }

    @Test
    void theLongestDurationIsRefusedLikeAnyOther() {
        assertThatThrownBy(() -> new BgpTimers(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(90), Duration.ofSeconds(30)))
                .hasMessage("connectRetryTimeSeconds 9223372036854775807 is not a whole number in 1 to 2147483647");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "999, 0.999", "1500, 1.5", "4095500, 4095.5", "4096000, 4096"})
    void restartTimeIsWholeSecondsOf12Bits(long millis, String text) {
        assertThatThrownBy(() -> new GracefulRestart(true, Duration.ofMillis(millis)))
                .hasMessage("restartTimeSeconds " + text + " is not a whole number in 1 to 4095");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65536, -1})
    void portsHave16Bits(int port) {
        assertThatThrownBy(() -> instance("a", port)).hasMessage("localPort " + port + " is not in 1 to 65535");
        assertThatThrownBy(() -> new BgpNodeConfigOverride.Instance("a", null, port, null, List.of()))
                .hasMessageContaining("localPort " + port);
        assertThatThrownBy(() -> peerConfig(port, 1)).hasMessage("transport.peerPort " + port + " is not in 1 to 65535");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256})
    void multihopIsATimeToLive(int hops) {
        assertThatThrownBy(() -> peerConfig(179, hops)).hasMessage("ebgpMultihop " + hops + " is not in 1 to 255");
    }

    @Test
    void defaultPeerConfigIsAllowed() {
        assertThat(BgpPeerConfig.defaults().peerPort()).isEqualTo(179);
        assertThat(BgpPeerConfig.defaults().timers()).isEqualTo(BgpTimers.DEFAULT);
    }

    @Test
    void localAsnIsNotZeroButThePeersMayBe() {
        AsNumber zero = new AsNumber(0);

        assertThatThrownBy(() -> new BgpClusterConfig.Instance("a", zero, null, List.of()))
                .hasMessage("localASN 0 is not in 1 to 4294967295");
        assertThatThrownBy(() -> new BgpNodeConfigOverride.Instance("a", null, null, zero, List.of()))
                .hasMessage("localASN 0 is not in 1 to 4294967295");
        assertThat(new BgpClusterConfig.Peer("p", IpAddress.parse("192.0.2.1"), zero, null, null).asn()).isEqualTo(zero);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17})
    void clusterConfigHas1To16Instances(int count) {
        assertThatThrownBy(() -> clusterConfig(count)).hasMessage("bgpInstances has 1 to 16 items, not " + count);
        assertThat(clusterConfig(16).instances()).hasSize(16);
    }

    @Test
    void namesAreDistinctAndNotEmpty() {
        BgpClusterConfig.Peer peer = new BgpClusterConfig.Peer("p", null, new AsNumber(1), null, null);
        BgpNodeConfigOverride.Peer override = new BgpNodeConfigOverride.Peer("p", null);

        assertThatThrownBy(() -> new BgpClusterConfig(META, null, List.of(instance("a", 1), instance("a", 2))))
                .hasMessage("bgpInstances: name 'a' stands twice");
        assertThatThrownBy(() -> new BgpClusterConfig(META, null, List.of(instance("", 1))))
                .hasMessage("bgpInstances: a name has 1 to 255 characters");
        assertThatThrownBy(() -> new BgpClusterConfig(META, null, List.of(instance("x".repeat(256), 1)))).hasMessageContaining("1 to 255");
        assertThatThrownBy(() -> new BgpClusterConfig.Instance("a", null, null, List.of(peer, peer)))
                .hasMessage("peers: name 'p' stands twice");
        assertThatThrownBy(() -> new BgpNodeConfigOverride.Instance("a", null, null, null, List.of(override, override)))
                .hasMessage("peers: name 'p' stands twice");
    }

    @Test
    void serviceBlockBelongsToTypeServiceOnly() {
        ServiceOptions options = options(null, null);

        assertThat(entry(Entry.SERVICE, options).service()).isEqualTo(options);
        assertThat(entry(Entry.POD_CIDR, null).service()).isNull();
        assertThat(entry("HealthCheck", null).type()).isEqualTo("HealthCheck");
        String problem = "the service block belongs to, and only to, advertisementType Service";
        assertThatThrownBy(() -> entry(Entry.SERVICE, null)).hasMessage(problem);
        assertThatThrownBy(() -> entry(Entry.POD_CIDR, options)).hasMessage(problem);
        assertThatThrownBy(() -> entry("", null)).hasMessage("advertisementType is empty");
        assertThatThrownBy(() -> new BgpAdvertisement(META, List.of())).hasMessage("spec.advertisements is empty");
    }

    @Test
    void aggregationIsShorterThanAHost() {
        assertThat(options(0, 127)).isNotEqualTo(options(31, 0));
        assertThatThrownBy(() -> options(32, null)).hasMessage("service.aggregationLengthIPv4 32 is not in 0 to 31");
        assertThatThrownBy(() -> options(null, 128)).hasMessage("service.aggregationLengthIPv6 128 is not in 0 to 127");
        assertThatThrownBy(() -> options(-1, null)).hasMessageContaining("-1 is not in");
        assertThatThrownBy(() -> new ServiceOptions(Set.of(), null, null, false, false)).hasMessage("service.addresses is empty");
    }

    @ParameterizedTest
    @EnumSource
    void familyIsFoundByNumbersAndWords(AfiSafi family) {
        assertThat(AfiSafi.of(family.afi(), family.safi())).contains(family);
        assertThat(AfiSafi.of(family.afiText(), family.safiText())).contains(family);
        assertThat(AfiSafi.unicast(family.addressFamily())).isEqualTo(family);
        assertThat(AfiSafi.of(family.afi(), 128)).isEmpty();
        assertThat(AfiSafi.of(family.afiText(), "multicast")).isEmpty();
    }

    private static BgpTimers timers(long connectRetry, long hold, long keepalive) {
        return new BgpTimers(Duration.ofMillis(connectRetry), Duration.ofMillis(hold), Duration.ofMillis(keepalive));
    }

    private static BgpPeerConfig peerConfig(int port, int hops) {
        return new BgpPeerConfig(META, port, null, BgpTimers.DEFAULT, null, null, hops, List.of());
    }

    private static BgpClusterConfig clusterConfig(int instances) {
        return new BgpClusterConfig(META, null, IntStream.range(0, instances).mapToObj(i -> instance("i" + i, 179)).toList());
    }

    private static BgpClusterConfig.Instance instance(String name, int port) {
        return new BgpClusterConfig.Instance(name, new AsNumber(65001), port, List.of());
    }

    private static ServiceOptions options(@Nullable Integer ipv4, @Nullable Integer ipv6) {
        return new ServiceOptions(Set.of(AddressKind.CLUSTER_IP), ipv4, ipv6, false, false);
    }

    private static Entry entry(String type, @Nullable ServiceOptions service) {
        return new Entry(type, null, service, RouteAttributes.PLAIN, null, Map.of());
    }
}
