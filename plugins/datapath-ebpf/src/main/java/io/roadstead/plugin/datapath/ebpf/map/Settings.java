package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.addr;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u16;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u32;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

import io.roadstead.api.model.net.IpAddress;

/**
 * The one element of {@code rs_config}.
 *
 * @param flags       of {@link Abi}'s {@code CONFIG_}
 * @param node4       unspecified when the node has none
 * @param node6       idem
 * @param explainMark what the packets of test runs carry; 0 for none
 * @param icmpPerSecond of one CPU; 0 for no limit
 * @param mtu         of the uplinks; 0 has the programs ask per packet
 * @param hairpin     dispatch index of a mode with source NAT, for backends that are their own clients; 0 for none
 */
public record Settings(int abi, int flags, int generation, int hashSeed, IpAddress node4, IpAddress node6, int natMin, int natMax,
        int explainMark, int icmpPerSecond, int mtu, int hairpin) {
    static final StructLayout LAYOUT = struct("rs_config", u32("abi"), u32("flags"), u32("generation"), u32("hash_seed"), addr("node4"),
            addr("node6"), u16("nat_min"), u16("nat_max"), u32("explain_mark"), u32("icmp_per_s"), u32("mtu"), u32("hairpin"), u32("pad"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long AT_ABI = offset(LAYOUT, "abi");
    private static final long AT_FLAGS = offset(LAYOUT, "flags");
    private static final long AT_GENERATION = offset(LAYOUT, "generation");
    private static final long AT_HASH_SEED = offset(LAYOUT, "hash_seed");
    private static final long AT_NODE4 = offset(LAYOUT, "node4");
    private static final long AT_NODE6 = offset(LAYOUT, "node6");
    private static final long AT_NAT_MIN = offset(LAYOUT, "nat_min");
    private static final long AT_NAT_MAX = offset(LAYOUT, "nat_max");
    private static final long AT_EXPLAIN_MARK = offset(LAYOUT, "explain_mark");
    private static final long AT_ICMP_PER_S = offset(LAYOUT, "icmp_per_s");
    private static final long AT_MTU = offset(LAYOUT, "mtu");
    private static final long AT_HAIRPIN = offset(LAYOUT, "hairpin");

    public Settings {
        node4 = Struct.canonical(node4);
        node6 = Struct.canonical(node6);
    }

    /** From the first bytes of a key, a value or a record. */
    public static Settings read(MemorySegment segment) {
        return new Settings(Struct.getInt(segment, AT_ABI), Struct.getInt(segment, AT_FLAGS), Struct.getInt(segment, AT_GENERATION),
                Struct.getInt(segment, AT_HASH_SEED), Struct.getAddress(segment, AT_NODE4), Struct.getAddress(segment, AT_NODE6),
                Struct.getPort(segment, AT_NAT_MIN), Struct.getPort(segment, AT_NAT_MAX), Struct.getInt(segment, AT_EXPLAIN_MARK),
                Struct.getInt(segment, AT_ICMP_PER_S), Struct.getInt(segment, AT_MTU), Struct.getInt(segment, AT_HAIRPIN));
    }

    /** Fills the first bytes, padding with zeros. */
    public void write(MemorySegment segment) {
        segment.asSlice(0, SIZE).fill((byte) 0);
        Struct.putInt(segment, AT_ABI, abi);
        Struct.putInt(segment, AT_FLAGS, flags);
        Struct.putInt(segment, AT_GENERATION, generation);
        Struct.putInt(segment, AT_HASH_SEED, hashSeed);
        Struct.putAddress(segment, AT_NODE4, node4);
        Struct.putAddress(segment, AT_NODE6, node6);
        Struct.putPort(segment, AT_NAT_MIN, natMin);
        Struct.putPort(segment, AT_NAT_MAX, natMax);
        Struct.putInt(segment, AT_EXPLAIN_MARK, explainMark);
        Struct.putInt(segment, AT_ICMP_PER_S, icmpPerSecond);
        Struct.putInt(segment, AT_MTU, mtu);
        Struct.putInt(segment, AT_HAIRPIN, hairpin);
    }
}
