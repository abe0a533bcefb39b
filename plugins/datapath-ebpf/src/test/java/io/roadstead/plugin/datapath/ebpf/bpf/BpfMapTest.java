package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.testkit.lab.Labs;

class BpfMapTest {

    private BpfLoader loader;
    private Arena arena;

    @BeforeEach
    void load() {
        Labs.require();
        arena = Arena.ofAuto();
        loader = new BpfLoader(null, Map.of("t_prefix", 5000));
        loader.load(TestObjects.parse("loader_test")).close();
    }

    @AfterEach
    void close() {
        if (loader != null) {
            loader.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"t_hash", "t_lru"})
    void entriesComeAndGo(String name) {
        BpfMap map = loader.maps().get(name);
        MemorySegment value = arena.allocate(8, 8);

        assertThat(map.get(key(1), value)).isFalse();
        map.put(key(1), number(10));
        assertThat(map.get(key(1), value)).isTrue();
        assertThat(value.get(JAVA_LONG, 0)).isEqualTo(10);
        assertThat(map.putIfAbsent(key(1), number(11))).isFalse();
        assertThat(map.putIfAbsent(key(2), number(12))).isTrue();
        map.put(key(1), number(13));
        assertThat(contents(map)).containsExactlyInAnyOrderEntriesOf(Map.of(1L, 13L, 2L, 12L));
        assertThat(map.remove(key(1))).isTrue();
        assertThat(map.remove(key(1))).isFalse();
        assertThat(contents(map)).containsExactlyInAnyOrderEntriesOf(Map.of(2L, 12L));
    }

    @Test
    void manyEntriesGoInAndComeOutInBatches() {
        BpfMap map = loader.maps().get("t_hash");
        int count = 4999;
        MemorySegment keys = arena.allocate(8L * count, 8);
        MemorySegment values = arena.allocate(8L * count, 8);
        Map<Long, Long> expected = new HashMap<>();
        for (int i = 0; i < count; i++) {
            keys.setAtIndex(JAVA_LONG, i, i * 31L);
            values.setAtIndex(JAVA_LONG, i, i);
            expected.put(i * 31L, (long) i);
        }

        map.putAll(keys, values, count);

        assertThat(contents(map)).isEqualTo(expected);
    }

    @Test
    void aFullMapIsNamed() {
        BpfMap map = loader.maps().get("t_hash");
        MemorySegment keys = arena.allocate(8L * 5001, 8);
        for (int i = 0; i < 5001; i++) {
            keys.setAtIndex(JAVA_LONG, i, i);
        }
        MemorySegment values = arena.allocate(8L * 5001, 8);

        assertThatThrownBy(() -> map.putAll(keys, values, 5001)).isInstanceOfSatisfying(RoadsteadException.class, e -> {
            assertThat(e.code()).isEqualTo(BpfErrorCode.BPF_MAP_FULL);
            assertThat(e.subject()).contains("t_hash");
        });
        assertThat(contents(map)).hasSize(5000);
    }

    @Test
    void aTrieIsWalkedWhateverTheKernelCan() {
        BpfMap map = loader.maps().get("t_prefix");
        for (int i = 0; i < 3000; i++) {
            MemorySegment key = arena.allocate(8, 4);
            key.set(JAVA_INT, 0, 32);
            key.set(JAVA_INT, 4, i * 7);
            map.put(key, arena.allocateFrom(JAVA_INT, i));
        }
        Map<Integer, Integer> found = new HashMap<>();

        map.forEach((key, value) -> found.put(key.get(JAVA_INT, 4), value.get(JAVA_INT, 0)));

        assertThat(found).hasSize(3000).containsEntry(7, 1).containsEntry(2999 * 7, 2999);
    }

    @Test
    void anEntryMayBeRemovedWhileTheMapIsWalked() {
        BpfMap map = loader.maps().get("t_lru");
        for (int i = 0; i < 2000; i++) {
            map.put(key(i), number(i));
        }

        map.forEach((key, value) -> map.remove(key));

        assertThat(contents(map)).isEmpty();
    }

    @Test
    void elementsOfAnArrayAreAllThere() {
        BpfMap map = loader.maps().get("t_array");
        map.put(arena.allocateFrom(JAVA_INT, 999), number(5));
        map.mapped().setAtIndex(JAVA_LONG, 3, 6);
        MemorySegment value = arena.allocate(8, 8);

        assertThat(map.get(arena.allocateFrom(JAVA_INT, 3), value)).isTrue();
        assertThat(value.get(JAVA_LONG, 0)).isEqualTo(6);
        Map<Integer, Long> found = new HashMap<>();
        map.forEach((key, element) -> found.put(key.get(JAVA_INT, 0), element.get(JAVA_LONG, 0)));
        assertThat(found).hasSize(1000).containsEntry(999, 5L).containsEntry(3, 6L).containsEntry(0, 0L);
    }

    @Test
    void memoryThatTheKernelCannotUseIsRefused() {
        BpfMap map = loader.maps().get("t_hash");

        assertThatThrownBy(() -> map.put(MemorySegment.ofArray(new byte[8]), number(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> map.put(key(1), arena.allocate(7, 1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("t_hash");
        assertThatThrownBy(() -> loader.maps().get("t_lru").mapped()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aClosedMapIsNoOtherFile() {
        BpfMap map = loader.maps().get("t_hash");
        map.close();
        map.close();

        assertThatThrownBy(() -> map.put(key(1), number(1))).isInstanceOf(IllegalStateException.class);
    }

    private MemorySegment key(long value) {
        return number(value);
    }

    private MemorySegment number(long value) {
        return arena.allocateFrom(JAVA_LONG, value);
    }

    private static Map<Long, Long> contents(BpfMap map) {
        Map<Long, Long> contents = new HashMap<>();
        map.forEach((key, value) -> contents.put(key.get(JAVA_LONG, 0), value.get(JAVA_LONG, 0)));
        return contents;
    }
}
