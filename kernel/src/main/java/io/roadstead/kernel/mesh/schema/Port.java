package io.roadstead.kernel.mesh.schema;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

import io.roadstead.api.model.service.Protocol;

/**
 * A port under its name.
 *
 * @param protocol {@code TCP}, {@code UDP}, {@code SCTP}, or another that no Service has
 * @param number   0 to 65535
 */
public record Port(String protocol, int number) {

    private static final Map<String, Protocol> KNOWN = Map.of("TCP", Protocol.TCP, "UDP", Protocol.UDP, "SCTP", Protocol.SCTP);

    public Port(Protocol protocol, int number) {
        this(protocol.name(), number);
    }

    /** Empty for another. */
    Optional<Protocol> knownProtocol() {
        return Optional.ofNullable(KNOWN.get(protocol));
    }

    void write(JsonOutput out) throws IOException {
        out.object(it -> it.text("Protocol", protocol).number("Port", number));
    }
}
