package io.roadstead.api.model.bgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Standard, well-known and large communities. */
class CommunityTest {

    @ParameterizedTest
    @CsvSource({"0:0, 0:0", "65001:100, 65001:100", "65535:65535, 65535:65535", "4259905636, 65001:100", "4294967295, 65535:65535",
        "00001:2, 1:2"})
    void standardCommunityIsReadAndWritten(String text, String canonical) {
        assertThat(Community.parse(text)).hasToString(canonical).isEqualTo(Community.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":", "1:", ":1", "65536:1", "1:65536", "4294967296", "1:2:3", "-1:2", "+1:2", "no-export", " 1:2", "\u0661:2"})
    void whatIsNoStandardCommunityIsRefused(String text) {
        assertThatThrownBy(() -> Community.parse(text))
                .hasMessage("not a standard community: '" + text + "'; write 65001:100 or a decimal up to 4294967295");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0:0:0", "64512:1:2", "4294967295:4294967295:4294967295"})
    void largeCommunityIsReadAndWritten(String text) {
        assertThat(LargeCommunity.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "::", "1:2", "1:2:", "1:2:3:4", "4294967296:1:2", "+1:2:3", "1:-2:3", "1:2: 3", "1:2:0x3", "\u0661:2:3"})
    void whatIsNoLargeCommunityIsRefused(String text) {
        assertThatThrownBy(() -> LargeCommunity.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not a large community: '" + text + "'; write three decimals");
    }

    @Test
    void orderIsUnsigned() {
        assertThat(Community.parse("65535:1")).isGreaterThan(Community.parse("1:65535"));
        assertThat(LargeCommunity.parse("4294967295:0:0")).isGreaterThan(LargeCommunity.parse("1:4294967295:0"));
        assertThat(LargeCommunity.parse("1:4294967295:0")).isGreaterThan(LargeCommunity.parse("1:1:4294967295"));
        assertThat(LargeCommunity.parse("1:1:4294967295")).isGreaterThan(LargeCommunity.parse("1:1:1"));
    }

    @ParameterizedTest
    @EnumSource
    void wellKnownCommunityIsFoundByNameAndValue(WellKnownCommunity known) {
        assertThat(WellKnownCommunity.of(known.text())).contains(known);
        assertThat(known.community().wellKnown()).contains(known);
    }

    @ParameterizedTest
    @CsvSource({"no-export, 65535:65281", "no-advertise, 65535:65282", "no-export-subconfed, 65535:65283", "no-peer, 65535:65284",
        "blackhole, 65535:666",
        "llgr-stale, 65535:6", "no-llgr, 65535:7", "planned-shut, 65535:0", "internet, 0:0"})
    void wellKnownCommunityHasTheRegisteredValue(String name, String value) {
        assertThat(WellKnownCommunity.of(name).map(WellKnownCommunity::community)).contains(Community.parse(value));
    }

    @Test
    void unknownNamesAndValuesHaveNoWellKnownCommunity() {
        assertThat(WellKnownCommunity.of("NO-EXPORT")).isEmpty();
        assertThat(Community.parse("65001:100").wellKnown()).isEmpty();
    }
}
