package io.roadstead.plugin.datapath.ebpf.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

import io.roadstead.plugin.datapath.ebpf.map.LutSlab.Region;

class LutSlabTest {

    @Test
    void givesEvenBasesThatDoNotOverlap() {
        LutSlab slab = new LutSlab(1024);

        assertThat(slab.allocate(251)).contains(new Region(0, 251));
        assertThat(slab.allocate(1)).contains(new Region(256, 1));
        assertThat(slab.allocate(307)).contains(new Region(288, 307));
    }

    @Test
    void saysWhenNothingFits() {
        LutSlab slab = new LutSlab(1024);
        slab.allocate(1000);

        assertThat(slab.allocate(1)).isEmpty();
        assertThat(slab.freeSlots()).isZero();
    }

    @Test
    void refusesToTakeWhatIsTakenOddOrOutside() {
        LutSlab slab = new LutSlab(1024);

        assertThat(slab.take(new Region(64, 100))).isTrue();
        assertThat(slab.take(new Region(64, 10))).isFalse();
        assertThat(slab.take(new Region(0, 65))).isFalse();
        assertThat(slab.take(new Region(301, 10))).isFalse();
        assertThat(slab.take(new Region(1000, 100))).isFalse();
        assertThat(slab.take(new Region(-2, 10))).isFalse();
        assertThat(slab.take(new Region(0, 0))).isFalse();
        assertThat(slab.take(new Region(2, Integer.MAX_VALUE))).isFalse();
        assertThat(slab.take(new Region(Integer.MAX_VALUE - 1, Integer.MAX_VALUE))).isFalse();
    }

    @Property
    void agreesWithASetOfSlotsAndIsWholeAgainWhenAllIsBack(@ForAll long seed) {
        Random random = new Random(seed);
        LutSlab slab = new LutSlab(8192);
        BitSet taken = new BitSet();
        List<Region> regions = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            if (random.nextBoolean() || regions.isEmpty()) {
                Optional<Region> region = slab.allocate(1 + random.nextInt(700));
                region.ifPresent(given -> {
                    assertThat(given.base() % 2).isZero();
                    assertThat(taken.get(given.base(), given.base() + given.slots()).isEmpty()).as("overlap").isTrue();
                    taken.set(given.base(), given.base() + given.slots());
                    regions.add(given);
                });
            } else {
                Region gone = regions.remove(random.nextInt(regions.size()));
                taken.clear(gone.base(), gone.base() + gone.slots());
                slab.release(gone);
            }
        }

        regions.forEach(slab::release);
        assertThat(slab.allocate(8192)).contains(new Region(0, 8192));
    }
}
