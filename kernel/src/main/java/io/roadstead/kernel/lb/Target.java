package io.roadstead.kernel.lb;

import io.roadstead.api.lb.Frontend;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

/** What two Services cannot both have: a frontend whatever its scope. */
record Target(IpAddress address, int port, Protocol protocol) {

    static Target of(Frontend frontend) {
        return new Target(frontend.address(), frontend.port(), frontend.protocol());
    }
}
