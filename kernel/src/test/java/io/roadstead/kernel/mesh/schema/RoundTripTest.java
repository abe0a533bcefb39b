package io.roadstead.kernel.mesh.schema;

import static io.roadstead.kernel.mesh.schema.Samples.LYON;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/** Whatever is written is read back as it was. */
class RoundTripTest {

    @Property(tries = 200)
    void ofNodes(@ForAll("nodes") NodeEntry node) throws RefusedValueException {
        assertThat(NodeEntry.decode(LYON, node.name(), node.encode())).isEqualTo(node);
    }

    @Property(tries = 200)
    void ofServices(@ForAll("services") ServiceEntry service) throws RefusedValueException {
        assertThat(ServiceEntry.decode(LYON, service.namespace() + "/" + service.name(), service.encode())).isEqualTo(service);
    }

    @Property(tries = 200)
    void ofAddresses(@ForAll("addresses") IpEntry entry) throws RefusedValueException {
        assertThat(IpEntry.decode(LYON, entry.keySuffix(), entry.encode())).isEqualTo(entry);
    }

    @Provide
    Arbitrary<NodeEntry> nodes() {
        Arbitrary<List<NodeEntry.Address>> addresses =
                Combinators.combine(Arbitraries.of("InternalIP", "ExternalIP", "CiliumInternalIP"), ips())
                        .as(NodeEntry.Address::new).list().ofMaxSize(4);
        Arbitrary<List<IpPrefix>> cidrs = prefixes().list().ofMaxSize(4).map(all -> all.stream().distinct()
                .sorted(Comparator.comparing(IpPrefix::family)).toList());
        return Combinators.combine(texts().filter(name -> !name.isEmpty()), addresses, cidrs, maps(), maps(), texts(),
                Arbitraries.integers().between(0, 255))
                .as((name, ips, pods, labels, annotations, boot, key) -> new NodeEntry("lyon", 7, name, ips, pods, NodeEntry.Serving.NONE,
                        "local",
                        key, labels, annotations, "", boot));
    }

    @Provide
    Arbitrary<ServiceEntry> services() {
        Arbitrary<Map<String, Port>> ports = Arbitraries.maps(texts(), Combinators
                .combine(Arbitraries.of("TCP", "UDP", "SCTP", "ANY"), Arbitraries.integers().between(0, 65_535)).as(Port::new))
                .ofMaxSize(3);
        Arbitrary<TreeMap<IpAddress, Map<String, Port>>> byAddress = Arbitraries.maps(ips(), ports).ofMaxSize(4).map(TreeMap::new);
        Arbitrary<TreeMap<IpAddress, ServiceEntry.Zone>> zones = Arbitraries.maps(ips(),
                Combinators.combine(texts(), texts().filter(hint -> !hint.isEmpty()).list().ofMaxSize(2)).as(ServiceEntry.Zone::new))
                .ofMaxSize(3)
                .map(TreeMap::new);
        return Combinators.combine(texts().filter(name -> !name.isEmpty()), byAddress, byAddress, maps(), zones, maps(), maps())
                .as((name, frontends, backends, hostnames, where, labels, selector) -> new ServiceEntry("lyon", 7, "shop", name, frontends,
                        backends, hostnames, where, labels, selector, true, false));
    }

    @Provide
    Arbitrary<IpEntry> addresses() {
        Arbitrary<Integer> identities = Arbitraries.oneOf(Arbitraries.integers().between(2, 255),
                Arbitraries.integers().between(LYON.firstIdentity(), LYON.lastIdentity()));
        return Combinators.combine(prefixes(), ips().injectNull(0.2), identities, texts(), texts()).as((prefix, host, identity, namespace,
                pod) -> new IpEntry(prefix, !prefix.isHost(), host, identity, 1, "", namespace, pod, pod, List.of()));
    }

    /** None that is IPv4-mapped: it comes back as the IPv4 address, as it is to Go. */
    private static Arbitrary<IpAddress> ips() {
        return Arbitraries.oneOf(Arbitraries.integers().map(IpAddress::ipv4),
                Combinators.combine(Arbitraries.longs().greaterOrEqual(1), Arbitraries.of(0L, 1L, 0x1_0000_0000L, -1L))
                        .as(IpAddress::ipv6));
    }

    private static Arbitrary<IpPrefix> prefixes() {
        return Combinators.combine(ips(), Arbitraries.integers().between(0, 128))
                .as((ip, length) -> IpPrefix.containing(ip, Math.min(length, ip.family().bits())))
                .filter(prefix -> prefix.family() == AddressFamily.IPV4 || prefix.address().high() != 0);
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings().ofMaxLength(8).filter(text -> text.codePoints().noneMatch(point -> point >= 0xd800 && point < 0xe000));
    }

    private static Arbitrary<Map<String, String>> maps() {
        return Arbitraries.maps(texts(), texts()).ofMaxSize(3);
    }
}
