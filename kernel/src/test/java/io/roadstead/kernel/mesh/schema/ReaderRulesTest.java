package io.roadstead.kernel.mesh.schema;

import static io.roadstead.kernel.mesh.schema.Samples.LYON;
import static io.roadstead.kernel.mesh.schema.Samples.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.testkit.GoldenFiles;
import io.roadstead.testkit.MeshFixtures;

/** What is taken of another cluster's values, and what is refused. */
class ReaderRulesTest {

    @Test
    void everythingThatCiliumWritesIsTaken() throws RefusedValueException {
        int read = 0;
        for (Map.Entry<String, byte[]> each : MeshFixtures.lyon().entrySet()) {
            if (!each.getKey().startsWith("cilium/synced/") && !each.getKey().equals(MeshKeys.HEARTBEAT)) {
                assertThat(Reading.decode(LYON, each.getKey(), each.getValue())).as(each.getKey()).isNotNull();
                read++;
            }
        }
        assertThat(read).isEqualTo(15);
    }

    /** The golden file says why. */
    @Test
    void everyBrokenRuleIsARefusalThatSaysWhy() {
        StringBuilder text = new StringBuilder();
        MeshFixtures.refused().forEach((key, value) -> {
            RefusedValueException refused = catchThrowableOfType(RefusedValueException.class, () -> Reading.decode(LYON, key, value));
            assertThat(refused).as(key).isNotNull();
            text.append(key).append(' ').append(refused.getMessage()).append('\n');
        });

        GoldenFiles.assertMatches(ReaderRulesTest.class, "refused.txt", text.toString());
    }

    @Test
    void aNodeIsReachedAtItsInternalAddressesFirst() throws RefusedValueException {
        RemoteNode node = node("edge-4").remoteNode();

        assertThat(node.addresses()).containsExactly(ip("192.0.2.14"), ip("2001:db8::14"), ip("198.51.100.14"));
        assertThat(node.podCidrs()).extracting(IpPrefix::toString).containsExactly("10.70.4.0/24", "10.72.4.0/24", "10.73.4.0/24",
                "fd00:70:4::/64");
        assertThat(node.meta().labels()).containsEntry("note", "a<b>&c");
        assertThat(node("edge-3").remoteNode().addresses()).containsExactly(ip("192.0.2.13"));
    }

    @Test
    void aNodeWithoutInternalAndExternalAddressesIsReachedAtOthersButNotCiliumsOwn() throws RefusedValueException {
        NodeEntry node = NodeEntry.decode(LYON, "n", bytes("{\"Name\":\"n\",\"Cluster\":\"lyon\",\"ClusterID\":7,\"IPAddresses\":["
                + "{\"Type\":\"CiliumInternalIP\",\"IP\":\"10.0.0.1\"},{\"Type\":\"InternalDNS\",\"IP\":\"192.0.2.9\"}]}"));

        assertThat(node.remoteNode().addresses()).containsExactly(ip("192.0.2.9"));
    }

    @Test
    void oneNumberUnderSeveralNamesIsOneBackend() throws RefusedValueException {
        RemoteService dns = service("shop/dns").remoteService();

        assertThat(dns.endpoints()).containsExactly(
                new RemoteService.Endpoint(ip("10.70.3.22"),
                        List.of(new RemoteService.Port("dns", Protocol.UDP, 5353), new RemoteService.Port("metrics", Protocol.TCP, 9153),
                                new RemoteService.Port("metrics-old", Protocol.TCP, 9153)),
                        "lyon-a", List.of("lyon-a", "lyon-b"), RemoteService.Condition.ACTIVE),
                new RemoteService.Endpoint(ip("10.70.4.23"), List.of(new RemoteService.Port("", Protocol.SCTP, 5353)), "lyon-b", List.of(),
                        RemoteService.Condition.ACTIVE),
                new RemoteService.Endpoint(ip("fd00:70:4::17"), List.of(new RemoteService.Port("dns", Protocol.UDP, 5353)), "", List.of(),
                        RemoteService.Condition.ACTIVE));
    }

