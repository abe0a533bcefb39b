package io.roadstead.plugin.proxy.select;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/** What tells one backend of a frontend from another. */
public record BackendKey(IpAddress address, int port) {

    public static BackendKey of(Backend backend) {
        return new BackendKey(backend.address(), backend.port());
    }

    @Override
    public String toString() {
        return (address.family() == AddressFamily.IPV6 ? "[" + address + "]" : address) + ":" + port;
    }
}
