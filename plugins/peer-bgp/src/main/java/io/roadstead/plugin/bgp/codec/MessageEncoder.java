package io.roadstead.plugin.bgp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import io.roadstead.api.model.net.AsNumber;

/** Writes every message but UPDATE, which is {@link UpdateEncoder}'s. */
public final class MessageEncoder {

    private MessageEncoder() {
    }

    /** RFC 4271 §4.2; the optional parameters are in the long form where the short one does not hold them (RFC 9072). */
    public static void open(ByteBuf out, BgpMessage.Open open) {
        int start = begin(out, MessageType.OPEN);
        out.writeByte(OpenDecoder.VERSION);
        out.writeShort((int) (open.asn().isTwoOctet() ? open.asn() : AsNumber.AS_TRANS).value());
        out.writeShort(open.holdTimeSeconds());
        out.writeInt(open.routerId().bits());
        ByteBuf capabilities = Unpooled.buffer();
        open.capabilities().forEach(capability -> capability(capabilities, capability));
        int length = capabilities.readableBytes();
        if (length == 0) {
            out.writeByte(0);
        } else if (length + 2 < OpenDecoder.EXTENDED_PARAMETERS) {
            out.writeByte(length + 2).writeByte(OpenDecoder.CAPABILITIES_PARAMETER).writeByte(length);
        } else {
            out.writeByte(OpenDecoder.EXTENDED_PARAMETERS).writeByte(OpenDecoder.EXTENDED_PARAMETERS).writeShort(length + 3)
                    .writeByte(OpenDecoder.CAPABILITIES_PARAMETER).writeShort(length);
        }
        out.writeBytes(capabilities);
        end(out, start);
    }

    public static void keepalive(ByteBuf out) {
        end(out, begin(out, MessageType.KEEPALIVE));
    }

    /** RFC 4271 §4.5; data that would make it longer than 4096 octets is cut, as is done with erroneous attributes. */
    public static void notification(ByteBuf out, BgpMessage.Notification notification) {
        int start = begin(out, MessageType.NOTIFICATION);
        out.writeByte(notification.code()).writeByte(notification.subcode());
        byte[] data = ByteBufUtil.decodeHexDump(notification.dataHex());
        out.writeBytes(data, 0, Math.min(data.length, CodecOptions.STANDARD_LENGTH - MessageType.HEADER_BYTES - 2));
        end(out, start);
    }

    /** RFC 2918, RFC 7313. */
    public static void routeRefresh(ByteBuf out, BgpMessage.RouteRefresh refresh) {
        int start = begin(out, MessageType.ROUTE_REFRESH);
        out.writeShort(refresh.afi()).writeByte(refresh.kind().code()).writeByte(refresh.safi());
        end(out, start);
    }

    /** Writes a header without its length; gives where it starts. */
    static int begin(ByteBuf out, MessageType type) {
        int start = out.writerIndex();
        out.writeLong(-1L).writeLong(-1L).writeShort(0).writeByte(type.code());
        return start;
    }

    /** Fills the length in. */
    static void end(ByteBuf out, int start) {
        out.setShort(start + MessageType.MARKER_BYTES, out.writerIndex() - start);
    }

    private static void capability(ByteBuf out, Capability capability) {
        out.writeByte(capability.code());
        int lengthIndex = out.writerIndex();
        out.writeByte(0);
        switch (capability) {
            case Capability.Multiprotocol(int afi, int safi) -> out.writeShort(afi).writeByte(0).writeByte(safi);
            case Capability.ExtendedNextHop(var encodings) -> encodings.forEach(
                    encoding -> out.writeShort(encoding.afi()).writeShort(encoding.safi()).writeShort(encoding.nextHopAfi()));
            case Capability.GracefulRestart restart -> {
                out.writeShort((restart.restarting() ? 0x8000 : 0) | (restart.notification() ? 0x4000 : 0) | restart.restartTimeSeconds());
                restart.families().forEach(
                        family -> out.writeShort(family.afi()).writeByte(family.safi()).writeByte(family.forwarding() ? 0x80 : 0));
            }
            case Capability.FourOctetAs(AsNumber asn) -> out.writeInt((int) asn.value());
            case Capability.Unknown unknown -> out.writeBytes(ByteBufUtil.decodeHexDump(unknown.hex()));
            case Capability.RouteRefresh _,Capability.ExtendedMessage _,Capability.EnhancedRouteRefresh _ -> { // no value
            }
        }
        int length = out.writerIndex() - lengthIndex - 1;
        if (length > 255) {
            throw new IllegalArgumentException(capability + " has " + length + " octets, at most 255 are possible");
        }
        out.setByte(lengthIndex, length);
    }
}
