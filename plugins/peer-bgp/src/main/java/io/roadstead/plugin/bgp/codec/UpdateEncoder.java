package io.roadstead.plugin.bgp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.plugin.bgp.rib.PrefixSource;

/**
 * Writes UPDATEs, each with as many prefixes as it holds. One per connection, on its loop. The attributes are put into octets once for a run of messages that share
 * them.
 */
public final class UpdateEncoder {

    private final CodecOptions options;
    private final ByteBuf block = Unpooled.buffer(128);
    private @Nullable PathAttributes inBlock;

    public UpdateEncoder(CodecOptions options) {
        this.options = options;
    }

    /**
     * Writes one message that announces prefixes, taking from the source what fits. Gives false, having written and taken nothing, when the attributes alone are longer
     * than a message may be.
     *
     * @throws IllegalArgumentException when the family cannot have this next hop on this connection
     */
    @SuppressWarnings("ReferenceEquality") // equal ones are written again, which costs little; comparing them would cost more
    public boolean announce(ByteBuf out, AfiSafi family, PathAttributes attributes, PrefixSource prefixes) {
        checkNextHop(family, attributes);
        if (inBlock != attributes) {
            block.clear();
            AttributeWriter.all(block, attributes, options);
            inBlock = attributes;
        }
        boolean classic = family == AfiSafi.IPV4_UNICAST && attributes.nextHop().family() == AddressFamily.IPV4;
        int start = MessageEncoder.begin(out, MessageType.UPDATE);
        out.writeShort(0);
        int lengthIndex = out.writerIndex();
        out.writeShort(0);
        boolean any = classic ? classic(out, start, lengthIndex, attributes, prefixes)
                : multiprotocol(out, start, lengthIndex, family, attributes, prefixes);
        if (!any) {
            out.writerIndex(start);
            return false;
        }
        MessageEncoder.end(out, start);
        return true;
    }

    /** Writes one message that withdraws prefixes, taking from the source what fits. */
    public void withdraw(ByteBuf out, AfiSafi family, PrefixSource prefixes) {
        int start = MessageEncoder.begin(out, MessageType.UPDATE);
        if (family == AfiSafi.IPV4_UNICAST) {
            int lengthIndex = out.writerIndex();
            out.writeShort(0);
            prefixes(out, start + options.maxSent() - 2, prefixes);
            out.setShort(lengthIndex, out.writerIndex() - lengthIndex - 2);
            out.writeShort(0);
        } else {
            out.writeShort(0);
            int attributesIndex = out.writerIndex();
            out.writeShort(0);
            int valueIndex = beginMultiprotocol(out, PathAttribute.MP_UNREACH_NLRI, family);
            prefixes(out, start + options.maxSent(), prefixes);
            endMultiprotocol(out, valueIndex);
            out.setShort(attributesIndex, out.writerIndex() - attributesIndex - 2);
        }
        MessageEncoder.end(out, start);
    }

    /** Writes the End-of-RIB marker of a family (RFC 4724 §2). */
    public void endOfRib(ByteBuf out, AfiSafi family) {
        int start = MessageEncoder.begin(out, MessageType.UPDATE);
        out.writeShort(0);
        if (family == AfiSafi.IPV4_UNICAST) {
            out.writeShort(0);
        } else {
            out.writeShort(6);
            AttributeWriter.header(out, PathAttribute.MP_UNREACH_NLRI.flags(), PathAttribute.MP_UNREACH_NLRI.code(), 3);
            out.writeShort(family.afi()).writeByte(family.safi());
        }
        MessageEncoder.end(out, start);
    }

    /** NEXT_HOP stands between AS_PATH and MULTI_EXIT_DISC; the block is cut there. */
    private boolean classic(ByteBuf out, int start, int lengthIndex, PathAttributes attributes, PrefixSource prefixes) {
        int cut = lengthOf(block, 0) + lengthOf(block, lengthOf(block, 0));
        out.writeBytes(block, 0, cut);
        AttributeWriter.header(out, PathAttribute.NEXT_HOP.flags(), PathAttribute.NEXT_HOP.code(), Integer.BYTES);
        out.writeInt(attributes.nextHop().toInt());
        out.writeBytes(block, cut, block.writerIndex() - cut);
        int length = out.writerIndex() - lengthIndex - 2;
        out.setShort(lengthIndex, length);
        return prefixes(out, start + options.maxSent(), prefixes);
    }