    @Test
    void portsThatNoServiceCanHaveAreLeftOut() throws RefusedValueException {
        RemoteService db = service("shop/db").remoteService();

        assertThat(db.endpoints()).extracting(RemoteService.Endpoint::address).containsExactly(ip("10.70.5.31"));
        assertThat(db.endpoints().getFirst().ports()).containsExactly(new RemoteService.Port("sql", Protocol.TCP, 5432));
    }

    @Test
    void anotherClustersHostIsARemoteNode() throws RefusedValueException {
        byte[] value = MeshFixtures.lyon().get("cilium/state/ip/v1/default/192.0.2.13");

        assertThat(IpEntry.decode(LYON, "192.0.2.13", value).identity()).isEqualTo(6);
    }

    /** To Go they are one address, which it writes as the IPv4 one. */
    @Test
    void mappedAddressesAreIpv4Addresses() throws RefusedValueException {
        IpEntry entry = IpEntry.decode(LYON, "10.70.3.9", bytes("{\"IP\":\"::ffff:10.70.3.9\",\"ID\":458760}"));

        assertThat(entry.prefix()).isEqualTo(IpPrefix.host(ip("10.70.3.9")));
        assertThat(MeshKeys.ip(ip("::ffff:10.70.3.9"))).endsWith("/10.70.3.9");
    }

