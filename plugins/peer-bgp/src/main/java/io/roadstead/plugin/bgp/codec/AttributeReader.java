package io.roadstead.plugin.bgp.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.LargeCommunity;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;

/** Values of attributes, each by RFC 7606 §7 unless said otherwise; what is wrong comes back as text. */
final class AttributeReader {

    private static final int IPV4_BYTES = 4;
    private static final Origin[] ORIGINS = Origin.values();
    private static final AsPath.SegmentType[] SEGMENT_TYPES = AsPath.SegmentType.values();

    private AttributeReader() {
    }

    static @Nullable String origin(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        if (value.readableBytes() != 1) {
            return wrongLength(value);
        }
        int code = value.readUnsignedByte();
        if (code >= ORIGINS.length) {
            return "undefined value " + code;
        }
        into.origin = ORIGINS[code];
        return null;
    }

    static @Nullable String asPath(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        // RFC 5065 §5: only members of one's confederation may send confederation segments, and none of them is a plain external peer.
        return readAsPath(value, options.asBytes(), !options.internal(), path -> into.asPath = path);
    }

    static @Nullable String nextHop(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        if (value.readableBytes() != IPV4_BYTES) {
            return wrongLength(value);
        }
        into.nextHop = IpAddress.ipv4(value.readInt());
        return null;
    }

    static @Nullable String med(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        if (value.readableBytes() != Integer.BYTES) {
            return wrongLength(value);
        }
        into.med = value.readUnsignedInt();
        return null;
    }

    static @Nullable String localPreference(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        if (value.readableBytes() != Integer.BYTES) {
            return wrongLength(value);
        }
        into.localPreference = value.readUnsignedInt();
        return null;
    }

    static @Nullable String atomicAggregate(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        if (value.isReadable()) {
            return wrongLength(value);
        }
        into.atomicAggregate = true;
        return null;
    }

    static @Nullable String aggregator(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        return readAggregator(value, options.asBytes(), aggregator -> into.aggregator = aggregator);
    }

    static @Nullable String communities(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        return readList(value, Integer.BYTES, item -> new Community(item.readInt()), list -> into.communities = list);
    }

    static @Nullable String originatorId(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        if (value.readableBytes() != Integer.BYTES || value.getInt(value.readerIndex()) == 0) {
            return wrongLength(value) + ", or no router id";
        }
        into.originatorId = new RouterId(value.readInt());
        return null;
    }

    static @Nullable String clusterList(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        for (int i = 0; i + Integer.BYTES <= value.readableBytes(); i += Integer.BYTES) {
            if (value.getInt(value.readerIndex() + i) == 0) {
                return "cluster id 0.0.0.0";
            }
        }
        return readList(value, Integer.BYTES, item -> new RouterId(item.readInt()), list -> into.clusterList = list);
    }

    static @Nullable String extendedCommunities(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        return readList(value, Long.BYTES, ByteBuf::readLong, list -> into.extendedCommunities = list);
    }

    static @Nullable String largeCommunities(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        return readList(value, 3 * Integer.BYTES, item -> new LargeCommunity(item.readInt(), item.readInt(), item.readInt()),
                list -> into.largeCommunities = list);
    }

    /** RFC 6793 §6: confederation segments in it are dropped. */
    static @Nullable String as4Path(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        return readAsPath(value, Integer.BYTES, false, path -> into.as4Path = new AsPath(path.segments().stream()
                .filter(segment -> segment.type().code() <= AsPath.SegmentType.AS_SEQUENCE.code()).toList()));
    }

    static @Nullable String as4Aggregator(ByteBuf value, ReceivedAttributes into, CodecOptions options) {
        return readAggregator(value, Integer.BYTES, aggregator -> into.as4Aggregator = aggregator);
    }

    private static @Nullable String readAsPath(ByteBuf value, int asBytes, boolean refuseConfederations, Consumer<AsPath> into) {
        List<AsPath.Segment> segments = new ArrayList<>(2);
        while (value.isReadable()) {
            if (value.readableBytes() < 2) {
                return "one octet behind the last segment";
            }
            int type = value.readUnsignedByte();
            int count = value.readUnsignedByte();
            if (type < 1 || type > SEGMENT_TYPES.length) {
                return "undefined segment type " + type;
            }
            if (refuseConfederations && type > AsPath.SegmentType.AS_SEQUENCE.code()) {
                return "a confederation segment from outside the AS";
            }
            if (count == 0 || count * asBytes > value.readableBytes()) {
                return "a segment of " + count + " numbers in " + value.readableBytes() + " octets";
            }
            List<AsNumber> numbers = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                AsNumber number = readAs(value, asBytes);
                if (number.value() == 0) { // RFC 7607 §2
                    return "AS 0";
                }
                numbers.add(number);
            }
            segments.add(new AsPath.Segment(SEGMENT_TYPES[type - 1], numbers));
        }
        into.accept(new AsPath(segments));
        return null;
    }

    private static @Nullable String readAggregator(ByteBuf value, int asBytes, Consumer<PathAttributes.Aggregator> into) {
        if (value.readableBytes() != asBytes + IPV4_BYTES) {
            return wrongLength(value);
        }
        AsNumber as = readAs(value, asBytes);
        if (as.value() == 0) { // RFC 7607 §2
            return "AS 0";
        }
        into.accept(new PathAttributes.Aggregator(as, IpAddress.ipv4(value.readInt())));
        return null;
    }

    private static AsNumber readAs(ByteBuf value, int asBytes) {
        return new AsNumber(asBytes == 2 ? value.readUnsignedShort() : value.readUnsignedInt());
    }

    private static <T> @Nullable String readList(ByteBuf value, int itemBytes, Function<ByteBuf, T> item, Consumer<List<T>> into) {
        int length = value.readableBytes();
        if (length == 0 || length % itemBytes != 0) {
            return wrongLength(value);
        }
        List<T> items = new ArrayList<>(length / itemBytes);
        while (value.isReadable()) {
            items.add(item.apply(value));
        }
        into.accept(items);
        return null;
    }

    private static String wrongLength(ByteBuf value) {
        return value.readableBytes() + " octets";
    }
}
