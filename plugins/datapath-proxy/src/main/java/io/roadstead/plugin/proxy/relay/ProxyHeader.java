package io.roadstead.plugin.proxy.relay;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.proxy.select.Client;

/**
 * Writes the header of the PROXY protocol's version 2 (haproxy.org, proxy-protocol.txt §2.2): who the client is and what it connected to. Its 28 or 52 octets
 * are not worth a library.
 */
final class ProxyHeader {

    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION_2_PROXY = 0x21;
    private static final int FAMILY_INET = 0x10;
    private static final int FAMILY_INET6 = 0x20;
    private static final int STREAM = 0x1;
    private static final int DATAGRAM = 0x2;
    private static final int PORTS = 4;

    private ProxyHeader() {
    }

    /** Both addresses have the same family, as a connection's have. */
    static ByteBuf encode(ByteBufAllocator allocator, Protocol protocol, Client source, IpAddress destination, int destinationPort) {
        AddressFamily family = source.address().family();
        if (family != destination.family()) {
            throw new IllegalArgumentException("a flow from " + source.address() + " to " + destination + " mixes families");
        }
        int length = 2 * family.bytes() + PORTS;
        ByteBuf header = allocator.directBuffer(SIGNATURE.length + 4 + length);
        header.writeBytes(SIGNATURE);
        header.writeByte(VERSION_2_PROXY);
        header.writeByte((family == AddressFamily.IPV4 ? FAMILY_INET : FAMILY_INET6) | (protocol == Protocol.UDP ? DATAGRAM : STREAM));
        header.writeShort(length);
        header.writeBytes(source.address().toBytes());
        header.writeBytes(destination.toBytes());
        header.writeShort(source.port());
        header.writeShort(destinationPort);
        return header;
    }
}
