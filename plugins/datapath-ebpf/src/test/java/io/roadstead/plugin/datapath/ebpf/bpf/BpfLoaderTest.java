package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.testkit.lab.BpfFileSystem;
import io.roadstead.testkit.lab.Labs;
import io.roadstead.testkit.lab.Tool;

class BpfLoaderTest {

    private static final byte[] PACKET = packet(64);

    private BpfFileSystem bpffs;
    private Path pins;
    private Arena arena;

    @BeforeEach
    void mount() {
        Labs.require(Tool.MOUNT);
        bpffs = BpfFileSystem.create();
        pins = bpffs.path().resolve("roadstead/maps");
        arena = Arena.ofAuto();
    }

    @AfterEach
    void unmount() {
        if (bpffs != null) {
            bpffs.close();
        }
    }

    @Test
    void aProgramRunsOnAPacketAndItsMapsAreSeen() {
        try (var loader = new BpfLoader(null, Map.of());
                var loaded = loader.load(TestObjects.parse("loader_test").constant("verdict", 3).constant("wide", 1L << 40))) {
            var count = loaded.program("count");

            var run = count.run(PACKET, TestContext.NONE, 1);
            var repeated = count.run(PACKET, TestContext.NONE, 4);

            assertThat(run.returnCode()).isEqualTo(3);
            assertThat(run.packet()).isEqualTo(PACKET);
            assertThat(repeated.nanos()).isPositive();
            assertThat(loaded.map("t_array").mapped().get(JAVA_LONG, 0)).isEqualTo(5L << 40);
            assertThat(count.verifiedInstructions()).isPositive();
            assertThat(count.kind()).isEqualTo(ProgramKind.XDP);
            assertThat(loaded.section("xdp/count")).contains(count);
        }
    }

    @Test
    void aPerCpuValueHasAPlaceForEachCpu() {
        try (var loader = new BpfLoader(null, Map.of()); var loaded = loader.load(TestObjects.parse("loader_test"))) {
            loaded.program("count").run(PACKET, TestContext.NONE, 10);
            var map = loaded.map("t_percpu");
            var value = arena.allocate(map.valueBytes(), 8);

            assertThat(map.valueBytes()).isEqualTo(8 * Cpus.possible());
            assertThat(map.get(key4(0), value)).isTrue();
            int sum = 0;
            for (int cpu = 0; cpu < Cpus.possible(); cpu++) {
                sum += value.get(JAVA_INT, 8L * cpu);
            }
            assertThat(sum).isEqualTo(10);
            assertThat(map.get(key4(3), value)).isFalse();
        }
    }

    @Test
    void aPacketComesBackChanged() {
        try (var loader = new BpfLoader(null, Map.of()); var loaded = loader.load(TestObjects.parse("loader_test"))) {
            var run = loaded.program("swap").run(PACKET, TestContext.NONE, 1);

            byte[] expected = PACKET.clone();
            System.arraycopy(PACKET, 0, expected, 6, 6);
            System.arraycopy(PACKET, 6, expected, 0, 6);
            assertThat(run.packet()).isEqualTo(expected);
        }
    }

    @Test
    void aTestSetsTheMarkAndTheDevices() {
        try (var loader = new BpfLoader(null, Map.of()); var loaded = loader.load(TestObjects.parse("loader_test"))) {
            // struct pair_key: mark, 1, ifindex of lo
            var key = arena.allocate(8, 8);
            key.set(JAVA_INT, 0, 77);
            key.set(JAVA_SHORT, 4, (short) 1);
            key.set(JAVA_SHORT, 6, (short) 1);
            loaded.map("t_hash").put(key, arena.allocateFrom(JAVA_LONG, 42L));

            assertThat(loaded.program("first").run(PACKET, new TestContext(77, 1, 0), 1).returnCode()).isEqualTo(42);
            assertThat(loaded.program("first").run(PACKET, new TestContext(78, 1, 0), 1).returnCode()).isEqualTo(99);
            assertThat(loaded.program("second").run(PACKET, new TestContext(0, 1, 1), 1).returnCode()).isEqualTo(1001);
        }
    }

    @Test
    void aTailCallGoesToWhatTheArrayOfProgramsHolds() {
        try (var loader = new BpfLoader(null, Map.of()); var loaded = loader.load(TestObjects.parse("loader_test"))) {
            var programs = loaded.map("t_programs");
            var prefix = arena.allocate(8, 4);
            prefix.set(JAVA_INT, 0, 16);
            prefix.set(JAVA_BYTE, 4, (byte) 10);
            prefix.set(JAVA_BYTE, 5, (byte) 1);

            programs.put(key4(1), arena.allocateFrom(JAVA_INT, loaded.program("second").fd()));
            assertThat(loaded.program("first").run(PACKET, TestContext.NONE, 1).returnCode()).isEqualTo(1000);
            loaded.map("t_prefix").put(prefix, arena.allocateFrom(JAVA_INT, 5));
            assertThat(loaded.program("first").run(PACKET, TestContext.NONE, 1).returnCode()).isEqualTo(5);
            assertThat(programs.remove(key4(1))).isTrue();
            assertThat(loaded.program("first").run(PACKET, TestContext.NONE, 1).returnCode()).isEqualTo(99);
        }
    }

