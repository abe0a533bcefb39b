package io.roadstead.plugin.bgp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

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
import io.roadstead.plugin.bgp.rib.PrefixSource;

/** Octets counted by hand from RFC 4271 §4.3 and the RFCs of the attributes. */
class UpdateGoldenTest {

    private static final AsNumber LOCAL = new AsNumber(65001);
    private static final PathAttributes PLAIN = plain(IpAddress.parse("192.0.2.1"), null);
    private static final List<IpPrefix> IPV4 = prefixes("10.1.0.0/16", "203.0.113.7/32", "0.0.0.0/0", "10.128.0.0/9");
    private static final List<IpPrefix> IPV6 = prefixes("2001:db8:1::/48", "2001:db8::1/128", "::/0");

    @Test
    void ipv4PrefixesStandBehindTheAttributes() {
        String hex = Wire.update("", "40010100" + "4002060201 0000fde9" + "400304 c0000201", "10 0a01 20 cb007107 00 09 0a80");

        assertThat(announced(Wire.EXTERNAL, AfiSafi.IPV4_UNICAST, PLAIN, IPV4)).isEqualTo(hex);
        assertThat(Wire.update(Wire.EXTERNAL, hex)).isEqualTo(update(AfiSafi.IPV4_UNICAST, PLAIN, IPV4));
    }

    @Test
    void ipv6PrefixesStandInMpReachWhichComesFirst() {
        PathAttributes attributes = plain(IpAddress.parse("2001:db8::9"), null);
        String hex = Wire.update("", "900e002e 0002 01 10 20010db8000000000000000000000009 00 30 20010db80001"
                + "80 20010db8000000000000000000000001 00" + "40010100 4002060201 0000fde9", "");

        assertThat(announced(Wire.EXTERNAL, AfiSafi.IPV6_UNICAST, attributes, IPV6)).isEqualTo(hex);
        assertThat(Wire.update(Wire.EXTERNAL, hex)).isEqualTo(update(AfiSafi.IPV6_UNICAST, attributes, IPV6));
    }

    @Test
    void aLinkLocalNextHopStandsBehindTheGlobalOne() {
        PathAttributes attributes = plain(IpAddress.parse("2001:db8::9"), IpAddress.parse("fe80::1"));
        String hex = Wire.update("", "900e0026 0002 01 20 20010db8000000000000000000000009 fe800000000000000000000000000001 00 00"
                + "40010100 4002060201 0000fde9", "");

        assertThat(announced(Wire.EXTERNAL, AfiSafi.IPV6_UNICAST, attributes, prefixes("::/0"))).isEqualTo(hex);
        assertThat(Wire.update(Wire.EXTERNAL, hex)).isEqualTo(update(AfiSafi.IPV6_UNICAST, attributes, prefixes("::/0")));
    }

