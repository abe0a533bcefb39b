package io.roadstead.api.model.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    private static final long SEED = 20_260_101L;

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "1.2.3.4", "127.0.0.1", "255.255.255.255"})
    void dottedDecimalIsReadAndWrittenAlike(String text) {
        IpAddress address = IpAddress.parse(text);

        assertThat(address.family()).isEqualTo(AddressFamily.IPV4);
        assertThat(address).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.256", "1.2.3.1234", "01.2.3.4",
                "1.2.3.00", "1.2.3.-4", "+1.2.3.4", "0x1.2.3.4", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4/32", "localhost", "1.2.3.\u0664"})
    void whatIsNotFourPlainDecimalsIsNoIpv4Address(String text) {
        assertThat(IpAddress.tryParse(text)).isEmpty();
        assertThatThrownBy(() -> IpAddress.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not an IP address: '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8", ":1::", "::1:", "::g",
        "::00001", "::12345",
        "::1.2.3", "::1.2.3.04", "::ffff:01.2.3.4", "::1.2.3.256", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "[::1]", "::1%lo",
        "::1/128",
        " ::1", "::\uff11", "0000:0000:0000:0000:0000:0000:0000:0000:0000"})
    void whatRfc4291DoesNotWriteIsNoIpv6Address(String text) {
        assertThat(IpAddress.tryParse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "::, ::",
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "2001:0DB8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "1:0:0:0:0:0:0:0, 1::",
        "fe80::, fe80::",
        "::1.2.3.4, ::102:304",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "::ffff:c000:0201, ::ffff:192.0.2.1",
        "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"})
    void ipv6IsWrittenAsRfc5952Says(String text, String canonical) {
        IpAddress address = IpAddress.parse(text);

        assertThat(address.family()).isEqualTo(AddressFamily.IPV6);
        assertThat(address).hasToString(canonical);
        assertThat(IpAddress.parse(canonical)).isEqualTo(address);
    }

    @Test
    void mappedAddressStaysIpv6ButIsIpv4ForASocket() {
        IpAddress mapped = IpAddress.parse("::ffff:192.0.2.1");

        assertThat(mapped).isNotEqualTo(IpAddress.parse("192.0.2.1")).isEqualTo(IpAddress.ipv6(0, 0xffff_c000_0201L));
        assertThat(mapped.toBytes()).hasSize(16);
        assertThat(IpAddress.of(mapped.toInetAddress())).isEqualTo(IpAddress.parse("192.0.2.1"));
    }

    @Test
    void randomAddressesSurviveTextBytesAndSocketForm() {
        Random random = new Random(SEED);
        for (int i = 0; i < 2000; i++) {
            long high = sparse(random);
            long low = sparse(random);
            for (IpAddress address : List.of(IpAddress.ipv6(high, low), IpAddress.ipv4((int) low))) {
                assertThat(IpAddress.parse(address.toString())).as("seed %d, round %d", SEED, i).isEqualTo(address);
                assertThat(IpAddress.ofBytes(address.toBytes())).isEqualTo(address);
                assertThat(IpAddress.of(address.toInetAddress()).toInetAddress()).isEqualTo(address.toInetAddress());
            }
        }
    }

    /** Few bits set, so that runs of zero groups are frequent. */
    private static long sparse(Random random) {
        long bits = random.nextLong();
        for (int i = 0; i < 3; i++) {
            bits &= random.nextLong();
        }
        return bits;
    }

    @ParameterizedTest
    @CsvSource({"1.2.3.255, 1.2.4.0", "127.255.255.255, 128.0.0.0", "255.255.255.255, 0.0.0.0", "::, ::1",
        "::ffff:ffff:ffff:ffff, 0:0:0:1::",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ::"})
    void nextCountsUpAndWraps(String address, String next) {
        assertThat(IpAddress.parse(address).next()).isEqualTo(IpAddress.parse(next));
    }

    @Test
    void orderIsByFamilyThenUnsignedValue() {
        List<IpAddress> ascending =
                Stream.of("0.0.0.0", "9.0.0.0", "10.0.0.0", "127.255.255.255", "128.0.0.0", "255.255.255.255", "::", "::1",
                        "::8000:0:0:0", "0:0:0:1::", "7fff::", "8000::", "ffff::").map(IpAddress::parse).toList();

        assertThat(ascending).isSorted().doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, U", "::, U", "127.8.9.1, O", "::1, O", "128.0.0.1, -", "224.0.0.1, M", "239.255.255.255, M", "240.0.0.0, -",
        "ff02::1, M",
        "fe00::, -", "169.254.0.1, L", "169.255.0.1, -", "fe80::1, L", "febf::1, L", "fec0::1, -", "::2, -"})
    void kindsOfAddressesAreTold(String text, String kind) {
        IpAddress address = IpAddress.parse(text);

        assertThat((address.isUnspecified() ? "U" : "") + (address.isLoopback() ? "O" : "") + (address.isMulticast() ? "M" : "")
                + (address.isLinkLocal() ? "L" : "")).isEqualTo(kind.replace("-", ""));
    }

    @Test
    void wrongSizesAreRefused() throws Exception {
        assertThatThrownBy(() -> IpAddress.ofBytes(new byte[5])).hasMessage("an address has 4 or 16 bytes, not 5");
        assertThatThrownBy(() -> new IpAddress(AddressFamily.IPV4, 1, 0)).hasMessage("an IPv4 address has 32 bits");
        assertThatThrownBy(() -> new IpAddress(AddressFamily.IPV4, 0, 1L << 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IpAddress.parse("::1").toInt()).hasMessage("::1 is not an IPv4 address");
        assertThat(IpAddress.of(InetAddress.getByAddress(new byte[] {-1, 0, 0, 1})).toInt()).isEqualTo(0xff00_0001);
    }
}
