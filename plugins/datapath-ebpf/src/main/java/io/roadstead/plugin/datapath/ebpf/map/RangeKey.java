package io.roadstead.plugin.datapath.ebpf.map;

import static io.roadstead.plugin.datapath.ebpf.map.Struct.addr;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.offset;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.struct;
import static io.roadstead.plugin.datapath.ebpf.map.Struct.u32;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/** Key of {@code rs_source_range}, longest prefix first; the value says nothing. */
public record RangeKey(int service, IpPrefix prefix) {
    static final StructLayout LAYOUT = struct("rs_range_key", u32("prefix_len"), u32("service"), addr("addr"));
    /** Size of the C type. */
    public static final int SIZE = (int) LAYOUT.byteSize();
    private static final long PREFIX_LEN = offset(LAYOUT, "prefix_len");
    private static final long SERVICE = offset(LAYOUT, "service");
    private static final long ADDR = offset(LAYOUT, "addr");
    /** The service's number comes before the address and always counts. */
    private static final int SERVICE_BITS = 32;
    private static final int MAPPED_BITS = 96;

    public RangeKey {
        IpAddress first = Struct.canonical(prefix.address());
        if (prefix.family() == AddressFamily.IPV6 && first.family() == AddressFamily.IPV4) {
            prefix = new IpPrefix(first, prefix.length() - MAPPED_BITS); // the same entry, by its other name
        }
    }

    /** From the first bytes of a key. */
    public static RangeKey read(MemorySegment segment) {
        int bits = Struct.getInt(segment, PREFIX_LEN) - SERVICE_BITS;
        IpAddress first = Struct.getAddress(segment, ADDR);
        int shift = first.family() == AddressFamily.IPV4 ? MAPPED_BITS : 0;
        return new RangeKey(Struct.getInt(segment, SERVICE),
                IpPrefix.containing(first, Math.clamp(bits - shift, 0, first.family().bits())));
    }

    /** Fills the first bytes. */
    public void write(MemorySegment segment) {
        boolean ipv4 = prefix.family() == AddressFamily.IPV4;
        Struct.putInt(segment, PREFIX_LEN, SERVICE_BITS + (ipv4 ? MAPPED_BITS : 0) + prefix.length());
        Struct.putInt(segment, SERVICE, service);
        Struct.putMappedAddress(segment, ADDR, prefix.address());
    }
}
