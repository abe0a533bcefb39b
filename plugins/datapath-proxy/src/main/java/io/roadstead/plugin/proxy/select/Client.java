package io.roadstead.plugin.proxy.select;

import java.net.InetSocketAddress;

import io.roadstead.api.model.net.IpAddress;

/** Where a flow comes from. */
public record Client(IpAddress address, int port) {

    public static Client of(InetSocketAddress address) {
        return new Client(IpAddress.of(address.getAddress()), address.getPort());
    }
}