    @Test
    void identityRangesFollowTheMostClusters() {
        Owner of511 = new Owner("lyon", 300, 511);

        assertThat(List.of(LYON.firstIdentity(), LYON.lastIdentity())).containsExactly(458_752, 524_287);
        assertThat(List.of(of511.firstIdentity(), of511.lastIdentity())).containsExactly(300 * 32_768, 300 * 32_768 + 32_767);
        assertThatThrownBy(() -> new Owner("lyon", 256, 255)).hasMessage("cluster id 256 is not in 1 to 255");
        assertThatThrownBy(() -> new Owner("lyon", 1, 256)).hasMessageContaining("at most 255 or 511");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"'' | is empty", "null | names cluster '', not 'lyon'", "{} | names cluster '', not 'lyon'",
        "[] | does not have an object", "'{} {}' | has something behind its end", "'{}x' | is not JSON that can be read",
        "7 | does not have an object", "{\"name\":[[]]} | does not have text at '/name'",
        "{\"clusterID\":1e3} | does not have a whole number at '/clusterID'",
        "{\"clusterID\":-1} | has '-1' where a number of 0 to 2147483647 belongs at '/clusterID'",
        "{\"clusterID\":99999999999999999999} | has '99999999999999999999' where a number of 0 to 2147483647 belongs at '/clusterID'",
        "{\"shared\":\"true\"} | does not have true or false at '/shared'", "{\"labels\":{\"a\":1}} | does not have text at '/labels/a'",
        "{\"zones\":{\"10.0.0.1\":{\"forZones\":{}}}} | does not have an array at '/zones/10.0.0.1/forZones'",
        "{\"a\" | is not JSON that can be read"})
    void valuesOfWrongShapeAreRefused(String value, String reason) {
        assertThatThrownBy(() -> ServiceEntry.decode(LYON, "shop/cart", bytes(value))).isInstanceOf(RefusedValueException.class)
                .hasMessage(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.70.3.0", "10.70.3.0/33", "10.70.3.0/-1", "10.70.3.0/024", "10.70.3.300/24", "fd00::/129", "x/8", "/8"})
    void textThatIsNoCidrIsRefused(String cidr) {
        assertThatThrownBy(() -> NodeEntry.decode(LYON, "n", nodeWith("\"" + cidr + "\""))).isInstanceOf(RefusedValueException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"IP\":\"10.70.3.9\",\"Mask\":\"////AA==\"} | 10.70.3.0/24", "\"10.70.3.9/24\" | 10.70.3.0/24",
        "{\"IP\":\"10.70.0.0\",\"Mask\":\"/////////////////wAAAA==\"} | 10.0.0.0/8",
        "{\"IP\":\"10.70.0.0\",\"Mask\":\"AAAAAA==\"} | 0.0.0.0/0",
        "{\"IP\":\"fd00::1\",\"Mask\":\"//////////8AAAAAAAAAAA==\"} | fd00::/64", "{} | ", "null | ", "\"\" | "})
    void cidrsComeInManyForms(String cidr, String expected) throws RefusedValueException {
        assertThat(NodeEntry.decode(LYON, "n", nodeWith(cidr)).podCidrs())
                .isEqualTo(expected == null ? List.of() : List.of(IpPrefix.parse(expected)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"IP\":\"10.0.0.0\"}", "{\"IP\":\"10.0.0.0\",\"Mask\":\"?\"}", "{\"IP\":\"10.0.0.0\",\"Mask\":\"//8=\"}",
        "{\"IP\":\"fd00::\",\"Mask\":\"////AA==\"}", "{\"IP\":\"10.0.0.0\",\"Mask\":\"//////////8AAAAAAAAAAA==\"}", "[]", "7"})
    void masksThatFitNoAddressAreRefused(String cidr) {
        assertThatThrownBy(() -> NodeEntry.decode(LYON, "n", nodeWith(cidr))).isInstanceOf(RefusedValueException.class);
    }

    @Test
    void hugeAndDeepValuesAreRefused() {
        String deep = "{\"future\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThatThrownBy(() -> NodeEntry.decode(LYON, "n", new byte[Sizes.MAX_VALUE + 1]))
                .hasMessage("has 1572865 bytes, more than 1572864");
        assertThatThrownBy(() -> IdentityEntry.decode(LYON, "458760", new byte[Sizes.MAX_VALUE + 1])).hasMessageContaining("more than");
        assertThatThrownBy(() -> NodeEntry.decode(LYON, "n", bytes(deep))).hasMessage("is not JSON that can be read");
    }

    @Test
    void octetsThatAreNoTextDoNotEndInAnotherException() throws RefusedValueException {
        byte[] value = "{\"Name\":\"n\",\"Cluster\":\"lyon\",\"ClusterID\":7,\"BootID\":\"?\"}".getBytes(StandardCharsets.ISO_8859_1);
        value[value.length - 3] = (byte) 0xff;

        assertThat(NodeEntry.decode(LYON, "n", value).bootId()).isEqualTo("\ufffd"); // as Go reads it
    }

    @Test
    void whatIsSaidOfForeignTextIsShortAndOnOneLine() {
        byte[] value = bytes("{\"cluster\":\"" + "x\\n".repeat(100) + "\"}");

        assertThatThrownBy(() -> ServiceEntry.decode(LYON, "a/b", value))
                .hasMessage("names cluster '" + "x?".repeat(32) + "…', not 'lyon'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"capabilities\":{\"endpointSlicesExportMode\":\"sometimes\"}}", "{\"id\":\"7\"}", "{\"capabilities\":[]}", ""})
    void aClusterConfigThatSaysWhatIsNotKnownIsRefused(String value) {
        assertThatThrownBy(() -> ClusterConfigEntry.decode(bytes(value))).isInstanceOf(RefusedValueException.class);
    }

    private static NodeEntry node(String name) throws RefusedValueException {
        return NodeEntry.decode(LYON, name, MeshFixtures.lyon().get("cilium/state/nodes/v1/lyon/" + name));
    }

    private static ServiceEntry service(String name) throws RefusedValueException {
        return ServiceEntry.decode(LYON, name, MeshFixtures.lyon().get("cilium/state/services/v1/lyon/" + name));
    }

    private static byte[] nodeWith(String cidr) {
        return bytes("{\"Name\":\"n\",\"Cluster\":\"lyon\",\"ClusterID\":7,\"IPv4AllocCIDR\":" + cidr + "}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
