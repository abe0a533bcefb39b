package io.roadstead.api.lb;

/** Slot → backend. Immutable. */
public interface SelectionTable {
    /** Number of slots; may differ from the number asked for, which a flow's slot is then taken modulo of. 1 to 2^20. */
    int slots();

    /** Index into the backends that the table was built from, for a slot of 0 to slots − 1. */
    int backendIndex(int slot);

    /** How a packet picks its slot. */
    SlotChoice slotChoice();

    /** How a packet picks its slot. */
    enum SlotChoice {
        /** By {@link FlowHash} modulo the number of slots: the same on every node. */
        FLOW_HASH,
        /** By chance, remembered per flow. */
        RANDOM
    }
}
