package io.roadstead.plugin.datapath.ebpf.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.roadstead.testkit.lab.Labs;

/** The carriers of direct server return with settings other than the defaults. */
class DsrSettingsTest {

    private static final int FLOWS = 64;

    private static Rig rig;

    @BeforeAll
    static void load() {
        Labs.require();
        rig = new Rig();
        rig.mode("dispatch-dsr", "dsr_geneve", Map.of("dsr_port", 6082L, "dsr_vni", 0x123456L));
        rig.mode("dispatch-dsr", "dsr_ipip", Map.of("dsr_source4", 0xc6120000L, "dsr_source4_bits", 17L, "dsr_source6_high",
                0x20010db8_00aa0000L, "dsr_source6_low", 0x10000L, "dsr_source6_bits", 16L));
        rig.mode("dispatch-dsr", "dsr_opt", Map.of("dsr_reversed", 1L));
        rig.terminate(0xfe << 16, "dsr_opt");
    }

    @AfterAll
    static void unload() {
        if (rig != null) {
            rig.close();
        }
    }

    record Way(Hook hook, boolean v6) {
        byte[] dispatched(int clientPort) {
            return rig.in(hook, Packet.tcp(Site.client(v6), clientPort, Site.vip(v6), Site.OPEN, Packet.ACK).bytes()).packet();
        }
    }

    static Stream<Way> ways() {
        return Stream.of(Hook.values()).flatMap(hook -> Stream.of(new Way(hook, false), new Way(hook, true)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void geneveHasThePortAndTheNetworkThatAreSet(Way way) {
        build(way.v6(), "dsr_geneve");

        byte[] frame = way.dispatched(40000);

        ByteBuffer udp = ByteBuffer.wrap(frame).position(14 + (way.v6() ? 40 : 20)).slice();
        assertThat(udp.getShort(2) & 0xffff).as("destination port").isEqualTo(6082);
        assertThat(udp.getInt(8 + 4)).as("network, and a reserved byte").isEqualTo(0x12345600);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void sourcesOfIpInIpComeFromThePrefixAndDifferByFlow(Way way) {
        build(way.v6(), "dsr_ipip");
        Set<String> sources = new HashSet<>();

        for (int port = 40000; port < 40000 + FLOWS; port++) {
            byte[] source = Arrays.copyOfRange(way.dispatched(port), way.v6() ? 22 : 26, way.v6() ? 38 : 30);
            assertThat(source).startsWith(way.v6() ? new int[] {0x20, 0x01, 0x0d, 0xb8, 0x00, 0xaa, 0, 0, 0, 0, 0, 0, 0, 1}
                    : new int[] {198});
            assertThat(way.v6() || (source[1] & 0xfe) == 18).as("198.18.0.0/15").isTrue();
            sources.add(Packet.hex(source));
            assertThat(Arrays.copyOfRange(way.dispatched(port), way.v6() ? 22 : 26, way.v6() ? 38 : 30)).as("of the same flow")
                    .isEqualTo(source);
        }

        assertThat(sources).as("different sources of %d flows", FLOWS).hasSizeGreaterThan(FLOWS * 9 / 10);
    }

    @ParameterizedTest
    @EnumSource(Hook.class)
    void theOptionIsWrittenAndReadAsCiliumHasIt(Hook hook) {
        build(false, "dsr_opt");
        Packet in = Packet.tcp(Site.CLIENT4, 40000, Site.VIP4, Site.OPEN, Packet.SYN);

        assertThat(Packet.hex(rig.in(hook, in.bytes()).packet())).isEqualTo(Packet.hex(
                Wrapped.reversedOpt(in.to(Site.BACKEND4, 8000 + Site.OPEN).ttl(63), Site.VIP4, Site.OPEN)
                        .macs(Rig.BACK_MAC, Rig.BACKENDS_MAC).bytes()));

        Packet local = in.to(Site.LOCAL4, 8000 + Site.LOCAL);
        rig.in(hook, Wrapped.reversedOpt(local, Site.VIP4, Site.LOCAL).bytes());
        Packet reply = Packet.tcp(Site.LOCAL4, 8000 + Site.LOCAL, Site.CLIENT4, 40000, Packet.ACK);
        assertThat(Packet.hex(rig.out(reply.bytes()).packet())).isEqualTo(Packet.hex(reply.from(Site.VIP4, Site.LOCAL).bytes()));
    }

    private static void build(boolean v6, String mode) {
        Site.build(rig, rig.mode("dispatch-dsr", mode));
        rig.backend(Site.id(v6, Rig.TCP, Site.OPEN), Site.backend(v6), 8000 + Site.OPEN, Rig.TCP, Site.ACTIVE, 0,
                v6 ? "fd00:9::1" : "10.9.0.1");
        rig.backendId(Site.id(v6, Rig.TCP, Site.LOCAL), Site.local(v6), 8000 + Site.LOCAL, Rig.TCP);
    }
}
