package io.roadstead.plugin.bgp.codec;

import java.util.List;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/** Prefixes as RFC 4271 §4.3 packs them: length in bits, then as many octets as that takes. */
final class PrefixReader {

    private PrefixReader() {
    }

    /** Reads all; gives what is wrong (RFC 7606 §5.3), null when nothing is. Bits behind a prefix's length do not count. */
    static @Nullable String read(ByteBuf in, AddressFamily family, List<IpPrefix> into) {
        while (in.isReadable()) {
            int length = in.readUnsignedByte();
            if (length > family.bits()) {
                return "prefix length " + length;
            }
            int bytes = (length + 7) / Byte.SIZE;
            if (bytes > in.readableBytes()) {
                return "a prefix of length " + length + " in " + in.readableBytes() + " octets";
            }
            into.add(IpPrefix.containing(address(in, family, bytes), length));
        }
        return null;
    }

    private static IpAddress address(ByteBuf in, AddressFamily family, int bytes) {
        if (family == AddressFamily.IPV4) {
            return IpAddress.ipv4((int) (left(in, bytes) >>> Integer.SIZE));
        }
        long high = left(in, Math.min(bytes, Long.BYTES));
        return IpAddress.ipv6(high, left(in, Math.max(0, bytes - Long.BYTES)));
    }

    /** Up to eight octets, at the upper end of the long. */
    private static long left(ByteBuf in, int bytes) {
        if (bytes == Long.BYTES) {
            return in.readLong();
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) in.readUnsignedByte() << (Long.SIZE - Byte.SIZE * (i + 1));
        }
        return value;
    }
}
