package io.roadstead.api.lb;

/** Slot → backend. Immutable. Tables that say the same are equal: one that is not makes datapaths write a table that has not changed. */
public interface SelectionTable {
    /** Slots that a table has at most. */
    int MAX_SLOTS = 1 << 20;

    /** Number of slots; may differ from the number asked for, which a flow's slot is then taken modulo of. 1 to {@link #MAX_SLOTS}. */
    int slots();

    /** Index into the backends that the table was built from, for a slot of 0 to slots − 1. */
    int backendIndex(int slot);

    /** How a packet picks its slot. */
    SlotChoice slotChoice();

    /**
     * A table of these; the array is copied.
     *
     * @param backendIndexes slot → index of the backend, length = slots
     */
    static SelectionTable of(SlotChoice slotChoice, int[] backendIndexes) {
        return new SlotArray(slotChoice, backendIndexes);
    }

    /** How a packet picks its slot. */
    enum SlotChoice {
        /** By {@link FlowHash} modulo the number of slots: the same on every node. */
        FLOW_HASH,
        /** By chance, remembered per flow. */
        RANDOM
    }
}
