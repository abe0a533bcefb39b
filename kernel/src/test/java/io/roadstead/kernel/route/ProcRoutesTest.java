package io.roadstead.kernel.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.kernel.route.KernelRoutes.Route;

class ProcRoutesTest {

    private static final String ANY = "0".repeat(32);

    @TempDir
    Path directory;

    private static String number(String bigEndian, String littleEndian) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? bigEndian : littleEndian;
    }

    @Test
    void usableRoutesOfBothFamilies() throws IOException {
        Files.writeString(directory.resolve("route"), """
                Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
                eth0\t00000000\t%s\t0003\t0\t0\t100\t00000000\t0\t0\t0
                eth1\t%s\t00000000\t0001\t0\t0\t0\t%s\t0\t0\t0
                """.formatted(number("0A000202", "0202000A"), number("C0A80A00", "000AA8C0"), number("FFFFFF00", "00FFFFFF")));
        Files.writeString(directory.resolve("ipv6_route"),
                "fd000000000000000000000000000000 40 " + ANY + " 00 " + ANY + " 00000100 00000001 00000000 00000001     eth1\n"
                        + "fd010000000000000000000000000000 40 " + ANY + " 00 fd000000000000000000000000000001"
                        + " 00000400 00000001 00000000 00000003     eth1\n");

        assertThat(new ProcRoutes(directory).of(AddressFamily.IPV4)).containsExactly(
                new Route(IpPrefix.parse("0.0.0.0/0"), IpAddress.parse("10.0.2.2"), "eth0", 100),
                new Route(IpPrefix.parse("192.168.10.0/24"), "eth1"));
        assertThat(new ProcRoutes(directory).of(AddressFamily.IPV6))
                .containsExactly(new Route(IpPrefix.parse("fd00::/64"), null, "eth1", 256),
                        new Route(IpPrefix.parse("fd01::/64"), IpAddress.parse("fd00::1"), "eth1", 1024));
    }

    @Test
    void whatIsNoRouteIsPassedOver() throws IOException {
        Files.writeString(directory.resolve("route"), """
                eth0\t1000000000\t0\t0003\t0\t0\t0\t00000000
                short line

                down\t00000000\t00000000\t0002\t0\t0\t0\t00000000
                reject\t00000000\t00000000\t0203\t0\t0\t0\t00000000
                """);

        assertThat(new ProcRoutes(directory).of(AddressFamily.IPV4)).isEmpty();
        assertThat(new ProcRoutes(directory).of(AddressFamily.IPV6)).isEmpty();
    }
}
