package io.roadstead.plugin.datapath.ebpf.map;

import java.util.function.Function;

import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;

/** The maps that frontends are written to. */
public record LbMaps(BpfMap service, BpfMap lut, BpfMap backend, BpfMap backendIds, BpfMap member, BpfMap sourceRange) {

    /** From who finds a map by its name. */
    public static LbMaps of(Function<String, BpfMap> maps) {
        return new LbMaps(maps.apply(Abi.SERVICE), maps.apply(Abi.LUT), maps.apply(Abi.BACKEND), maps.apply(Abi.BACKEND_IDS),
                maps.apply(Abi.MEMBER), maps.apply(Abi.SOURCE_RANGE));
    }

    /** An element of the array holds two slots. */
    int lutSlots() {
        return lut.maxEntries() * 2;
    }
}
