package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.error.RoadsteadException;

class BpfObjectTest {

    @Test
    void mapsHaveTheLayoutThatTheSourceDeclares() {
        var maps = TestObjects.parse("loader_test").maps();

        assertThat(maps.values()).containsExactlyInAnyOrder(new MapLayout("t_hash", MapType.HASH, 8, 8, 5000, MapType.NO_PREALLOC),
                new MapLayout("t_lru", MapType.LRU_HASH, 8, 8, 5000, 0),
                new MapLayout("t_array", MapType.ARRAY, 4, 8, 1000, MapType.MMAPABLE),
                new MapLayout("t_percpu", MapType.PERCPU_ARRAY, 4, 4, 3, 0),
                new MapLayout("t_prefix", MapType.LPM_TRIE, 8, 4, 100, MapType.NO_PREALLOC),
                new MapLayout("t_programs", MapType.PROG_ARRAY, 4, 4, 4, 0), new MapLayout("t_events", MapType.RINGBUF, 0, 0, 4096, 0));
    }

    @Test
    void sizesOfKeysAndValuesMayBeGivenAsNumbers() {
        var maps = TestObjects.parse("layout_test").maps();

        assertThat(maps.get("t_lru")).isEqualTo(new MapLayout("t_lru", MapType.LRU_HASH, 8, 16, 5000, 0));
    }

    @Test
    void sectionsSayWhatProgramsAreFor() {
        var object = TestObjects.parse("loader_test");

        assertThat(object.programs()).containsExactlyInAnyOrderEntriesOf(Map.of("count", "xdp/count", "swap", "xdp/swap", "first",
                "tc/first", "second", "tc/second", "judge", "tc/judge", "connect4", "cgroup/connect4"));
        assertThat(object.programOfSection("tc/second")).contains("second");
        assertThat(object.programOfSection("tc")).isEmpty();
        assertThat(object.sources().get("connect4").kind()).isEqualTo(ProgramKind.CONNECT4);
        assertThat(object.license()).isEqualTo("Dual BSD/GPL");
    }

    @Test
    void constantsAreKnownByName() {
        assertThat(TestObjects.parse("loader_test").constants()).containsExactlyInAnyOrder("verdict", "wide", "narrow", "tiny");
    }

    @ParameterizedTest
    @CsvSource({"tiny,256", "tiny,-129", "narrow,65536", "verdict,4294967296", "verdict,-2147483649"})
    void aConstantThatDoesNotFitIsRefused(String name, long value) {
        var object = TestObjects.parse("loader_test");

        assertThatThrownBy(() -> object.constant(name, value)).isInstanceOf(RoadsteadException.class).hasMessageContaining(name)
                .hasMessageContaining(Long.toString(value));
    }

    @ParameterizedTest
    @CsvSource({"tiny,255", "tiny,-128", "narrow,65535", "verdict,4294967295", "wide,-1"})
    void aConstantThatFitsIsTaken(String name, long value) {
        assertThat(TestObjects.parse("loader_test").constant(name, value)).isNotNull();
    }

    @Test
    void anUnknownConstantIsRefusedWithTheNamesThereAre() {
        var object = TestObjects.parse("loader_test");

        assertThatThrownBy(() -> object.constant("verdikt", 1)).isInstanceOf(RoadsteadException.class).hasMessageContaining("verdikt")
                .hasMessageContaining("verdict");
    }

    @Test
    void aVariableThatProgramsWriteIsRefusedWithWhatToDo() {
        assertInvalid("written_test", "variables that programs write (.bss); use a map");
    }

    @Test
    void aCallOfAnOwnFunctionIsRefusedWithWhatToDo() {
        assertInvalid("calls_test", "inline");
    }

    private static void assertInvalid(String name, String problem) {
        assertThatThrownBy(() -> TestObjects.parse(name)).isInstanceOfSatisfying(RoadsteadException.class, e -> {
            assertThat(e.code()).isEqualTo(BpfErrorCode.BPF_OBJECT_INVALID);
            assertThat(e.subject()).isEqualTo(name);
            assertThat(e.problem()).contains(problem);
        });
    }

    @Test
    void whatIsNoObjectIsRefused() {
        for (byte[] file : new byte[][] {{}, {0x7f, 'E', 'L', 'F'}, new byte[64], "#!/bin/sh\n".repeat(20).getBytes(UTF_8)}) {
            assertThatThrownBy(() -> BpfObject.parse("x", file)).isInstanceOfSatisfying(RoadsteadException.class,
                    e -> assertThat(e.code()).isEqualTo(BpfErrorCode.BPF_OBJECT_INVALID));
        }
    }

    @Test
    void anObjectForAnotherMachineIsRefused() {
        byte[] file = TestObjects.bytes("loader_test");
        file[18] = 62;

        assertThatThrownBy(() -> BpfObject.parse("x86", file)).isInstanceOf(RoadsteadException.class)
                .hasMessageContaining("not an object for the little-endian eBPF machine");
    }

    @Test
    void aFileCutShortAnywhereIsRefused() {
        byte[] file = TestObjects.bytes("loader_test");
        for (int length = 0; length < file.length; length += 7) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> BpfObject.parse("cut", cut)).as("%d bytes", length).isInstanceOf(RoadsteadException.class);
        }
    }

    @Test
    void damagedFilesNeverFailOtherwiseThanByName() {
        byte[] file = TestObjects.bytes("loader_test");
        var random = new Random(4711);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = file.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Throwable thrown = catchThrowable(() -> BpfObject.parse("damaged", damaged));
            if (thrown != null) {
                assertThat(thrown).as("seed 4711, round %d", i).isInstanceOf(RoadsteadException.class);
            }
        }
    }
}
