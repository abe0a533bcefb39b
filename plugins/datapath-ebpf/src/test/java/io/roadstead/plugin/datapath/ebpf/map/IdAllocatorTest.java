package io.roadstead.plugin.datapath.ebpf.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IdAllocatorTest {

    @Test
    void goesRoundInsteadOfGivingTheLastOneBackAtOnce() {
        IdAllocator ids = new IdAllocator(3);
        assertThat(ids.allocate()).isEqualTo(1);
        ids.release(1);

        assertThat(ids.allocate()).isEqualTo(2);
        assertThat(ids.allocate()).isEqualTo(3);
        assertThat(ids.allocate()).isEqualTo(1);
        assertThat(ids.available()).isZero();
        assertThatThrownBy(ids::allocate).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void goesOnBehindWhatWasFound() {
        IdAllocator ids = new IdAllocator(10);

        assertThat(ids.take(7)).isTrue();
        assertThat(ids.take(7)).isFalse();
        assertThat(ids.take(0)).isFalse();
        assertThat(ids.take(11)).isFalse();
        assertThat(ids.take(-1)).isFalse();
        assertThat(ids.allocate()).isEqualTo(8);
    }

    @Test
    void refusesToTakeBackWhatWasNotGiven() {
        assertThatThrownBy(() -> new IdAllocator(10).release(3)).isInstanceOf(IllegalStateException.class);
    }
}
