package io.roadstead.plugin.bgp.codec;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Cuts a connection's bytes into messages (RFC 4271 §4.1, §6.1). One per connection, on its loop. After a refused message it reads nothing more: where the next one
 * would start is not known.
 */
public final class MessageDecoder {

    private static final int LENGTH_BYTES = 2;

    private CodecOptions options = CodecOptions.INITIAL;
    private boolean refused;

    /** What was agreed on; for the messages behind the OPEN. */
    public void options(CodecOptions agreed) {
        this.options = agreed;
    }

    /** The next message, whose bytes are consumed; empty while it has not come whole. */
    public Optional<DecodeResult> decode(ByteBuf in) {
        if (refused) {
            in.skipBytes(in.readableBytes());
            return Optional.empty();
        }
        Optional<DecodeResult> result = next(in);
        refused = result.isPresent() && result.get() instanceof DecodeResult.Refused;
        return result;
    }

    private Optional<DecodeResult> next(ByteBuf in) {
        int start = in.readerIndex();
        // A wrong marker is told as soon as it shows: the length behind it may never come.
        for (int i = 0; i < Math.min(in.readableBytes(), MessageType.MARKER_BYTES); i++) {
            if (in.getByte(start + i) != -1) {
                return refuse(BgpError.of(BgpErrorCode.CONNECTION_NOT_SYNCHRONIZED, "the marker is not all ones"));
            }
        }
        if (in.readableBytes() < MessageType.HEADER_BYTES) {
            return Optional.empty();
        }
        int length = in.getUnsignedShort(start + MessageType.MARKER_BYTES);
        int code = in.getUnsignedByte(start + MessageType.MARKER_BYTES + LENGTH_BYTES);
        if (length < MessageType.HEADER_BYTES || length > options.maxReceived()) {
            return refuse(badLength(length, "a message of " + length + " octets"));
        }
        if (!MessageType.known(code)) {
            return refuse(new BgpError(BgpErrorCode.BAD_MESSAGE_TYPE, Hex.octet(code), "message type " + code));
        }
        MessageType type = MessageType.of(code);
        if (type != MessageType.ROUTE_REFRESH && !type.allows(length, options.maxReceived())) {
            return refuse(badLength(length, "a message " + type + " of " + length + " octets"));
        }
        if (in.readableBytes() < length) {
            return Optional.empty();
        }
        in.skipBytes(MessageType.HEADER_BYTES);
        return Optional.of(decode(type, in.readSlice(length - MessageType.HEADER_BYTES)));
    }

    private DecodeResult decode(MessageType type, ByteBuf body) {
        return switch (type) {
            case OPEN -> OpenDecoder.decode(body);
            case UPDATE -> new UpdateDecoder(options).decode(body);
            case NOTIFICATION -> new DecodeResult.Decoded(
                    new BgpMessage.Notification(body.readUnsignedByte(), body.readUnsignedByte(), ByteBufUtil.hexDump(body)));
            case KEEPALIVE -> new DecodeResult.Decoded(BgpMessage.KEEPALIVE);
            case ROUTE_REFRESH -> routeRefresh(body);
        };
    }

    private static DecodeResult routeRefresh(ByteBuf body) {
        int length = body.readableBytes();
        if (length < 4) {
            return new DecodeResult.Refused(badLength(MessageType.HEADER_BYTES + length, "a message ROUTE_REFRESH without a family"));
        }
        int subtype = body.getUnsignedByte(2);
        BgpMessage.RouteRefresh.Kind[] kinds = BgpMessage.RouteRefresh.Kind.values();
        if (subtype > 0 && length != 4) { // RFC 7313 §5; a plain request may carry an outbound route filter (RFC 5291) behind the family
            String whole = "ff".repeat(MessageType.MARKER_BYTES) + Hex.octets(MessageType.HEADER_BYTES + length)
                    + Hex.octet(MessageType.ROUTE_REFRESH.code()) + ByteBufUtil.hexDump(body);
            return new DecodeResult.Refused(new BgpError(BgpErrorCode.INVALID_ROUTE_REFRESH_LENGTH, whole,
                    "ROUTE-REFRESH of subtype " + subtype + " with " + length + " octets"));
        }
        // RFC 7313 §4.2: an unknown subtype is ignored; as a request of no family of ours it is.
        return new DecodeResult.Decoded(subtype < kinds.length
                ? new BgpMessage.RouteRefresh(body.getUnsignedShort(0), body.getUnsignedByte(3), kinds[subtype])
                : new BgpMessage.RouteRefresh(0, 0, BgpMessage.RouteRefresh.Kind.REQUEST));
    }

    private static BgpError badLength(int length, String detail) {
        return new BgpError(BgpErrorCode.BAD_MESSAGE_LENGTH, Hex.octets(length), detail);
    }

    private static Optional<DecodeResult> refuse(BgpError error) {
        return Optional.of(new DecodeResult.Refused(error));
    }
}
