package io.roadstead.plugin.datapath.ebpf.view;

import java.util.Comparator;
import java.util.Optional;

import io.roadstead.api.lb.Flow;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.plugin.datapath.ebpf.map.Tuple;

/** Between tuples of maps and flows of the API. */
final class Flows {

    static final Comparator<Flow> ORDER = Comparator.comparing(Flow::destination).thenComparingInt(Flow::destinationPort)
            .thenComparing(Flow::protocol).thenComparing(Flow::source).thenComparingInt(Flow::sourcePort);

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int SCTP = 132;

    private Flows() {
    }

    /** Empty for a protocol that Services do not have. A socket's flow has no source yet, which is shown as the unspecified address of its family. */
    static Optional<Flow> of(Tuple tuple) {
        boolean none = tuple.source().isUnspecified() && tuple.destination().family() == AddressFamily.IPV4;
        IpAddress source = none ? IpAddress.ipv4(0) : tuple.source();
        return protocol(tuple.protocol())
                .map(protocol -> new Flow(protocol, source, tuple.sourcePort(), tuple.destination(), tuple.destinationPort()));
    }

    static Tuple reversed(Tuple tuple) {
        return new Tuple(tuple.destination(), tuple.source(), tuple.destinationPort(), tuple.sourcePort(), tuple.protocol());
    }

    static String text(IpAddress address, int port) {
        return (address.family() == AddressFamily.IPV6 ? "[" + address + "]" : address.toString()) + ":" + port;
    }

    private static Optional<Protocol> protocol(int number) {
        return switch (number) {
            case TCP -> Optional.of(Protocol.TCP);
            case UDP -> Optional.of(Protocol.UDP);
            case SCTP -> Optional.of(Protocol.SCTP);
            default -> Optional.empty();
        };
    }
}
