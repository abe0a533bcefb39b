package io.roadstead.plugin.bgp.session;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.Optional;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/** Addresses of sockets and of this node's interfaces. */
final class Addresses {

    private static final long MAPPED = 0xffffL;

    private Addresses() {
    }

    /** Of a socket; an IPv4 peer of a dual-stack socket is an IPv4 address. */
    static IpAddress of(InetSocketAddress address) {
        IpAddress ip = IpAddress.of(address.getAddress());
        boolean mapped = ip.family() == AddressFamily.IPV6 && ip.high() == 0 && ip.low() >>> Integer.SIZE == MAPPED;
        return mapped ? IpAddress.ipv4((int) ip.low()) : ip;
    }

    /** Of this end; null when the channel is closed. */
    static @Nullable IpAddress local(Channel channel) {
        SocketAddress local = channel.localAddress();
        return local instanceof InetSocketAddress address ? of(address) : null;
    }

    /** For a socket, with the interface as its zone where the address is link-local. */
    static InetAddress scoped(IpAddress address, @Nullable String networkInterface) {
        if (!address.isLinkLocal() || address.family() == AddressFamily.IPV4 || networkInterface == null) {
            return address.toInetAddress();
        }
        try {
            return Inet6Address.getByAddress(null, address.toBytes(), NetworkInterface.getByName(networkInterface));
        } catch (UnknownHostException | SocketException e) {
            throw new IllegalStateException("no interface " + networkInterface, e);
        }
    }

    /** The interface's address to speak from with the peer; empty when there is none. */
    static Optional<IpAddress> source(String networkInterface, IpAddress peer) {
        try {
            NetworkInterface found = NetworkInterface.getByName(networkInterface);
            return found == null ? Optional.empty() : first(found, peer.family(), peer.isLinkLocal());
        } catch (SocketException e) {
            throw new IllegalStateException("interface " + networkInterface + ": " + e.getMessage(), e);
        }
    }

    /** Another address of the interface that has this one; empty when there is none of the family. */
    static Optional<IpAddress> beside(IpAddress local, AddressFamily family) {
        try {
            NetworkInterface found = NetworkInterface.getByInetAddress(local.toInetAddress());
            return found == null ? Optional.empty() : first(found, family, false);
        } catch (SocketException ignored) { // no interface, no address
            return Optional.empty();
        }
    }

    private static Optional<IpAddress> first(NetworkInterface networkInterface, AddressFamily family, boolean linkLocal) {
        return networkInterface.inetAddresses().map(IpAddress::of)
                .filter(address -> address.family() == family && (family == AddressFamily.IPV4 || address.isLinkLocal() == linkLocal))
                .min(Comparator.naturalOrder());
    }
}
