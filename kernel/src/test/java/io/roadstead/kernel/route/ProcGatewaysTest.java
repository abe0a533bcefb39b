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
import io.roadstead.kernel.route.DefaultGateways.Gateway;

class ProcGatewaysTest {

    private static final String HEADER = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT   \n";
    private static final String ANY = "00000000000000000000000000000000";

    @TempDir
    Path directory;

    private void write(String file, String content) throws IOException {
        Files.writeString(directory.resolve(file), content);
    }

    private static String number(String bigEndian, String littleEndian) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? bigEndian : littleEndian;
    }

    @Test
    void ofSeveralDefaultRoutesTheLowestMetricCounts() throws IOException {
        String worse = number("0A000202", "0202000A");
        String better = number("C0A80AC8", "C80AA8C0");
        write("route", HEADER + "eth0\t00000000\t" + worse + "\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
                + "eth1\t00000000\t" + better + "\t0003\t0\t0\t20\t00000000\t0\t0\t0  \n");
        assertThat(new ProcGateways(directory).of(AddressFamily.IPV4)).contains(new Gateway(IpAddress.parse("192.168.10.200"), "eth1"));

        write("ipv6_route",
                ANY + " 00 " + ANY + " 00 fd000000000000000000000000000001 00000400 00000004 00000000 00000003     eth0\n" + ANY + " 00 "
                        + ANY + " 00 fe800000000000000000000000000009 00000064 00000004 00000000 00000003     eth1\n");
        assertThat(new ProcGateways(directory).of(AddressFamily.IPV6)).contains(new Gateway(IpAddress.parse("fe80::9"), "eth1"));
    }

    @Test
    void otherRoutesAreNoDefaultRoutes() throws IOException {
        write("route", HEADER + "down\t00000000\t0101000A\t0002\t0\t0\t0\t00000000\t0\t0\t0\n"
                + "direct\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n"
                + "reject\t00000000\t0101000A\t0203\t0\t0\t0\t00000000\t0\t0\t0\n"
                + "half\t00000000\t0101000A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
                + "net\t000200C0\t0101000A\t0003\t0\t0\t0\t00FFFFFF\t0\t0\t0\n\nshort line\n");
        write("ipv6_route",
                ANY + " 00 " + ANY + " 00 " + ANY + " ffffffff 00000001 00000000 00200200       lo\n"
                        + "20010db8000000000000000000000000 20 " + ANY
                        + " 00 fe800000000000000000000000000009 00000064 00000004 00000000 00000003 eth1\n"
                        + ANY + " 01 " + ANY + " 00 fe800000000000000000000000000009 00000064 00000004 00000000 00000003 eth1\n");

        assertThat(new ProcGateways(directory).of(AddressFamily.IPV4)).isEmpty();
        assertThat(new ProcGateways(directory).of(AddressFamily.IPV6)).isEmpty();
    }

    @Test
    void whatCannotBeReadTellsOfNoDefaultRoute() throws IOException {
        assertThat(new ProcGateways(directory).of(AddressFamily.IPV4)).isEmpty();
        write("route", HEADER + "eth0\t00000000\tnot-hex\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
        write("ipv6_route", ANY + " 00 " + ANY + " 00 fd00 00000400 00000004 00000000 00000003 eth0\n");
        assertThat(new ProcGateways(directory).of(AddressFamily.IPV4)).isEmpty();
        assertThat(new ProcGateways(directory).of(AddressFamily.IPV6)).isEmpty();
    }
}
