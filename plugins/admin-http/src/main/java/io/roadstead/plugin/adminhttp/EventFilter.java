package io.roadstead.plugin.adminhttp;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowEvents.FlowEvent;
import io.roadstead.api.lb.FlowEvents.Kind;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;

/**
 * Which events somebody wants. An address or port counts wherever it stands: at the client, the frontend or the backend.
 *
 * @param service  {@code namespace/name}; empty for all
 * @param ip       null for all
 * @param port     0 for all
 * @param protocol null for all
 * @param verdict  one of {@link #VERDICTS}; empty for all
 * @param pod      addresses of one Pod; empty for all
 */
record EventFilter(String service, @Nullable IpAddress ip, int port, @Nullable Protocol protocol, String verdict, Set<IpAddress> pod)
        implements
        Predicate<FlowEvent> {

    static final List<String> VERDICTS = List.of("forwarded", "dropped", "new", "close");

    EventFilter {
        pod = Set.copyOf(pod);
    }

    EventFilter of(Set<IpAddress> addresses) {
        return new EventFilter(service, ip, port, protocol, verdict, addresses);
    }

    @Override
    public boolean test(FlowEvent event) {
        Flow flow = event.flow();
        return (service.isEmpty() || service.equals(event.service()))
                && (ip == null || flow.source().equals(ip) || flow.destination().equals(ip) || ip.equals(event.backend()))
                && (port == 0 || flow.sourcePort() == port || flow.destinationPort() == port || event.backendPort() == port)
                && (protocol == null || flow.protocol() == protocol) && verdict(event.kind())
                && (pod.isEmpty() || pod.contains(flow.source()) || event.backend() != null && pod.contains(event.backend()));
    }

    private boolean verdict(Kind kind) {
        return switch (verdict) {
            case "forwarded" -> kind != Kind.DROP;
            case "dropped" -> kind == Kind.DROP;
            case "new" -> kind == Kind.NEW;
            case "close" -> kind == Kind.CLOSE;
            default -> true;
        };
    }
}
