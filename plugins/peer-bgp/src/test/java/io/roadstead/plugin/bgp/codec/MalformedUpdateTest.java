package io.roadstead.plugin.bgp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.IpPrefix;

/** One row per rule of RFC 7606. */
class MalformedUpdateTest {

    private static final String ORIGIN = "40010100";
    private static final String AS_PATH = "4002060201 0000fde9";
    private static final String NEXT_HOP = "400304 c0000201";
    private static final String GOOD = ORIGIN + AS_PATH + NEXT_HOP;
    private static final List<IpPrefix> PREFIX = List.of(IpPrefix.parse("10.0.0.0/8"));

    /** O, A, N stand for a good ORIGIN, AS_PATH and NEXT_HOP. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"ORIGIN of two octets, external, 1, 40010200 00 A N", "undefined ORIGIN, external, 1, 40010103 A N",
        "empty ORIGIN, external, 1, 400100 A N", "ORIGIN flagged optional, external, 1, c0010100 A N",
        "ORIGIN flagged non-transitive, external, 1, 00010100 A N",
        "ORIGIN missing, external, 1, A N", "AS_PATH missing, external, 2, O N", "NEXT_HOP missing, external, 3, O A",
        "undefined segment type, external, 2, O 4002060501 0000fde9 N", "segment overrun, external, 2, O 4002060202 0000fde9 N",
        "segment underrun, external, 2, O 4002070201 0000fde9 02 N", "empty segment, external, 2, O 4002020200 N",
        "AS 0 in the path, external, 2, O 4002060201 00000000 N",
        "confederation segment from outside, external, 2, O 4002060301 0000fde9 N",
        "NEXT_HOP of three octets, external, 3, O A 400303 c00002",
        "NEXT_HOP of sixteen, external, 3, O A 400310 20010db8000000000000000000000001",
        "MED of three octets, external, 4, O A N 800403 000000", "MED flagged transitive, external, 4, O A N c00404 00000000",
        "LOCAL_PREF of two octets, internal, 5, O A N 400502 0064", "COMMUNITIES of six octets, external, 8, O A N c00806 fde900010001",
        "empty COMMUNITIES, external, 8, O A N c00800", "COMMUNITIES flagged non-transitive, external, 8, O A N 800804 fde90001",
        "ORIGINATOR_ID of three octets, internal, 9, O A N 800903 c00002", "ORIGINATOR_ID 0.0.0.0, internal, 9, O A N 800904 00000000",
        "CLUSTER_LIST of five octets, internal, 10, O A N 800a05 c000020100", "empty CLUSTER_LIST, internal, 10, O A N 800a00",
        "cluster id 0.0.0.0, internal, 10, O A N 800a04 00000000",
        "EXTENDED_COMMUNITIES of seven octets, external, 16, O A N c01007 00000000000000",
        "empty EXTENDED_COMMUNITIES, external, 16, O A N c01000",
        "LARGE_COMMUNITIES of eleven octets, external, 32, O A N c0200b 0000000000000000000000",
        "empty LARGE_COMMUNITIES, external, 32, O A N c02000",
        "last attribute longer than the field, external, 4, O A N 800404 0000", "last attribute without length, external, 0, O A N 8004",
        "extended length cut off, external, 0, O A N 900400",
        "MP_REACH_NLRI flagged transitive, external, 14, O A N d00e0015 0002 01 10 20010db8000000000000000000000009 00"})
    void announcedPrefixesAreTreatedAsWithdrawn(String name, String session, int attribute, String attributes) {
        BgpMessage.Update update = decode(session, attributes, "08 0a");

        assertThat(update.outcome()).isInstanceOf(UpdateOutcome.TreatAsWithdraw.class);
        assertThat(update.outcome().faults()).extracting(AttributeFault::attribute).contains(attribute);
        assertThat(update.announced()).isEmpty();
        assertThat(update.withdrawn()).containsExactly(new BgpMessage.Withdrawal(AfiSafi.IPV4_UNICAST, PREFIX));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"ATOMIC_AGGREGATE with a value, external, 6, O A N 400601 00",
        "AGGREGATOR of two-octet size, external, 7, O A N c00706 fde9 c0000205",
        "AGGREGATOR of four-octet size from an old speaker, twoOctet, 7, O 4002040201fde9 N c00708 0000fde9 c0000205",
        "AGGREGATOR of AS 0, external, 7, O A N c00708 00000000 c0000205",
        "LOCAL_PREF from outside, external, 5, O A N 400504 00000064", "malformed LOCAL_PREF from outside, external, 5, O A N 400502 0064",
        "ORIGINATOR_ID from outside, external, 9, O A N 800904 c0000207", "CLUSTER_LIST from outside, external, 10, O A N 800a04 c0000208",
        "AS4_PATH from a new speaker, external, 17, O A N c01106 0201 0000fde9",
        "AS4_AGGREGATOR from a new speaker, external, 18, O A N c01208 0000fde9 c0000205",
        "malformed AS4_PATH, twoOctet, 17, O 4002040201fde9 N c01105 0201 0000fd",
        "malformed AS4_AGGREGATOR, twoOctet, 18, O 4002040201fde9 N c01207 0000fde9 c00002",
        "second ORIGIN, external, 1, O A N 40010102", "second unknown one, external, 99, O A N c0630100 c0630101"})
    void faultyAttributesAreDiscardedAndTheRestIsUsed(String name, String session, int attribute, String attributes) {
        BgpMessage.Update update = decode(session, attributes, "08 0a");

        assertThat(update.outcome()).isInstanceOf(UpdateOutcome.AttributeDiscard.class);
        assertThat(update.outcome().faults()).extracting(AttributeFault::attribute).containsExactly(attribute);
        PathAttributes used = update.announced().getFirst().attributes();
        assertThat(update.announced().getFirst().prefixes()).isEqualTo(PREFIX);
        assertThat(used.atomicAggregate()).isFalse();
        assertThat(used.aggregator()).isNull();
        assertThat(used.localPreference()).isNull();
        assertThat(used.originatorId()).isNull();
        assertThat(used.clusterList()).isEmpty();
        assertThat(used.asPath()).hasToString("65001");
        assertThat(used.origin().text()).isEqualTo("i");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"next hop of five octets, O A 800e0b 0002 01 05 0000000000 00 00",
        "next hop longer than the attribute, O A 800e05 0002 01 10 00",
        "IPv4 next hop for IPv6, O A 800e09 0002 01 04 c0000201 00",
        "prefix length 129, O A 800e17 0002 01 10 20010db8000000000000000000000009 00 81 20",
        "prefix cut off, O A 800e17 0002 01 10 20010db8000000000000000000000009 00 30 20",
        "prefix length 129 withdrawn, 800f05 0002 01 81 20"})
    void aFamilyWhosePrefixesCannotBeToldIsDisabled(String name, String attributes) {
        BgpMessage.Update update = decode("external", attributes + (attributes.startsWith("O") ? NEXT_HOP : GOOD), "08 0a");

        assertThat(update.outcome()).isInstanceOfSatisfying(UpdateOutcome.AfiSafiDisable.class,
                disable -> assertThat(disable.family()).isEqualTo(AfiSafi.IPV6_UNICAST));
        assertThat(update.announced()).extracting(BgpMessage.Announcement::family).containsExactly(AfiSafi.IPV4_UNICAST);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"second MP_REACH_NLRI, MALFORMED_ATTRIBUTE_LIST, O A N 800e05 0002 01 00 00 800e05 0002 01 00 00",
        "second MP_UNREACH_NLRI, MALFORMED_ATTRIBUTE_LIST, 800f03 0002 01 800f03 0002 01",
        "MP_REACH_NLRI without a family, OPTIONAL_ATTRIBUTE_ERROR, O A N 800e02 0002",
        "MP_UNREACH_NLRI without a family, OPTIONAL_ATTRIBUTE_ERROR, O A N 800f02 0002",
        "MP_REACH_NLRI longer than the field, ATTRIBUTE_LENGTH_ERROR, O A N 800eff 0002 01",
        "both families broken, OPTIONAL_ATTRIBUTE_ERROR, O A 800e05 0002 01 10 00 800f05 0001 01 21 20"})
    void aMessageWhosePrefixesCannotBeToldEndsTheSession(String name, BgpErrorCode code, String attributes) {
        assertThat(Wire.error(Wire.EXTERNAL, Wire.update("", expand(attributes), "08 0a")).code()).isEqualTo(code);
    }

    @Test
    void anUnrecognizedWellKnownAttributeEndsTheSessionAndIsSentBack() {
        assertThat(Wire.error(Wire.EXTERNAL, Wire.update("", GOOD + "406302abcd", "08 0a")))
                .returns(BgpErrorCode.UNRECOGNIZED_WELL_KNOWN_ATTRIBUTE, BgpError::code).returns("406302abcd", BgpError::dataHex);
    }

    @Test
    void fieldsThatDoNotFitTheMessageEndTheSession() {
        for (String body : List.of("0001 0000", "ffff 0000", "0000 0001", "0000 ffff", "0002 08 0a 0001")) {
            assertThat(Wire.error(Wire.EXTERNAL, Wire.message(2, body)).code()).as(body).isEqualTo(BgpErrorCode.MALFORMED_ATTRIBUTE_LIST);
        }
        for (String field : List.of("21 0a000000 00", "18 0a00", "ff", "08")) {
            assertThat(Wire.error(Wire.EXTERNAL, Wire.update(field, "", "")).code()).as("withdrawn " + field)
                    .isEqualTo(BgpErrorCode.INVALID_NETWORK_FIELD);
            assertThat(Wire.error(Wire.EXTERNAL, Wire.update("", GOOD, field)).code()).as("announced " + field)
                    .isEqualTo(BgpErrorCode.INVALID_NETWORK_FIELD);
        }
    }

    @Test
    void anErrorWhereNoPrefixIsSeenEndsTheSession() { // RFC 7606 §5.2
        assertThat(Wire.error(Wire.EXTERNAL, Wire.update("", "40010103" + AS_PATH + NEXT_HOP, "")).code())
                .isEqualTo(BgpErrorCode.INVALID_ORIGIN);
        assertThat(Wire.update(Wire.EXTERNAL, Wire.update("", GOOD + "400601 00", "")).outcome())
                .as("discarding needs no prefix").isInstanceOf(UpdateOutcome.AttributeDiscard.class);
        assertThat(Wire.update(Wire.EXTERNAL, Wire.update("", "c00f05 0002 01 08 20", "")).withdrawn()).as("only withdrawals").hasSize(1);
    }

    @Test
    void theStrongestOfSeveralErrorsWins() {
        BgpMessage.Update update = decode("external", "40010103" + AS_PATH + NEXT_HOP + "400601 00" + "800e05 0002 01 10 00", "08 0a");

        assertThat(update.outcome()).isInstanceOf(UpdateOutcome.AfiSafiDisable.class);
        assertThat(update.outcome().faults()).extracting(AttributeFault::attribute).containsExactly(1, 6, 14);
        assertThat(update.withdrawn()).as("the other family").containsExactly(new BgpMessage.Withdrawal(AfiSafi.IPV4_UNICAST, PREFIX));
    }

    @Test
    void ipv6PrefixesAreTreatedAsWithdrawnToo() {
        BgpMessage.Update update =
                decode("external", "40010103" + AS_PATH + "800e1a 0002 01 10 20010db8000000000000000000000009 00 20 20010db8", "");

        assertThat(update.outcome()).isInstanceOf(UpdateOutcome.TreatAsWithdraw.class);
        assertThat(update.withdrawn())
                .containsExactly(new BgpMessage.Withdrawal(AfiSafi.IPV6_UNICAST, List.of(IpPrefix.parse("2001:db8::/32"))));
    }

    @Test
    void familiesThatAreNotNegotiatedArePassedOver() {
        BgpMessage.Update vpn = decode("external", GOOD + "800e06 0001 80 00 00 ff", "08 0a");
        BgpMessage.Update ipv6 =
                Wire.update(CodecOptions.INITIAL, Wire.update("",
                        ORIGIN + "4002040201fde9" + "800e1a 0002 01 10 20010db8000000000000000000000009 00 20 20010db8", ""));

        assertThat(vpn.outcome()).isEqualTo(UpdateOutcome.ACCEPTED);
        assertThat(vpn.announced()).hasSize(1);
        assertThat(ipv6.announced()).isEmpty();
    }

    @Test
    void unknownOptionalAttributesAreKeptWhereTransitive() {
        BgpMessage.Update update = decode("external", GOOD + "c06302abcd" + "8064 01 00" + "d065 0001 ff", "08 0a");

        assertThat(update.outcome()).isEqualTo(UpdateOutcome.ACCEPTED);
        assertThat(update.announced().getFirst().attributes().unknown()).containsExactly(
                new PathAttributes.UnknownAttribute(0xc0, 99, "abcd"),
                new PathAttributes.UnknownAttribute(0xd0, 101, "ff"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"as long, 0202 fde9 5ba0, 0202 0000fde9 fa56ea01, '', 65001 4200000001",
        "shorter: what is before stays, 0203 0001 0002 5ba0, 0201 fa56ea01, '', 1 2 4200000001",
        "longer: not believed, 0201 5ba0, 0202 0000fde9 fa56ea01, '', 23456",
        "a set counts once, 0202 0001 0002 0102 0003 0004, 0201 fa56ea01 0102 00000003 00000004, '', '1 4200000001 {3,4}'",
        "aggregated by an old speaker since, 0202 fde9 5ba0, 0202 0000fde9 fa56ea01, fde9 c0000205, 65001 23456",
        "confederation segments are dropped, 0202 fde9 5ba0, 0301 00000007 0202 0000fde9 fa56ea01, '', 65001 4200000001"})
    void theFourOctetPathOfAnOldSpeakerIsMergedIn(String name, String path, String as4Path, String aggregator, String expected) {
        String attributes = ORIGIN + attribute("4002", path) + NEXT_HOP + (aggregator.isEmpty() ? "" : attribute("c007", aggregator))
                + attribute("c011", as4Path);

        assertThat(Wire.update(Wire.TWO_OCTET, Wire.update("", attributes, "08 0a")).announced().getFirst().attributes().asPath())
                .hasToString(expected);
    }

    private static BgpMessage.Update decode(String session, String attributes, String nlri) {
        CodecOptions options = switch (session) {
            case "external" -> Wire.EXTERNAL;
            case "internal" -> Wire.INTERNAL;
            default -> Wire.TWO_OCTET;
        };
        return Wire.update(options, Wire.update("", expand(attributes), nlri));
    }

    private static String expand(String attributes) {
        return attributes.replace("O", ORIGIN).replace("A", AS_PATH).replace("N", NEXT_HOP);
    }

    private static String attribute(String flagsAndCode, String value) {
        String octets = value.replace(" ", "");
        return flagsAndCode + Hex.octet(octets.length() / 2) + octets;
    }
}
