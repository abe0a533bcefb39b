package io.roadstead.plugin.bgp.codec;

import java.util.List;
import java.util.function.BiConsumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AsNumber;

/** Attributes with flags, code and length, where the path has them. */
final class AttributeWriter {

    private AttributeWriter() {
    }

    /** All that does not depend on the prefixes, in the order of the codes. */
    static void all(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        for (PathAttribute attribute : PathAttribute.values()) {
            PathAttribute.Writer writer = attribute.writer();
            if (writer != null) {
                writer.write(out, attributes, options);
            }
        }
        for (PathAttributes.UnknownAttribute unknown : attributes.unknown()) {
            byte[] value = ByteBufUtil.decodeHexDump(unknown.hex());
            // RFC 4271 §5: who passes on what it does not understand says so.
            header(out, unknown.flags() & PathAttribute.Flags.KIND | PathAttribute.Flags.PARTIAL, unknown.code(), value.length);
            out.writeBytes(value);
        }
    }

    static void origin(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        header(out, PathAttribute.ORIGIN, 1);
        out.writeByte(switch (attributes.origin()) {
            case IGP -> 0;
            case EGP -> 1;
            case INCOMPLETE -> 2;
        });
    }

    static void asPath(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        asPath(out, PathAttribute.AS_PATH, attributes.asPath(), options.asBytes());
    }

    static void med(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        number(out, PathAttribute.MULTI_EXIT_DISC, attributes.med());
    }

    static void localPreference(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        if (options.internal()) {
            number(out, PathAttribute.LOCAL_PREF, attributes.localPreference());
        }
    }

    static void atomicAggregate(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        if (attributes.atomicAggregate()) {
            header(out, PathAttribute.ATOMIC_AGGREGATE, 0);
        }
    }

    static void aggregator(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        if (attributes.aggregator() != null) {
            aggregator(out, PathAttribute.AGGREGATOR, attributes.aggregator(), options.asBytes());
        }
    }

    static void communities(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        list(out, PathAttribute.COMMUNITIES, attributes.communities(), Integer.BYTES, (to, item) -> to.writeInt(item.value()));
    }

    static void originatorId(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        if (attributes.originatorId() != null) {
            header(out, PathAttribute.ORIGINATOR_ID, Integer.BYTES);
            out.writeInt(attributes.originatorId().bits());
        }
    }

    static void clusterList(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        list(out, PathAttribute.CLUSTER_LIST, attributes.clusterList(), Integer.BYTES, (to, item) -> to.writeInt(item.bits()));
    }

    static void extendedCommunities(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        list(out, PathAttribute.EXTENDED_COMMUNITIES, attributes.extendedCommunities(), Long.BYTES, ByteBuf::writeLong);
    }

    static void largeCommunities(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        list(out, PathAttribute.LARGE_COMMUNITIES, attributes.largeCommunities(), 3 * Integer.BYTES,
                (to, item) -> to.writeInt(item.global()).writeInt(item.local1()).writeInt(item.local2()));
    }

    /** RFC 6793 §4.2.2: beside an AS_PATH in which AS_TRANS had to stand; without confederation segments. */
    static void as4Path(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        boolean needed = !options.fourOctetAs() && attributes.asPath().segments().stream()
                .anyMatch(segment -> segment.numbers().stream().anyMatch(number -> !number.isTwoOctet()));
        if (needed) {
            asPath(out, PathAttribute.AS4_PATH, new AsPath(attributes.asPath().segments().stream()
                    .filter(segment -> segment.type().code() <= AsPath.SegmentType.AS_SEQUENCE.code()).toList()), Integer.BYTES);
        }
    }

    static void as4Aggregator(ByteBuf out, PathAttributes attributes, CodecOptions options) {
        if (!options.fourOctetAs() && attributes.aggregator() != null && !attributes.aggregator().as().isTwoOctet()) {
            aggregator(out, PathAttribute.AS4_AGGREGATOR, attributes.aggregator(), Integer.BYTES);
        }
    }

    /** With the extended length bit where it is needed. */
    static void header(ByteBuf out, int flags, int code, int length) {
        if (length > 255) {
            out.writeByte(flags | PathAttribute.Flags.EXTENDED_LENGTH).writeByte(code).writeShort(length);
        } else {
            out.writeByte(flags).writeByte(code).writeByte(length);
        }
    }

    private static void header(ByteBuf out, PathAttribute attribute, int length) {
        header(out, attribute.flags(), attribute.code(), length);
    }

    private static void number(ByteBuf out, PathAttribute attribute, @Nullable Long value) {
        if (value != null) {
            header(out, attribute, Integer.BYTES);
            out.writeInt(value.intValue());
        }
    }

    private static <T> void list(ByteBuf out, PathAttribute attribute, List<T> items, int itemBytes, BiConsumer<ByteBuf, T> writer) {
        if (!items.isEmpty()) {
            header(out, attribute, items.size() * itemBytes);
            items.forEach(item -> writer.accept(out, item));
        }
    }

    private static void asPath(ByteBuf out, PathAttribute attribute, AsPath path, int asBytes) {
        int length = 0;
        for (AsPath.Segment segment : path.segments()) {
            length += 2 + segment.numbers().size() * asBytes;
        }
        header(out, attribute, length);
        for (AsPath.Segment segment : path.segments()) {
            out.writeByte(segment.type().code()).writeByte(segment.numbers().size());
            segment.numbers().forEach(number -> as(out, number, asBytes));
        }
    }

    private static void aggregator(ByteBuf out, PathAttribute attribute, PathAttributes.Aggregator aggregator, int asBytes) {
        header(out, attribute, asBytes + Integer.BYTES);
        as(out, aggregator.as(), asBytes);
        out.writeInt(aggregator.address().toInt());
    }

    private static void as(ByteBuf out, AsNumber number, int asBytes) {
        if (asBytes == Integer.BYTES) {
            out.writeInt((int) number.value());
        } else {
            out.writeShort((int) (number.isTwoOctet() ? number : AsNumber.AS_TRANS).value());
        }
    }
}
