package io.roadstead.plugin.bgp.codec;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.PathAttributes;

/**
 * The attributes that are understood: one row each, in the order of their codes, which is the order on the wire. NEXT_HOP, MP_REACH_NLRI and MP_UNREACH_NLRI depend on
 * the prefixes and are written by {@link UpdateEncoder}.
 */
enum PathAttribute {
    ORIGIN(1, Flags.WELL_KNOWN, OnError.WITHDRAW, Scope.ANY, BgpErrorCode.INVALID_ORIGIN, AttributeReader::origin, AttributeWriter::origin),
    AS_PATH(2, Flags.WELL_KNOWN, OnError.WITHDRAW, Scope.ANY, BgpErrorCode.MALFORMED_AS_PATH, AttributeReader::asPath,
            AttributeWriter::asPath),
    NEXT_HOP(3, Flags.WELL_KNOWN, OnError.WITHDRAW, Scope.ANY, BgpErrorCode.INVALID_NEXT_HOP, AttributeReader::nextHop, null),
    MULTI_EXIT_DISC(4, Flags.OPTIONAL, OnError.WITHDRAW, Scope.ANY, BgpErrorCode.ATTRIBUTE_LENGTH_ERROR, AttributeReader::med,
            AttributeWriter::med),
    LOCAL_PREF(5, Flags.WELL_KNOWN, OnError.WITHDRAW, Scope.INTERNAL, BgpErrorCode.ATTRIBUTE_LENGTH_ERROR, AttributeReader::localPreference,
            AttributeWriter::localPreference),
    ATOMIC_AGGREGATE(6, Flags.WELL_KNOWN, OnError.DISCARD, Scope.ANY, BgpErrorCode.ATTRIBUTE_LENGTH_ERROR, AttributeReader::atomicAggregate,
            AttributeWriter::atomicAggregate),
    AGGREGATOR(7, Flags.OPTIONAL_TRANSITIVE, OnError.DISCARD, Scope.ANY, BgpErrorCode.OPTIONAL_ATTRIBUTE_ERROR, AttributeReader::aggregator,
            AttributeWriter::aggregator),
    COMMUNITIES(8, Flags.OPTIONAL_TRANSITIVE, OnError.WITHDRAW, Scope.ANY, BgpErrorCode.OPTIONAL_ATTRIBUTE_ERROR,
            AttributeReader::communities, AttributeWriter::communities),
    ORIGINATOR_ID(9, Flags.OPTIONAL, OnError.WITHDRAW, Scope.INTERNAL, BgpErrorCode.OPTIONAL_ATTRIBUTE_ERROR, AttributeReader::originatorId,
            AttributeWriter::originatorId),
    CLUSTER_LIST(10, Flags.OPTIONAL, OnError.WITHDRAW, Scope.INTERNAL, BgpErrorCode.OPTIONAL_ATTRIBUTE_ERROR, AttributeReader::clusterList,
            AttributeWriter::clusterList),
    MP_REACH_NLRI(14, Flags.OPTIONAL, OnError.DISABLE, Scope.ANY, BgpErrorCode.OPTIONAL_ATTRIBUTE_ERROR, MultiprotocolReader::reach, null),
    MP_UNREACH_NLRI(15, Flags.OPTIONAL, OnError.DISABLE, Scope.ANY, BgpErrorCode.OPTIONAL_ATTRIBUTE_ERROR, MultiprotocolReader::unreach,
            null),
    EXTENDED_COMMUNITIES(16, Flags.OPTIONAL_TRANSITIVE, OnError.WITHDRAW, Scope.ANY, BgpErrorCode.OPTIONAL_ATTRIBUTE_ERROR,
            AttributeReader::extendedCommunities, AttributeWriter::extendedCommunities),
    AS4_PATH(17, Flags.OPTIONAL_TRANSITIVE, OnError.DISCARD, Scope.TWO_OCTET, BgpErrorCode.OPTIONAL_ATTRIBUTE_ERROR,
            AttributeReader::as4Path, AttributeWriter::as4Path),
    AS4_AGGREGATOR(18, Flags.OPTIONAL_TRANSITIVE, OnError.DISCARD, Scope.TWO_OCTET, BgpErrorCode.OPTIONAL_ATTRIBUTE_ERROR,
            AttributeReader::as4Aggregator, AttributeWriter::as4Aggregator),
    LARGE_COMMUNITIES(32, Flags.OPTIONAL_TRANSITIVE, OnError.WITHDRAW, Scope.ANY, BgpErrorCode.OPTIONAL_ATTRIBUTE_ERROR,
            AttributeReader::largeCommunities, AttributeWriter::largeCommunities);

    private final int code;
    private final int flags;
    private final OnError onError;
    private final Scope scope;
    private final BgpErrorCode error;
    private final Reader reader;
    private final @Nullable Writer writer;

    PathAttribute(int code, int flags, OnError onError, Scope scope, BgpErrorCode error, Reader reader, @Nullable Writer writer) {
        this.code = code;
        this.flags = flags;
        this.onError = onError;
        this.scope = scope;
        this.error = error;
        this.reader = reader;
        this.writer = writer;
    }

    /** By type code; null when it is not understood. */
    static @Nullable PathAttribute of(int code) {
        return code < Index.BY_CODE.length ? Index.BY_CODE[code] : null;
    }

    int code() {
        return code;
    }

    /** Optional and transitive bits as they must be. */
    int flags() {
        return flags;
    }

    /** What a malformed one leads to (RFC 7606 §7). */
    OnError onError() {
        return onError;
    }

    Scope scope() {
        return scope;
    }

    /** What a malformed one is called. */
    BgpErrorCode error() {
        return error;
    }

    Reader reader() {
        return reader;
    }

    @Nullable
    Writer writer() {
        return writer;
    }

    /** The classes of RFC 7606 §2, from mild to strong. */
    enum OnError {
        DISCARD, WITHDRAW, DISABLE, RESET
    }

    /** From which peers it is taken; from others it is discarded unread. */
    enum Scope {
        ANY, INTERNAL, TWO_OCTET;

        boolean covers(CodecOptions options) {
            return switch (this) {
                case ANY -> true;
                case INTERNAL -> options.internal();
                case TWO_OCTET -> !options.fourOctetAs();
            };
        }
    }

    /** Reads a value into what is gathered; gives what is wrong with it, null when nothing is. Never reads behind the value. */
    interface Reader {
        @Nullable
        String read(ByteBuf value, ReceivedAttributes into, CodecOptions options);
    }

    /** Writes the whole attribute where the path has it. */
    interface Writer {
        void write(ByteBuf out, PathAttributes attributes, CodecOptions options);
    }

    /** Bits of the flags octet (RFC 4271 §4.3). */
    static final class Flags {
        static final int OPTIONAL = 0x80;
        static final int TRANSITIVE = 0x40;
        static final int PARTIAL = 0x20;
        static final int EXTENDED_LENGTH = 0x10;
        static final int WELL_KNOWN = TRANSITIVE;
        static final int OPTIONAL_TRANSITIVE = OPTIONAL | TRANSITIVE;
        static final int KIND = OPTIONAL | TRANSITIVE;

        private Flags() {
        }
    }

    private static final class Index {
        private static final @Nullable PathAttribute[] BY_CODE = new @Nullable PathAttribute[33];

        static {
            Arrays.stream(values()).forEach(row -> BY_CODE[row.code] = row);
        }
    }
}
