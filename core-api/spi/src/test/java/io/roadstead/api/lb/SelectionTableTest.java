package io.roadstead.api.lb;

import static io.roadstead.api.lb.SelectionTable.SlotChoice.FLOW_HASH;
import static io.roadstead.api.lb.SelectionTable.SlotChoice.RANDOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SelectionTableTest {

    @Test
    void saysWhatItWasMadeOfWhateverBecomesOfTheArray() {
        int[] indexes = {0, 2, 1};

        SelectionTable table = SelectionTable.of(RANDOM, indexes);
        indexes[1] = 7;

        assertThat(table.slots()).isEqualTo(3);
        assertThat(table.backendIndex(1)).isEqualTo(2);
        assertThat(table.slotChoice()).isEqualTo(RANDOM);
    }

    @Test
    void isEqualToATableThatSaysTheSame() {
        SelectionTable table = SelectionTable.of(FLOW_HASH, new int[] {0, 1});

        assertThat(table).isEqualTo(SelectionTable.of(FLOW_HASH, new int[] {0, 1}))
                .hasSameHashCodeAs(SelectionTable.of(FLOW_HASH, new int[] {0, 1}))
                .isNotEqualTo(SelectionTable.of(FLOW_HASH, new int[] {1, 0})).isNotEqualTo(SelectionTable.of(RANDOM, new int[] {0, 1}));
    }

    @Test
    void refusesNoSlotsTooManyAndNegativeIndexes() {
        assertThatIllegalArgumentException().isThrownBy(() -> SelectionTable.of(FLOW_HASH, new int[0])).withMessageContaining("0 slots");
        assertThatIllegalArgumentException().isThrownBy(() -> SelectionTable.of(FLOW_HASH, new int[SelectionTable.MAX_SLOTS + 1]))
                .withMessageContaining("1048577 slots");
        assertThatIllegalArgumentException().isThrownBy(() -> SelectionTable.of(FLOW_HASH, new int[] {0, -1})).withMessageContaining("-1");
    }
}
