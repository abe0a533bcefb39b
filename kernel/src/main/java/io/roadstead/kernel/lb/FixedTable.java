package io.roadstead.kernel.lb;

import java.util.Arrays;

import io.roadstead.api.lb.SelectionTable;

/**
 * A copy of what an algorithm built: checked, equal when it says the same, and without a reference to the algorithm, whose plugin may be unloaded while datapaths
 * still read the table. Two bytes a slot.
 */
final class FixedTable implements SelectionTable {

    static final int MOST_SLOTS = 1 << 20;

    private final char[] backends;
    private final SlotChoice slotChoice;
    private final int hash;

    private FixedTable(char[] backends, SlotChoice slotChoice) {
        this.backends = backends;
        this.slotChoice = slotChoice;
        this.hash = 31 * Arrays.hashCode(backends) + slotChoice.name().hashCode();
    }

    /**
     * Copies.
     *
     * @param selectable number of backends that it was built from
     * @throws IllegalArgumentException when it is not what an algorithm must build, saying why
     */
    static FixedTable copyOf(SelectionTable table, int selectable) {
        int slots = table.slots();
        if (slots < 1 || slots > MOST_SLOTS) {
            throw new IllegalArgumentException("built a table of " + slots + " slots, not of 1 to " + MOST_SLOTS);
        }
        if (selectable > Character.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "was asked for a table of " + selectable + " backends, the most are " + (int) Character.MAX_VALUE);
        }
        char[] backends = new char[slots];
        for (int slot = 0; slot < slots; slot++) {
            int index = table.backendIndex(slot);
            if (index < 0 || index >= selectable) {
                throw new IllegalArgumentException("gave slot " + slot + " to backend " + index + " of " + selectable);
            }
            backends[slot] = (char) index;
        }
        return new FixedTable(backends, table.slotChoice());
    }

    @Override
    public int slots() {
        return backends.length;
    }

    @Override
    public int backendIndex(int slot) {
        return backends[slot];
    }

    @Override
    public SlotChoice slotChoice() {
        return slotChoice;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof FixedTable table && hash == table.hash && slotChoice == table.slotChoice
                && Arrays.equals(backends, table.backends);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return backends.length + " slots by " + slotChoice;
    }
}
