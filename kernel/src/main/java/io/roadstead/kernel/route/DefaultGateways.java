package io.roadstead.kernel.route;

import java.util.Optional;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/** Where this node's default routes lead. */
@FunctionalInterface
public interface DefaultGateways {

    /** The gateway of the preferred default route of a family; empty when there is none, and where the system does not tell. */
    Optional<Gateway> of(AddressFamily family);

    /** A next hop and the name of the interface that it is reached through. */
    record Gateway(IpAddress address, String networkInterface) {
    }
}
