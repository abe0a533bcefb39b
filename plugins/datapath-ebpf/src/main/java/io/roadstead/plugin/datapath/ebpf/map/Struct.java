package io.roadstead.plugin.datapath.ebpf.map;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/**
 * How the C types of {@code abi.h} lie in memory: numbers in the machine's order, ports and addresses in network order, IPv4 addresses mapped. Keys of a batch
 * follow one another without padding, hence nothing here counts on alignment.
 */
final class Struct {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NETWORK_LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long IPV4_MAPPED = 0xffff_0000_0000L;
    private static final IpAddress NONE = IpAddress.ipv6(0, 0);

    private Struct() {
    }

    static MemoryLayout u8(String name) {
        return ValueLayout.JAVA_BYTE.withName(name);
    }

    static MemoryLayout u16(String name) {
        return ValueLayout.JAVA_SHORT_UNALIGNED.withName(name);
    }

    static MemoryLayout u32(String name) {
        return INT.withName(name);
    }

    static MemoryLayout u64(String name) {
        return LONG.withName(name);
    }

    /** Bytes that are an address, an array or filling. */
    static MemoryLayout bytes(String name, int count) {
        return MemoryLayout.sequenceLayout(count, ValueLayout.JAVA_BYTE).withName(name);
    }

    /** What the compiler leaves free before a member of eight bytes. */
    static MemoryLayout gap(int bytes) {
        return MemoryLayout.paddingLayout(bytes);
    }

    static MemoryLayout addr(String name) {
        return bytes(name, 16);
    }

    static StructLayout struct(String name, MemoryLayout... members) {
        return MemoryLayout.structLayout(members).withName(name);
    }

    static long offset(StructLayout layout, String member) {
        return layout.byteOffset(PathElement.groupElement(member));
    }

    static int getInt(MemorySegment segment, long offset) {
        return segment.get(INT, offset);
    }

    static void putInt(MemorySegment segment, long offset, int value) {
        segment.set(INT, offset, value);
    }

    static long getLong(MemorySegment segment, long offset) {
        return segment.get(LONG, offset);
    }

    static void putLong(MemorySegment segment, long offset, long value) {
        segment.set(LONG, offset, value);
    }

    static int getByte(MemorySegment segment, long offset) {
        return segment.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    static void putByte(MemorySegment segment, long offset, int value) {
        segment.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    static int getShort(MemorySegment segment, long offset) {
        return segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset) & 0xffff;
    }

    static void putShort(MemorySegment segment, long offset, int value) {
        segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, (short) value);
    }

    static int getPort(MemorySegment segment, long offset) {
        return segment.get(PORT, offset) & 0xffff;
    }

    static void putPort(MemorySegment segment, long offset, int port) {
        segment.set(PORT, offset, (short) port);
    }

    /** A mapped one comes back as IPv4, zeros as the unspecified IPv6 address. */
    static IpAddress getAddress(MemorySegment segment, long offset) {
        return ofHalves(segment.get(NETWORK_LONG, offset), segment.get(NETWORK_LONG, offset + 8));
    }

    private static IpAddress ofHalves(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff ? IpAddress.ipv4((int) low) : IpAddress.ipv6(high, low);
    }

    /** An unspecified one of either family becomes zeros, which stand for none. */
    static void putAddress(MemorySegment segment, long offset, IpAddress address) {
        if (address.isUnspecified()) {
            segment.set(NETWORK_LONG, offset, 0);
            segment.set(NETWORK_LONG, offset + 8, 0);
        } else {
            putMappedAddress(segment, offset, address);
        }
    }

    /** 0.0.0.0 as what it is: the beginning of the IPv4 addresses. */
    static void putMappedAddress(MemorySegment segment, long offset, IpAddress address) {
        segment.set(NETWORK_LONG, offset, address.high());
        segment.set(NETWORK_LONG, offset + 8, address.family() == AddressFamily.IPV4 ? IPV4_MAPPED | address.low() : address.low());
    }

    /** As {@link #getAddress} gives it back, so that what was read equals what was written. */
    static IpAddress canonical(IpAddress address) {
        if (address.isUnspecified()) {
            return NONE;
        }
        return address.family() == AddressFamily.IPV4 ? address : ofHalves(address.high(), address.low());
    }
}
