package io.roadstead.plugin.bgp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.LargeCommunity;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.RouterId;

/** What is written is read back the same. */
class RoundTripProperties {

    @Property(tries = 300, seed = "4271")
    void ipv4(@ForAll("attributes") PathAttributes attributes, @ForAll("ipv4Prefixes") Set<IpPrefix> prefixes) {
        check(AfiSafi.IPV4_UNICAST, attributes, prefixes);
    }

    @Property(tries = 300, seed = "4271")
    void ipv6(@ForAll("attributes") PathAttributes attributes, @ForAll("ipv6Prefixes") Set<IpPrefix> prefixes) {
        check(AfiSafi.IPV6_UNICAST, over(attributes, IpAddress.parse("2001:db8::1")), prefixes);
        check(AfiSafi.IPV4_UNICAST, over(attributes, IpAddress.parse("2001:db8::1")), Set.of(IpPrefix.parse("10.0.0.0/8")));
    }

    @Property(tries = 300, seed = "4271")
    void twoOctetPathsKeepTheirNumbers(@ForAll("paths") AsPath path) {
        PathAttributes attributes =
                new PathAttributes(Origin.IGP, path, IpAddress.parse("192.0.2.1"), null, null, null, false, null, List.of(),
                        List.of(), List.of(), null, List.of(), List.of());

        AsPath read =
                roundTrip(Wire.TWO_OCTET, AfiSafi.IPV4_UNICAST, attributes, Set.of(IpPrefix.parse("10.0.0.0/8"))).attributes().asPath();

        assertThat(read.toString()).isEqualTo(path.toString());
    }

    @Property(tries = 300, seed = "4271")
    void opens(@ForAll("asNumbers") AsNumber asn, @ForAll("capabilities") List<Capability> capabilities) {
        List<Capability> all = new ArrayList<>(capabilities);
        all.add(new Capability.FourOctetAs(asn));
        BgpMessage.Open open = new BgpMessage.Open(asn, 90, new RouterId(7), all);

        assertThat(Wire.message(CodecOptions.INITIAL, Wire.written(out -> MessageEncoder.open(out, open)))).isEqualTo(open);
    }

    @Provide
    Arbitrary<PathAttributes> attributes() {
        Arbitrary<Long> number = Arbitraries.longs().between(0, 0xffff_ffffL);
        Arbitrary<PathAttributes> first = Combinators.combine(Arbitraries.of(Origin.class), paths(), number.injectNull(0.5),
                Arbitraries.integers().map(Community::new).list().ofMaxSize(70),
                Combinators.combine(Arbitraries.integers(), Arbitraries.integers(), Arbitraries.integers()).as(LargeCommunity::new).list()
                        .ofMaxSize(30),
                Arbitraries.longs().list().ofMaxSize(5), Arbitraries.of(true, false))
                .as((origin, path, med, communities, large, extended, atomic) -> new PathAttributes(origin, path,
                        IpAddress.parse("192.0.2.1"), null, med, med, atomic, null, communities, large, extended,
                        null, List.of(), List.of()));
        return Combinators
                .combine(first, asNumbers(), Arbitraries.integers().filter(bits -> bits != 0).map(RouterId::new).list().ofMaxSize(4))
                .as((base, as, ids) -> new PathAttributes(base.origin(), base.asPath(), base.nextHop(), null, base.med(),
                        base.localPreference(),
                        base.atomicAggregate(), new PathAttributes.Aggregator(as, IpAddress.ipv4(5)), base.communities(),
                        base.largeCommunities(),
                        base.extendedCommunities(), ids.isEmpty() ? null : ids.getFirst(), ids, base.unknown()));
    }

    @Provide
    Arbitrary<AsPath> paths() {
        return Combinators.combine(Arbitraries.of(AsPath.SegmentType.AS_SEQUENCE, AsPath.SegmentType.AS_SET),
                asNumbers().list().ofMinSize(1).ofMaxSize(80)).as(AsPath.Segment::new).list().ofMaxSize(3).map(AsPath::new);
    }

    @Provide
    Arbitrary<AsNumber> asNumbers() {
        return Arbitraries.oneOf(Arbitraries.longs().between(1, 0xffff), Arbitraries.longs().between(0x1_0000, 0xffff_ffffL))
                .map(AsNumber::new);
    }

    @Provide
    Arbitrary<Set<IpPrefix>> ipv4Prefixes() {
        return Combinators.combine(Arbitraries.integers(), Arbitraries.integers().between(0, 32))
                .as((bits, length) -> IpPrefix.containing(IpAddress.ipv4(bits), length)).set().ofMinSize(1).ofMaxSize(50);
    }

    @Provide
    Arbitrary<Set<IpPrefix>> ipv6Prefixes() {
        return Combinators.combine(Arbitraries.longs(), Arbitraries.longs(), Arbitraries.integers().between(0, 128))
                .as((high, low, length) -> IpPrefix.containing(IpAddress.ipv6(high, low), length)).set().ofMinSize(1).ofMaxSize(50);
    }

    @Provide
    Arbitrary<List<Capability>> capabilities() {
        Arbitrary<Integer> word = Arbitraries.integers().between(0, 0xffff);
        Arbitrary<Integer> octet = Arbitraries.integers().between(0, 255);
        return Arbitraries
                .<Capability>oneOf(Combinators.combine(word, octet).as(Capability.Multiprotocol::new),
                        Arbitraries.just(new Capability.RouteRefresh()),
                        Arbitraries.just(new Capability.ExtendedMessage()),
                        Combinators.combine(word, word, word).as(Capability.ExtendedNextHop.Encoding::new).list().ofMaxSize(40)
                                .map(Capability.ExtendedNextHop::new),
                        Combinators
                                .combine(Arbitraries.of(true, false), Arbitraries.of(true, false), Arbitraries.integers().between(0, 4095),
                                        Combinators.combine(word, octet, Arbitraries.of(true, false))
                                                .as(Capability.GracefulRestart.Family::new).list().ofMaxSize(60))
                                .as(Capability.GracefulRestart::new),
                        octet.filter(code -> code > 70).map(code -> new Capability.Unknown(code, "ab".repeat(code))))
                .list().ofMaxSize(8);
    }

    private static void check(AfiSafi family, PathAttributes attributes, Set<IpPrefix> prefixes) {
        BgpMessage.Announcement read = roundTrip(Wire.INTERNAL, family, attributes, prefixes);

        assertThat(read.attributes()).isEqualTo(attributes);
        assertThat(read.prefixes()).containsExactlyElementsOf(prefixes);
    }

    private static BgpMessage.Announcement roundTrip(CodecOptions options, AfiSafi family, PathAttributes attributes,
            Set<IpPrefix> prefixes) {
        AddressFamily addresses = family.addressFamily();
        BgpMessage.Update update = Wire.update(options,
                Wire.written(out -> new UpdateEncoder(options).announce(out, family, attributes, Wire.source(addresses, prefixes))));
        assertThat(update.outcome()).isEqualTo(UpdateOutcome.ACCEPTED);
        return update.announced().getFirst();
    }

    private static PathAttributes over(PathAttributes base, IpAddress nextHop) {
        return new PathAttributes(base.origin(), base.asPath(), nextHop, null, base.med(), base.localPreference(), base.atomicAggregate(),
                base.aggregator(), base.communities(), base.largeCommunities(), base.extendedCommunities(), base.originatorId(),
                base.clusterList(),
                base.unknown());
    }
}