    @Test
    void ipv4PrefixesWithAnIpv6NextHopStandInMpReach() {
        PathAttributes attributes = plain(IpAddress.parse("2001:db8::9"), null);
        String hex = Wire.update("", "900e0018 0001 01 10 20010db8000000000000000000000009 00 10 0a01 40010100 4002060201 0000fde9", "");

        assertThat(announced(Wire.EXTERNAL, AfiSafi.IPV4_UNICAST, attributes, prefixes("10.1.0.0/16"))).isEqualTo(hex);
        assertThat(Wire.update(Wire.EXTERNAL, hex)).isEqualTo(update(AfiSafi.IPV4_UNICAST, attributes, prefixes("10.1.0.0/16")));
        assertThatThrownBy(() -> announced(CodecOptions.INITIAL, AfiSafi.IPV4_UNICAST, attributes, IPV4))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2001:db8::9");
        assertThatThrownBy(() -> announced(Wire.EXTERNAL, AfiSafi.IPV6_UNICAST, PLAIN, IPV6)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyAttributeHasItsOctetsInTheOrderOfTheCodes() {
        PathAttributes full = new PathAttributes(Origin.INCOMPLETE, new AsPath(List.of(
                new AsPath.Segment(AsPath.SegmentType.AS_SEQUENCE, List.of(LOCAL, new AsNumber(4_200_000_001L))),
                new AsPath.Segment(AsPath.SegmentType.AS_SET, List.of(new AsNumber(2), new AsNumber(3))))), IpAddress.parse("192.0.2.1"),
                null,
                50L, 4294967295L, true, new PathAttributes.Aggregator(new AsNumber(4_200_000_001L), IpAddress.parse("192.0.2.5")),
                List.of(Community.parse("65001:100"), Community.parse("65535:65281")), List.of(LargeCommunity.parse("64512:1:4294967295")),
                List.of(0x0002fde900000064L), RouterId.parse("192.0.2.7"), List.of(RouterId.parse("192.0.2.8")),
                List.of(new PathAttributes.UnknownAttribute(0xe0, 99, "abcd")));
        String hex = Wire.update("",
                "40010102" + "400214 0202 0000fde9 fa56ea01 0102 00000002 00000003" + "400304 c0000201" + "800404 00000032"
                        + "400504 ffffffff" + "400600" + "c00708 fa56ea01 c0000205" + "c00808 fde90064 ffffff01" + "800904 c0000207"
                        + "800a04 c0000208"
                        + "c01008 0002fde900000064" + "c0200c 0000fc00 00000001 ffffffff" + "e06302abcd",
                "10 0a01");

        assertThat(announced(Wire.INTERNAL, AfiSafi.IPV4_UNICAST, full, prefixes("10.1.0.0/16"))).isEqualTo(hex);
        assertThat(Wire.update(Wire.INTERNAL, hex)).isEqualTo(update(AfiSafi.IPV4_UNICAST, full, prefixes("10.1.0.0/16")));
    }

    @Test
    void anOldSpeakerGetsAsTransAndTheFourOctetNumbersBesideIt() {
        PathAttributes attributes = new PathAttributes(Origin.IGP, AsPath.ofSequence(LOCAL, new AsNumber(4_200_000_001L)),
                IpAddress.parse("192.0.2.1"), null, null, null, false,
                new PathAttributes.Aggregator(new AsNumber(4_200_000_001L), IpAddress.parse("192.0.2.5")), List.of(), List.of(), List.of(),
                null,
                List.of(), List.of());
        String hex = Wire.update("", "40010100" + "400206 0202 fde9 5ba0" + "400304 c0000201" + "c00706 5ba0 c0000205"
                + "c0110a 0202 0000fde9 fa56ea01" + "c01208 fa56ea01 c0000205", "10 0a01");

        assertThat(announced(Wire.TWO_OCTET, AfiSafi.IPV4_UNICAST, attributes, prefixes("10.1.0.0/16"))).isEqualTo(hex);
        assertThat(Wire.update(Wire.TWO_OCTET, hex)).isEqualTo(update(AfiSafi.IPV4_UNICAST, attributes, prefixes("10.1.0.0/16")));
        assertThat(announced(Wire.TWO_OCTET, AfiSafi.IPV4_UNICAST, PLAIN, prefixes("10.1.0.0/16"))).as("all numbers fit")
                .isEqualTo(Wire.update("", "40010100 4002040201fde9 400304c0000201", "10 0a01"));
    }

    @Test
    void withdrawalsAndEndOfRibHaveBothForms() {
        assertThat(withdrawn(AfiSafi.IPV4_UNICAST, IPV4)).isEqualTo(Wire.update("10 0a01 20 cb007107 00 09 0a80", "", ""));
        assertThat(withdrawn(AfiSafi.IPV6_UNICAST, prefixes("2001:db8:1::/48")))
                .isEqualTo(Wire.update("", "900f000a 0002 01 30 20010db80001", ""));
        assertThat(Wire.update(Wire.EXTERNAL, withdrawn(AfiSafi.IPV6_UNICAST, IPV6))).isEqualTo(new BgpMessage.Update(List.of(),
                List.of(new BgpMessage.Withdrawal(AfiSafi.IPV6_UNICAST, IPV6)), null, UpdateOutcome.ACCEPTED));
        assertThat(Wire.written(out -> new UpdateEncoder(Wire.EXTERNAL).endOfRib(out, AfiSafi.IPV4_UNICAST)))
                .isEqualTo(Wire.update("", "", ""));
        assertThat(Wire.written(out -> new UpdateEncoder(Wire.EXTERNAL).endOfRib(out, AfiSafi.IPV6_UNICAST)))
                .isEqualTo(Wire.update("", "800f03 0002 01", ""));
    }

    @Test
    void endOfRibIsToldFromOtherUpdates() {
        assertThat(Wire.update(Wire.EXTERNAL, Wire.update("", "", "")).endOfRib()).isEqualTo(AfiSafi.IPV4_UNICAST);
        assertThat(Wire.update(Wire.EXTERNAL, Wire.update("", "800f03 0002 01", "")).endOfRib()).isEqualTo(AfiSafi.IPV6_UNICAST);
        assertThat(Wire.update(Wire.EXTERNAL, Wire.update("", "800f03 0001 01", "")).endOfRib()).isEqualTo(AfiSafi.IPV4_UNICAST);
        assertThat(Wire.update(Wire.EXTERNAL, Wire.update("", "800f03 0001 80", "")).endOfRib()).as("not negotiated").isNull();
        assertThat(Wire.update(Wire.EXTERNAL, Wire.update("08 0a", "800f03 0002 01", "")).endOfRib()).isNull();
        assertThat(Wire.update(Wire.EXTERNAL, Wire.update("08 0a", "", "")).endOfRib()).isNull();
    }

    @Test
    void messagesAreFilledToTheLastOctetAndLoseNothing() {
        List<IpPrefix> hosts = IntStream.range(0, 3000).mapToObj(i -> IpPrefix.host(IpAddress.ipv4(0x0a000000 + i))).toList();
        UpdateEncoder encoder = new UpdateEncoder(Wire.EXTERNAL);
        PrefixSource source = Wire.source(AddressFamily.IPV4, hosts);
        ByteBuf out = Unpooled.buffer();
        List<Integer> lengths = new ArrayList<>();
        while (source.hasNext()) {
            int before = out.writerIndex();
            assertThat(encoder.announce(out, AfiSafi.IPV4_UNICAST, PLAIN, source)).isTrue();
            lengths.add(out.writerIndex() - before);
        }
        MessageDecoder decoder = new MessageDecoder();
        decoder.options(Wire.EXTERNAL);
        List<IpPrefix> read = Stream.generate(() -> decoder.decode(out)).limit(lengths.size())
                .map(result -> (BgpMessage.Update) ((DecodeResult.Decoded) result.orElseThrow()).message())
                .flatMap(update -> update.announced().getFirst().prefixes().stream()).toList();

        // 4096 - 23 - 20 octets of attributes leave 4053, that is 810 prefixes of 5.
        assertThat(lengths).containsExactly(4093, 4093, 4093, 23 + 20 + 570 * 5);
        assertThat(read).isEqualTo(hosts);
    }

    @Test
    void anExtendedMessageHoldsMore() {
        List<IpPrefix> hosts = IntStream.range(0, 13_200).mapToObj(i -> IpPrefix.host(IpAddress.ipv4(0x0a000000 + i))).toList();
        PrefixSource source = Wire.source(AddressFamily.IPV4, hosts);

        new UpdateEncoder(Wire.EXTENDED).announce(Unpooled.buffer(), AfiSafi.IPV4_UNICAST, PLAIN, source);

        assertThat(source.low() - 0x0a000000L).isEqualTo((65535 - 43) / 5);
    }

    @Test
    void attributesThatFitNoMessageAreNotWritten() {
        PathAttributes huge = new PathAttributes(Origin.IGP, AsPath.EMPTY, IpAddress.parse("2001:db8::9"), null, null, null, false, null,
                IntStream.range(0, 1100).mapToObj(Community::new).toList(), List.of(), List.of(), null, List.of(), List.of());
        ByteBuf out = Unpooled.buffer();
        PrefixSource source = Wire.source(AddressFamily.IPV6, IPV6);

        assertThat(new UpdateEncoder(Wire.EXTERNAL).announce(out, AfiSafi.IPV6_UNICAST, huge, source)).isFalse();
        assertThat(out.isReadable()).isFalse();
        assertThat(source.length()).isEqualTo(48);
        assertThat(new UpdateEncoder(Wire.EXTENDED).announce(out, AfiSafi.IPV6_UNICAST, huge, source)).isTrue();
    }

    @Test
    void aPrefixBothWithdrawnAndAnnouncedIsAnnounced() {
        BgpMessage.Update update =
                Wire.update(Wire.EXTERNAL, Wire.update("08 0a 08 0b", "40010100 4002060201 0000fde9 400304 c0000201", "08 0a 08 0a"));

        assertThat(update.withdrawn()).containsExactly(new BgpMessage.Withdrawal(AfiSafi.IPV4_UNICAST, prefixes("11.0.0.0/8")));
        assertThat(update.announced().getFirst().prefixes()).isEqualTo(prefixes("10.0.0.0/8"));
    }

    @Test
    void bitsBehindAPrefixLengthDoNotCount() {
        assertThat(Wire.update(Wire.EXTERNAL, Wire.update("09 0aff", "", "")).withdrawn().getFirst().prefixes())
                .isEqualTo(prefixes("10.128.0.0/9"));
    }

    private static BgpMessage.Update update(AfiSafi family, PathAttributes attributes, List<IpPrefix> prefixes) {
        return new BgpMessage.Update(List.of(new BgpMessage.Announcement(family, attributes, prefixes)), List.of(), null,
                UpdateOutcome.ACCEPTED);
    }

    private static String announced(CodecOptions options, AfiSafi family, PathAttributes attributes, List<IpPrefix> prefixes) {
        return Wire.written(
                out -> new UpdateEncoder(options).announce(out, family, attributes, Wire.source(family.addressFamily(), prefixes)));
    }

    private static String withdrawn(AfiSafi family, List<IpPrefix> prefixes) {
        return Wire.written(out -> new UpdateEncoder(Wire.EXTERNAL).withdraw(out, family, Wire.source(family.addressFamily(), prefixes)));
    }

    private static PathAttributes plain(IpAddress nextHop, IpAddress linkLocal) {
        return new PathAttributes(Origin.IGP, AsPath.ofSequence(LOCAL), nextHop, linkLocal, null, null, false, null, List.of(), List.of(),
                List.of(),
                null, List.of(), List.of());
    }

    private static List<IpPrefix> prefixes(String... texts) {
        return Stream.of(texts).map(IpPrefix::parse).toList();
    }
}
