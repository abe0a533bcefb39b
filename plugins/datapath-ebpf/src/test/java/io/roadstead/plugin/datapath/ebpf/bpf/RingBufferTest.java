package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.roadstead.testkit.lab.Labs;

class RingBufferTest {

    private BpfLoader loader;
    private LoadedObject loaded;
    private RingBuffer ring;
    private final List<Long> numbers = new ArrayList<>();

    @BeforeEach
    void load() {
        Labs.require();
        loader = new BpfLoader(null, Map.of());
        loaded = loader.load(TestObjects.parse("loader_test"));
        ring = new RingBuffer(loaded.map("t_events"));
    }

    @AfterEach
    void close() {
        if (ring != null) {
            ring.close();
            loaded.close();
            loader.close();
        }
    }

    @Test
    void recordsComeInTheirOrderAndOnce() {
        write(3);
        assertThat(drain(100)).isEqualTo(3);
        write(2);
        assertThat(drain(100)).isEqualTo(2);

        assertThat(drain(100)).isZero();
        assertThat(numbers).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void aRecordIsWhatTheProgramWrote() {
        write(1);
        ring.drain(record -> {
            assertThat(record.byteSize()).isEqualTo(16);
            assertThat(record.get(JAVA_INT, 8)).isEqualTo(60);
            assertThat(record.get(JAVA_INT, 12)).isEqualTo(7);
        }, 1);
    }

    @Test
    void noMoreComeThanWereAskedFor() {
        write(5);

        assertThat(drain(2)).isEqualTo(2);
        assertThat(drain(2)).isEqualTo(2);
        assertThat(drain(2)).isEqualTo(1);
    }

    @Test
    void theRingGoesRoundManyTimes() {
        // 24 bytes a record, 4096 bytes: the end falls within a record again and again.
        for (int i = 0; i < 100; i++) {
            write(41);
            assertThat(drain(1000)).isEqualTo(41);
        }
        assertThat(numbers).containsExactlyElementsOf(LongStream.rangeClosed(1, 4100).boxed().toList());
    }

    @Test
    void whatDoesNotFitIsLostAndLaterRecordsCome() {
        write(1000);

        assertThat(drain(1000)).isBetween(160, 170);
        write(1);
        assertThat(drain(1000)).isEqualTo(1);
        assertThat(numbers.getLast()).isEqualTo(1001);
    }

    @Test
    void aReaderThatFailsDoesNotSeeTheRecordAgain() {
        write(2);

        assertThatThrownBy(() -> ring.drain(record -> {
            throw new IllegalStateException("planned");
        }, 10)).hasMessage("planned");
        assertThat(drain(10)).isEqualTo(1);
        assertThat(numbers).containsExactly(2L);
    }

    @Test
    void anotherMapIsRefused() {
        assertThatThrownBy(() -> new RingBuffer(loaded.map("t_hash"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("t_hash");
    }

    @Test
    void aMapSaysWhatItCosts() {
        assertThat(MapMemory.bytes(loaded.map("t_array"))).isGreaterThan(8000);
        assertThat(MapMemory.bytes("pos:\t0\nmemlock:\t4096\nmap_id:\t1\n")).isEqualTo(4096);
        assertThat(MapMemory.bytes("pos:\t0\n")).isZero();
    }

    private int drain(int limit) {
        return ring.drain(record -> numbers.add(record.get(JAVA_LONG, 0)), limit);
    }

    private void write(int records) {
        loaded.program("count").run(new byte[60], TestContext.NONE, records);
    }
}
