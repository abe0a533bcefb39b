package io.roadstead.api.lb;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

/** Where clients connect. */
public record Frontend(IpAddress address, int port, Protocol protocol) {
}