    /** MP_REACH_NLRI comes first (RFC 7606 §5.1), always with an extended length, which is filled in at the end. */
    private boolean multiprotocol(ByteBuf out, int start, int lengthIndex, AfiSafi family, PathAttributes attributes,
            PrefixSource prefixes) {
        int valueIndex = beginMultiprotocol(out, PathAttribute.MP_REACH_NLRI, family);
        boolean two = attributes.linkLocalNextHop() != null;
        if (attributes.nextHop().family() == AddressFamily.IPV4) {
            out.writeByte(Integer.BYTES).writeInt(attributes.nextHop().toInt());
        } else {
            out.writeByte(two ? 32 : 16).writeLong(attributes.nextHop().high()).writeLong(attributes.nextHop().low());
            if (attributes.linkLocalNextHop() != null) {
                out.writeLong(attributes.linkLocalNextHop().high()).writeLong(attributes.linkLocalNextHop().low());
            }
        }
        out.writeByte(0);
        boolean any = prefixes(out, start + options.maxSent() - block.writerIndex(), prefixes);
        endMultiprotocol(out, valueIndex);
        out.writeBytes(block, 0, block.writerIndex());
        out.setShort(lengthIndex, out.writerIndex() - lengthIndex - 2);
        return any;
    }

    private void checkNextHop(AfiSafi family, PathAttributes attributes) {
        boolean overIpv6 = attributes.nextHop().family() == AddressFamily.IPV6;
        boolean fits = family == AfiSafi.IPV4_UNICAST ? !overIpv6 || options.extendedNextHop().contains(family) : overIpv6;
        if (!fits) {
            throw new IllegalArgumentException("next hop " + attributes.nextHop() + " cannot be said for " + family + " here");
        }
    }

    private static int beginMultiprotocol(ByteBuf out, PathAttribute attribute, AfiSafi family) {
        out.writeByte(attribute.flags() | PathAttribute.Flags.EXTENDED_LENGTH).writeByte(attribute.code()).writeShort(0);
        int valueIndex = out.writerIndex();
        out.writeShort(family.afi()).writeByte(family.safi());
        return valueIndex;
    }

    private static void endMultiprotocol(ByteBuf out, int valueIndex) {
        out.setShort(valueIndex - 2, out.writerIndex() - valueIndex);
    }

    /** Octets of the attribute that starts there. */
    private static int lengthOf(ByteBuf attributes, int index) {
        boolean extended = (attributes.getByte(index) & PathAttribute.Flags.EXTENDED_LENGTH) != 0;
        return extended ? 4 + attributes.getUnsignedShort(index + 2) : 3 + attributes.getUnsignedByte(index + 2);
    }

    private static boolean prefixes(ByteBuf out, int end, PrefixSource prefixes) {
        int before = out.writerIndex();
        while (prefixes.hasNext() && out.writerIndex() + 1 + (prefixes.length() + 7) / Byte.SIZE <= end) {
            int length = prefixes.length();
            int bytes = (length + 7) / Byte.SIZE;
            out.writeByte(length);
            if (prefixes.family() == AddressFamily.IPV4) {
                left(out, prefixes.low() << Integer.SIZE, bytes);
            } else {
                left(out, prefixes.high(), Math.min(bytes, Long.BYTES));
                left(out, prefixes.low(), bytes - Long.BYTES);
            }
            prefixes.next();
        }
        return out.writerIndex() > before;
    }

    /** The upper octets of a long. */
    private static void left(ByteBuf out, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.writeByte((int) (value >>> (Long.SIZE - Byte.SIZE * (i + 1))));
        }
    }
}
