package io.roadstead.plugin.adminhttp;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.view.BalancingViews;
import io.roadstead.plugin.adminhttp.Endpoints.Query;

/** The paths about load balancing. */
final class BalancingEndpoints {

    private static final int MOST_FLOWS = 100_000;
    private static final String DEFAULT_FLOWS = "1000";

    private final BalancingViews views;

    private BalancingEndpoints(BalancingViews views) {
        this.views = views;
    }

    static void addTo(Endpoints endpoints, BalancingViews views) {
        BalancingEndpoints balancing = new BalancingEndpoints(views);
        endpoints.add("/v1/lb/entries", List.of(), query -> views.entries());
        endpoints.add("/v1/lb/source-ranges", List.of(), query -> views.sourceRanges());
        endpoints.add("/v1/lb/maps", List.of(), query -> views.tables());
        endpoints.add("/v1/lb/counters", List.of(), query -> views.counters());
        endpoints.add("/v1/lb/flows", List.of("limit"), query -> views.connections(limit(query)));
        endpoints.add("/v1/lb/translations", List.of("limit"), query -> views.translations(limit(query)));
        endpoints.add("/v1/lb/simulate", List.of("service", "without"), balancing::simulate);
        endpoints.add("/v1/explain/flow", List.of("src", "dst", "proto"), query -> views.explainFlow(flow(query)));
        endpoints.add("/v1/observe", List.of("pod", "service", "ip", "port", "protocol", "verdict"), balancing::observe);
    }

    private static int limit(Query query) {
        return number("limit", query.optional("limit").orElse(DEFAULT_FLOWS), 1, MOST_FLOWS);
    }

    private static int number(String parameter, String text, int least, int most) {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw bad(parameter, "'" + text + "' is not in " + least + " to " + most, "write a number");
        }
        return Integer.parseInt(text);
    }

    private CompletionStage<?> simulate(Query query) {
        String service = Endpoints.serviceName(query.required("service", "default/webpod"));
        String without = query.optional("without").orElse("");
        Place place = without.isEmpty() ? new Place(null, 0) : place("without", without, false);
        int slash = service.indexOf('/');
        return views.simulate(service.substring(0, slash), service.substring(slash + 1), place.address, place.port);
    }

    private static Flow flow(Query query) {
        Place source = place("src", query.required("src", "192.0.2.7:40000"), true);
        Place destination = place("dst", query.required("dst", "172.16.1.1:80"), true);
        if (source.address == null || destination.address == null || source.address.family() != destination.address.family()) {
            throw bad("dst", "is not of the family of src", "ask with two IPv4 or two IPv6 addresses");
        }
        return new Flow(protocol(query.optional("proto").orElse("tcp"), "proto"), source.address, source.port, destination.address,
                destination.port);
    }

    private static Protocol protocol(String word, String parameter) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "tcp" -> Protocol.TCP;
            case "udp" -> Protocol.UDP;
            default -> throw bad(parameter, "'" + word + "' is not known", "it is tcp or udp");
        };
    }

    /** An address with its port; port 0 means that none was given. */
    private record Place(@Nullable IpAddress address, int port) {
    }

    /** Reads {@code 192.0.2.7:80}, {@code [fd00::7]:80} and, where the port may be missing, the address alone. */
    private static Place place(String parameter, String text, boolean portNeeded) {
        boolean bracketed = text.startsWith("[");
        int end = bracketed ? text.indexOf(']') : text.lastIndexOf(':');
        boolean bare = !bracketed && IpAddress.tryParse(text).isPresent();
        String address = bare ? text : end < 0 ? text : text.substring(bracketed ? 1 : 0, end);
        String rest = bare || end < 0 ? "" : text.substring(bracketed ? end + 1 : end);
        boolean shaped = rest.isEmpty() ? !portNeeded : rest.matches(":[0-9]{1,5}");
        IpAddress parsed = IpAddress.tryParse(address).orElse(null);
        if (parsed == null || !shaped) {
            throw bad(parameter, "'" + text + "' is not an address with a port", "write it like 192.0.2.7:40000 or [2001:db8::7]:40000");
        }
        return new Place(parsed, rest.isEmpty() ? 0 : number(parameter, rest.substring(1), 1, 65535));
    }

    private CompletionStage<?> observe(Query query) {
        String service = query.optional("service").map(Endpoints::serviceName).orElse("");
        String port = query.optional("port").orElse("");
        String protocol = query.optional("protocol").orElse("");
        String verdict = query.optional("verdict").orElse("");
        if (!verdict.isEmpty() && !EventFilter.VERDICTS.contains(verdict)) {
            throw bad("verdict", "'" + verdict + "' is not known", "it is one of " + String.join(", ", EventFilter.VERDICTS));
        }
        IpAddress ip = query.optional("ip").map(text -> IpAddress.tryParse(text)
                .orElseThrow(() -> bad("ip", "'" + text + "' is not an address", "write it like 192.0.2.7"))).orElse(null);
        EventFilter filter = new EventFilter(service, ip, port.isEmpty() ? 0 : number("port", port, 1, 65535),
                protocol.isEmpty() ? null : protocol(protocol, "protocol"), verdict, Set.of());
        String pod = query.optional("pod").map(Endpoints::serviceName).orElse("");
        if (pod.isEmpty()) {
            return CompletableFuture.completedFuture(new EventStream.Wish(filter, views::observe));
        }
        List<String> parts = Arrays.asList(pod.split("/", -1));
        return views.podAddresses(parts.getFirst(), parts.getLast()).thenApply(addresses -> {
            if (addresses.isEmpty()) {
                throw new RoadsteadException(CommonErrorCode.NOT_FOUND, "Pod " + pod, "stands behind no Service",
                        "ask by its address with ip");
            }
            return new EventStream.Wish(filter.of(Set.copyOf(addresses)), views::observe);
        });
    }

    private static RoadsteadException bad(String parameter, String problem, String remedy) {
        return new RoadsteadException(CommonErrorCode.BAD_REQUEST, "parameter " + parameter, problem, remedy);
    }
}
