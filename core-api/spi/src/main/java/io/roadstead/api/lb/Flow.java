package io.roadstead.api.lb;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

/** A 5-tuple, in the direction of the packet that it describes. Ports 0 to 65535. */
public record Flow(Protocol protocol, IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
}
