package io.roadstead.api.model.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prefixes, and the ranges that they are. */
class IpPrefixTest {

    private static final long SEED = 20_260_102L;

    @ParameterizedTest
    @CsvSource({"0.0.0.0/0, 255.255.255.255", "10.0.0.0/8, 10.255.255.255", "172.16.1.0/31, 172.16.1.1", "192.0.2.1/32, 192.0.2.1",
        "::/0, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8::/64, 2001:db8::ffff:ffff:ffff:ffff", "2001:db8::/65, 2001:db8::7fff:ffff:ffff:ffff", "::1/128, ::1"})
    void textIsReadAndTheLastAddressKnown(String text, String last) {
        IpPrefix prefix = IpPrefix.parse(text);

        assertThat(prefix).hasToString(text);
        assertThat(prefix.last()).isEqualTo(IpAddress.parse(last));
        assertThat(IpRange.of(prefix)).isEqualTo(new IpRange(prefix.address(), IpAddress.parse(last)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "10.0.0.0 | not a CIDR prefix: '10.0.0.0' has no '/length'",
        "10.0.0.0/ | not a CIDR prefix: '10.0.0.0/' has no number behind the '/'",
        "10.0.0.0/08 | not a CIDR prefix: '10.0.0.0/08' has no number behind the '/'",
        "10.0.0.0/+8 | not a CIDR prefix: '10.0.0.0/+8' has no number behind the '/'",
        "10.0.0.0/8/8 | not a CIDR prefix: '10.0.0.0/8/8' has no number behind the '/'",
        "10.0.0/8 | not an IP address: '10.0.0'",
        "10.0.0.0/33 | prefix length 33 is not in 0 to 32",
        "::/129 | prefix length 129 is not in 0 to 128",
        "10.0.0.1/8 | 10.0.0.1/8 has bits behind its length; 10.0.0.0/8 is the prefix",
        "2001:db8::1/64 | 2001:db8::1/64 has bits behind its length; 2001:db8::/64 is the prefix"})
    void whatIsWrongIsSaid(String text, String problem) {
        assertThatThrownBy(() -> IpPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessage(problem);
        assertThat(IpPrefix.tryParse(text)).isEmpty();
    }

    @Test
    void coveringPrefixesStandBeforeWhatTheyCover() {
        List<IpPrefix> ascending =
                Stream.of("0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.0/32", "10.0.1.0/24", "200.0.0.0/8", "::/0", "::/128",
                        "2001:db8::/32").map(IpPrefix::parse).toList();

        assertThat(ascending).isSorted();
    }

    @Test
    void hostPrefixesAreOfOneAddress() {
        assertThat(IpPrefix.host(IpAddress.parse("10.0.0.1"))).hasToString("10.0.0.1/32").matches(IpPrefix::isHost);
        assertThat(IpPrefix.host(IpAddress.parse("::1"))).hasToString("::1/128").matches(IpPrefix::isHost);
        assertThat(IpPrefix.parse("10.0.0.0/31").isHost()).isFalse();
    }

    @Test
    void prefixesAndRangesAgreeWithArithmetic() {
        Random random = new Random(SEED);
        for (int i = 0; i < 5000; i++) {
            IpPrefix one = randomPrefix(random);
            IpPrefix two = randomPrefix(random);
            boolean sameFamily = one.family() == two.family();
            BigInteger first = number(one.address());
            BigInteger last = first.add(BigInteger.ONE.shiftLeft(one.family().bits() - one.length())).subtract(BigInteger.ONE);
            BigInteger otherFirst = number(two.address());
            BigInteger otherLast = number(two.last());
            boolean holdsFirst = sameFamily && first.compareTo(otherFirst) <= 0 && otherFirst.compareTo(last) <= 0;
            boolean overlaps = sameFamily && first.compareTo(otherLast) <= 0 && otherFirst.compareTo(last) <= 0;

            String round = "seed " + SEED + ", round " + i + ": " + one + " and " + two;
            assertThat(number(one.last())).as(round).isEqualTo(last);
            assertThat(one.contains(two.address())).as(round).isEqualTo(holdsFirst);
            assertThat(one.contains(two)).as(round).isEqualTo(holdsFirst && otherLast.compareTo(last) <= 0);
            assertThat(one.overlaps(two)).as(round).isEqualTo(overlaps);
            assertThat(IpRange.of(one).overlaps(IpRange.of(two))).as(round).isEqualTo(overlaps);
            assertThat(IpRange.of(one).contains(two.address())).as(round).isEqualTo(holdsFirst);
            assertThat(IpRange.of(one).size()).as(round).isEqualTo(last.subtract(first).add(BigInteger.ONE));
        }
    }

    /** Close together, so that one often contains the other. */
    private static IpPrefix randomPrefix(Random random) {
        int few = random.nextInt(16);
        boolean ipv4 = random.nextBoolean();
        IpAddress address = ipv4 ? IpAddress.ipv4(few << 28 | random.nextInt(4)) : IpAddress.ipv6((long) few << 60, random.nextInt(4) - 2L);
        return IpPrefix.containing(address, switch (random.nextInt(4)) {
            case 0 -> random.nextInt(6);
            case 1 -> address.family().bits() - random.nextInt(4);
            default -> random.nextInt(address.family().bits() + 1);
        });
    }

    private static BigInteger number(IpAddress address) {
        return new BigInteger(1, address.toBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 33})
    void lengthOutsideTheFamilyIsRefused(int length) {
        assertThatThrownBy(() -> IpPrefix.containing(IpAddress.parse("10.0.0.1"), length))
                .hasMessage("prefix length " + length + " is not in 0 to 32");
    }

    @Test
    void rangesAreOfOneFamilyAndAscend() {
        IpAddress low = IpAddress.parse("10.0.0.1");
        IpAddress high = IpAddress.parse("10.0.0.9");
        IpAddress other = IpAddress.parse("::1");

        assertThatThrownBy(() -> new IpRange(high, low)).hasMessage("range 10.0.0.9 - 10.0.0.1 ends before it starts");
        assertThatThrownBy(() -> new IpRange(low, other)).hasMessage("range 10.0.0.1 - ::1 mixes families");
        assertThat(new IpRange(low, high)).hasToString("10.0.0.1-10.0.0.9").isLessThan(new IpRange(high, high))
                .isGreaterThan(new IpRange(low, low))
                .matches(range -> range.contains(high) && !range.contains(high.next()) && !range.contains(other));
        assertThat(new IpRange(low, low).size()).isEqualTo(1);
    }
}
