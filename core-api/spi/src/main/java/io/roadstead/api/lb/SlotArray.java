package io.roadstead.api.lb;

import java.util.Arrays;

/** A table in an array of its own. Equal to another that leads every slot to the same index by the same choice. */
final class SlotArray implements SelectionTable {

    private final SlotChoice slotChoice;
    private final int[] backendIndexes;

    SlotArray(SlotChoice slotChoice, int[] backendIndexes) {
        if (backendIndexes.length < 1 || backendIndexes.length > MAX_SLOTS) {
            throw new IllegalArgumentException(backendIndexes.length + " slots are not in 1 to " + MAX_SLOTS);
        }
        this.slotChoice = slotChoice;
        this.backendIndexes = backendIndexes.clone();
        for (int index : this.backendIndexes) {
            if (index < 0) {
                throw new IllegalArgumentException("backend index " + index + " is negative");
            }
        }
    }

    @Override
    public int slots() {
        return backendIndexes.length;
    }

    @Override
    public int backendIndex(int slot) {
        return backendIndexes[slot];
    }

    @Override
    public SlotChoice slotChoice() {
        return slotChoice;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SlotArray table && table.slotChoice == slotChoice && Arrays.equals(table.backendIndexes, backendIndexes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(backendIndexes);
    }

    @Override
    public String toString() {
        return backendIndexes.length + " slots by " + slotChoice;
    }
}
