package io.roadstead.plugin.bgp.codec;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.RouterId;

/** OPEN (RFC 4271 §4.2, §6.2) with capabilities (RFC 5492) and optional parameters of any length (RFC 9072). */
final class OpenDecoder {

    static final int VERSION = 4;
    static final int CAPABILITIES_PARAMETER = 2;
    static final int EXTENDED_PARAMETERS = 255;

    private OpenDecoder() {
    }

    /** The body is at least the ten octets of its fixed part. */
    static DecodeResult decode(ByteBuf body) {
        int version = body.readUnsignedByte();
        if (version != VERSION) {
            return refuse(new BgpError(BgpErrorCode.UNSUPPORTED_VERSION, Hex.octets(VERSION), "BGP version " + version));
        }
        int twoOctetAs = body.readUnsignedShort();
        int holdTimeSeconds = body.readUnsignedShort();
        int identifier = body.readInt();
        List<Capability> capabilities = new ArrayList<>();
        BgpError error = optionalParameters(body, capabilities);
        if (error != null) {
            return refuse(error);
        }
        AsNumber asn = capabilities.stream().filter(Capability.FourOctetAs.class::isInstance)
                .map(capability -> ((Capability.FourOctetAs) capability).asn()).findFirst().orElse(new AsNumber(twoOctetAs));
        if (asn.value() == 0 || twoOctetAs == 0) { // RFC 7607
            return refuse(BgpError.of(BgpErrorCode.BAD_PEER_AS, "AS 0"));
        }
        if (identifier == 0) {
            return refuse(BgpError.of(BgpErrorCode.BAD_BGP_IDENTIFIER, "BGP identifier 0.0.0.0"));
        }
        if (holdTimeSeconds == 1 || holdTimeSeconds == 2) {
            return refuse(BgpError.of(BgpErrorCode.UNACCEPTABLE_HOLD_TIME, "hold time " + holdTimeSeconds + " s"));
        }
        return new DecodeResult.Decoded(new BgpMessage.Open(asn, holdTimeSeconds, new RouterId(identifier), capabilities));
    }

    private static @Nullable BgpError optionalParameters(ByteBuf body, List<Capability> capabilities) {
        int length = body.readUnsignedByte();
        boolean extended = length != 0 && body.isReadable() && body.getUnsignedByte(body.readerIndex()) == EXTENDED_PARAMETERS;
        if (extended) { // RFC 9072 §2: the one-octet length says nothing then
            body.skipBytes(1);
            if (body.readableBytes() < 2) {
                return malformed("the extended length of the optional parameters is cut off");
            }
            length = body.readUnsignedShort();
        }
        if (length != body.readableBytes()) {
            return malformed("optional parameters of " + length + " octets where there are " + body.readableBytes());
        }
        int headerBytes = extended ? 3 : 2;
        while (body.isReadable()) {
            if (body.readableBytes() < headerBytes) {
                return malformed("an optional parameter is cut off");
            }
            int type = body.readUnsignedByte();
            int parameterLength = extended ? body.readUnsignedShort() : body.readUnsignedByte();
            if (parameterLength > body.readableBytes()) {
                return malformed("optional parameter " + type + " is longer than the message");
            }
            ByteBuf parameter = body.readSlice(parameterLength);
            if (type != CAPABILITIES_PARAMETER) {
                return BgpError.of(BgpErrorCode.UNSUPPORTED_OPTIONAL_PARAMETER, "optional parameter " + type);
            }
            while (parameter.isReadable()) {
                if (parameter.readableBytes() < 2
                        || parameter.getUnsignedByte(parameter.readerIndex() + 1) > parameter.readableBytes() - 2) {
                    return malformed("a capability is cut off");
                }
                int code = parameter.readUnsignedByte();
                capabilities.add(capability(code, parameter.readSlice(parameter.readUnsignedByte())));
            }
        }
        return null;
    }

    /** One of a wrong length is as good as not offered. */
    private static Capability capability(int code, ByteBuf value) {
        int length = value.readableBytes();
        boolean sound = switch (code) {
            case Capability.Multiprotocol.CODE, Capability.FourOctetAs.CODE -> length == 4;
            case Capability.RouteRefresh.CODE, Capability.ExtendedMessage.CODE, Capability.EnhancedRouteRefresh.CODE -> length == 0;
            case Capability.ExtendedNextHop.CODE -> length % 6 == 0;
            case Capability.GracefulRestart.CODE -> length % 4 == 2;
            default -> false;
        };
        if (!sound) {
            return new Capability.Unknown(code, ByteBufUtil.hexDump(value));
        }
        return switch (code) {
            case Capability.Multiprotocol.CODE ->
                    new Capability.Multiprotocol(value.readUnsignedShort(), value.skipBytes(1).readUnsignedByte());
            case Capability.RouteRefresh.CODE -> new Capability.RouteRefresh();
            case Capability.ExtendedNextHop.CODE -> extendedNextHop(value);
            case Capability.ExtendedMessage.CODE -> new Capability.ExtendedMessage();
            case Capability.GracefulRestart.CODE -> gracefulRestart(value);
            case Capability.FourOctetAs.CODE -> new Capability.FourOctetAs(new AsNumber(value.readUnsignedInt()));
            default -> new Capability.EnhancedRouteRefresh();
        };
    }

    private static Capability extendedNextHop(ByteBuf value) {
        List<Capability.ExtendedNextHop.Encoding> encodings = new ArrayList<>();
        while (value.isReadable()) {
            encodings.add(new Capability.ExtendedNextHop.Encoding(value.readUnsignedShort(), value.readUnsignedShort(),
                    value.readUnsignedShort()));
        }
        return new Capability.ExtendedNextHop(encodings);
    }

    private static Capability gracefulRestart(ByteBuf value) {
        int flagsAndTime = value.readUnsignedShort();
        List<Capability.GracefulRestart.Family> families = new ArrayList<>();
        while (value.isReadable()) {
            families.add(new Capability.GracefulRestart.Family(value.readUnsignedShort(), value.readUnsignedByte(),
                    (value.readByte() & 0x80) != 0));
        }
        return new Capability.GracefulRestart((flagsAndTime & 0x8000) != 0, (flagsAndTime & 0x4000) != 0,
                flagsAndTime & Capability.GracefulRestart.MAX_TIME, families);
    }

    private static BgpError malformed(String detail) {
        return BgpError.of(BgpErrorCode.MALFORMED_OPEN, detail);
    }

    private static DecodeResult refuse(BgpError error) {
        return new DecodeResult.Refused(error);
    }
}
