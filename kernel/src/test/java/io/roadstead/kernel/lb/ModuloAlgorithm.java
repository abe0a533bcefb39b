package io.roadstead.kernel.lb;

import java.util.function.IntUnaryOperator;

import io.roadstead.api.lb.LoadBalancingAlgorithm;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.plugin.InstanceStatus;

/** Deals the slots out in turn, from an offset; remembers the requests' number. */
final class ModuloAlgorithm implements LoadBalancingAlgorithm<ModuloAlgorithm.Config> {

    private final int offset;
    int builds;

    ModuloAlgorithm(int offset) {
        this.offset = offset;
    }

    record Config() {
    }

    @Override
    public SelectionTable build(TableRequest request) {
        builds++;
        return table(request.tableSize(), slot -> (slot + offset) % request.backends().size());
    }

    static SelectionTable table(int slots, IntUnaryOperator backend) {
        return new SelectionTable() {
            @Override
            public int slots() {
                return slots;
            }

            @Override
            public int backendIndex(int slot) {
                return backend.applyAsInt(slot);
            }

            @Override
            public SlotChoice slotChoice() {
                return SlotChoice.FLOW_HASH;
            }
        };
    }

    @Override
    public boolean reconfigure(Config config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("");
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
