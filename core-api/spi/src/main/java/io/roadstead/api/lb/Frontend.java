package io.roadstead.api.lb;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

/**
 * Where clients connect. The key of everything that a datapath keeps of it.
 *
 * @param port  1 to 65535
 * @param scope which clients it is for; two frontends that differ in nothing else serve a Service whose policies differ
 */
public record Frontend(IpAddress address, int port, Protocol protocol, Scope scope) {
    public Frontend {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
        }
    }

    /** Which clients a frontend is for. */
    public enum Scope {
        /** Clients outside of the cluster, and all others where there is no frontend of {@link #INTERNAL} scope beside it. */
        EXTERNAL,
        /** Pods and the node itself. */
        INTERNAL
    }

    /** {@code address:port/PROTOCOL}, with {@code /i} for internal scope, as Cilium writes it. */
    @Override
    public String toString() {
        String host = address.family() == AddressFamily.IPV6 ? "[" + address + "]" : address.toString();
        return host + ":" + port + "/" + protocol + (scope == Scope.INTERNAL ? "/i" : "");
    }
}
