package io.roadstead.api.model.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AS numbers and router ids. */
class NumbersTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "65001, 65001", "4294967295, 4294967295", "0.0, 0", "0.65535, 65535", "1.10, 65546", "65535.65535, 4294967295"})
    void decimalAndAsdotAreRead(String text, long value) {
        assertThat(AsNumber.parse(text)).isEqualTo(new AsNumber(value)).hasToString(Long.toString(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", " 1", "AS1", "4294967296", "99999999999", "1.", ".1", "1.65536", "65536.1", "1.2.3", "1e3",
        "\u0661"})
    void whatIsNoAsNumberIsRefused(String text) {
        assertThatThrownBy(() -> AsNumber.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("AS number");
    }

    @ParameterizedTest
    @CsvSource({"64511, false, true", "64512, true, true", "65534, true, true", "65535, false, true", "65536, false, false",
        "4199999999, false, false",
        "4200000000, true, false", "4294967294, true, false", "4294967295, false, false"})
    void privateAndTwoOctetNumbersAreTold(long value, boolean isPrivate, boolean isTwoOctet) {
        AsNumber number = new AsNumber(value);

        assertThat(number.isPrivate()).isEqualTo(isPrivate);
        assertThat(number.isTwoOctet()).isEqualTo(isTwoOctet);
        assertThat(number).isGreaterThan(new AsNumber(value - 1));
    }

    @Test
    void asNumbersHave32Bits() {
        assertThatThrownBy(() -> new AsNumber(-1)).hasMessage("AS number -1 is not in 0 to 4294967295");
        assertThatThrownBy(() -> new AsNumber(1L << 32)).hasMessage("AS number 4294967296 is not in 0 to 4294967295");
    }

    @Test
    void routerIdIsAnUnsignedNumberWrittenLikeAnAddress() {
        assertThat(RouterId.parse("192.0.2.1")).hasToString("192.0.2.1").isEqualTo(new RouterId(0xc000_0201));
        assertThat(RouterId.parse("128.0.0.0")).isGreaterThan(RouterId.parse("127.255.255.255"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0.0.0.0 | router id 0.0.0.0 is not allowed (RFC 6286 §2.1)",
        "::1 | router id must be written like an IPv4 address, not ::1", "1.2.3 | not an IP address: '1.2.3'",
        "16909060 | not an IP address: '16909060'"})
    void whatIsNoRouterIdIsRefused(String text, String problem) {
        assertThatThrownBy(() -> RouterId.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessage(problem);
    }
}