    @Test
    void theVerifiersLogComesWithTheError() {
        try (var loader = new BpfLoader(pins, Map.of())) {
            var object = TestObjects.parse("refused_test");

            assertThatThrownBy(() -> loader.load(object)).isInstanceOfSatisfying(RoadsteadException.class, e -> {
                assertThat(e.code()).isEqualTo(BpfErrorCode.BPF_VERIFIER);
                assertThat(e.subject()).contains("beyond").contains("refused_test");
                assertThat(e.problem()).contains("R1 offset is outside of the packet");
                assertThat(e.getCause()).isInstanceOf(VerifierRejection.class).hasMessageContaining("invalid access to packet");
            });
        }
    }

    @Test
    void mapsAreMadeOnceAndFoundAgainByTheirPins() {
        try (var loader = new BpfLoader(pins, Map.of("t_hash", 17)); var loaded = loader.load(TestObjects.parse("loader_test"))) {
            assertThat(loaded.map("t_hash").maxEntries()).isEqualTo(17);
            loaded.program("count").run(PACKET, TestContext.NONE, 1);
            try (var again = loader.load(TestObjects.parse("loader_test"))) {
                assertThat(again.map("t_array")).isSameAs(loaded.map("t_array"));
            }
        }

        try (var restarted = new BpfLoader(pins, Map.of("t_hash", 99)); var loaded = restarted.load(TestObjects.parse("loader_test"))) {
            assertThat(loaded.map("t_array").mapped().get(JAVA_LONG, 0)).isEqualTo(1);
            // The entries of a pinned map are worth more than its size.
            assertThat(loaded.map("t_hash").maxEntries()).isEqualTo(17);
            assertThat(restarted.maps()).containsOnlyKeys("t_hash", "t_lru", "t_array", "t_percpu", "t_prefix", "t_programs", "t_events");
        }
        assertThat(pins.toFile().list()).containsExactlyInAnyOrder("t_hash", "t_lru", "t_array", "t_percpu", "t_prefix", "t_programs",
                "t_events");
    }

    @Test
    void aMapOfAnotherLayoutIsRefusedByName() {
        for (boolean restart : new boolean[] {false, true}) {
            var loader = new BpfLoader(pins, Map.of());
            loader.load(TestObjects.parse("loader_test")).close();
            if (restart) {
                loader.close();
                loader = new BpfLoader(pins, Map.of());
            }
            try (var used = loader) {
                assertThatThrownBy(() -> used.load(TestObjects.parse("layout_test"))).isInstanceOfSatisfying(RoadsteadException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(BpfErrorCode.BPF_MAP_LAYOUT);
                            assertThat(e.problem()).contains("t_lru").contains("values of 8 bytes instead of 16");
                        });
            }
        }
    }

    @Test
    void aRefusedLoadLeavesNothingBehind() {
        try (var loader = new BpfLoader(pins, Map.of())) {
            loader.load(TestObjects.parse("layout_test")).close();
            assertThatThrownBy(() -> loader.load(TestObjects.parse("loader_test"))).isInstanceOf(RoadsteadException.class);

            assertThat(loader.maps()).containsOnlyKeys("t_percpu", "t_lru");
            assertThat(pins.toFile().list()).containsExactlyInAnyOrder("t_percpu", "t_lru");
        }
    }

    @Test
    void aDirectoryOutsideOfABpfFsIsRefusedWithWhatToMount(@TempDir Path directory) {
        assertThatThrownBy(() -> new BpfLoader(directory.resolve("maps"), Map.of())).isInstanceOfSatisfying(RoadsteadException.class, e -> {
            assertThat(e.code()).isEqualTo(BpfErrorCode.BPF_FILE_SYSTEM);
            assertThat(e.remedy()).contains("mount -t bpf");
        });
        assertThat(Files.exists(directory.resolve("maps"))).isFalse();
    }

    @Test
    void aMapThatTheKernelDoesNotMakeIsNamed() {
        assertThatThrownBy(() -> {
            try (var loader = new BpfLoader(null, Map.of("t_events", 1000))) {
                loader.load(TestObjects.parse("loader_test")).close();
            }
        }).isInstanceOf(RoadsteadException.class).hasMessageContaining("t_events").hasMessageContaining("1000 entries");
    }

    private MemorySegment key4(int value) {
        return arena.allocateFrom(JAVA_INT, value);
    }

    private static byte[] packet(int length) {
        byte[] packet = new byte[length];
        for (int i = 0; i < length; i++) {
            packet[i] = (byte) (i + 1);
        }
        packet[12] = 0x08;
        packet[13] = 0;
        return packet;
    }
}
