package io.roadstead.plugin.datapath.ebpf.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.plugin.datapath.ebpf.bpf.CompiledStructs;

/** The layouts against what the C compiler makes of {@code abi.h}: its object is built again in each build, so a header that moves a member fails here. */
class AbiLayoutTest {
    private static final List<StructLayout> LAYOUTS = List.of(ServiceKey.LAYOUT, ServiceEntry.LAYOUT, BackendEntry.LAYOUT,
            BackendKey.LAYOUT,
            MemberKey.LAYOUT, RangeKey.LAYOUT, AffinityKey.LAYOUT, AffinityEntry.LAYOUT, Tuple.LAYOUT, FlowEntry.LAYOUT, NatEntry.LAYOUT,
            FragmentKey.LAYOUT, FragmentEntry.LAYOUT, SocketKey.LAYOUT, SocketEntry.LAYOUT, Counter.LAYOUT, ServiceCounter.LAYOUT,
            Event.LAYOUT, Settings.LAYOUT, PacketContext.LAYOUT);

    @Test
    void everyStructIsAsTheCompilerLaysItOut() {
        Set<String> names = LAYOUTS.stream().map(layout -> layout.name().orElseThrow()).collect(Collectors.toSet());

        assertThat(LAYOUTS.stream().map(AbiLayoutTest::text))
                .containsExactlyInAnyOrderElementsOf(CompiledStructs.of("abi_layout", names::contains));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "255.255.255.255", "2001:db8::1", "::1", "ffff::", "::"})
    void addressesComeBackAsTheyWere(String text) {
        IpAddress address = IpAddress.parse(text);
        ServiceKey key = new ServiceKey(address, 65535, 6, 1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(ServiceKey.SIZE);
            key.write(segment);

            assertThat(ServiceKey.read(segment)).isEqualTo(key);
            assertThat(key.address()).isEqualTo(address);
        }
    }

    @Test
    void mappedAddressesAreIpv4Ones() {
        assertThat(new ServiceKey(IpAddress.parse("::ffff:192.0.2.1"), 80, 6, 0))
                .isEqualTo(new ServiceKey(IpAddress.parse("192.0.2.1"), 80, 6, 0));
        assertThat(new ServiceKey(IpAddress.parse("0.0.0.0"), 80, 6, 0)).isEqualTo(new ServiceKey(IpAddress.parse("::"), 80, 6, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0/0", "10.0.0.0/8", "192.0.2.1/32", "::/0", "2001:db8::/32", "::ffff:0:0/96", "::ffff:10.0.0.0/104"})
    void prefixesComeBackAsTheyWere(String text) {
        RangeKey key = new RangeKey(7, IpPrefix.parse(text));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(RangeKey.SIZE);
            key.write(segment);

            assertThat(RangeKey.read(segment)).isEqualTo(key);
            assertThat(segment.get(ValueLayout.JAVA_INT, 0)).isBetween(32, 160);
        }
    }

    @Test
    void portsLieInNetworkOrderAndNumbersInTheMachines() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(BackendEntry.SIZE);
            new BackendEntry(IpAddress.parse("10.1.2.3"), IpAddress.parse("::"), 0x1234, 17, 1, 0x0a0b0c0d, 0).write(segment);

            assertThat(segment.asSlice(0, 40).toArray(ValueLayout.JAVA_BYTE)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0,
                    0xff, 0xff, 10, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x34, 17, 1, 0x0d, 0x0c, 0x0b, 0x0a);
        }
    }

    private static String text(StructLayout layout) {
        StringBuilder text = new StringBuilder(layout.name().orElseThrow() + " " + layout.byteSize());
        for (MemoryLayout member : layout.memberLayouts()) {
            if (member instanceof PaddingLayout) {
                continue;
            }
            String name = member.name().orElseThrow();
            text.append("\n  ").append(name).append(' ').append(layout.byteOffset(PathElement.groupElement(name))).append(' ')
                    .append(member.byteSize());
        }
        return text.toString();
    }
}
