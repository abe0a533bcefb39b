package io.roadstead.plugin.adminhttp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.maintenance.NodeMaintenance;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.api.view.KernelViews;
import io.roadstead.api.view.KernelViews.RouteTable;
import io.roadstead.api.view.StatusView;

/** The paths, what each takes and what it asks of the kernel. */
final class Endpoints {
    /** For answers that wait for other machines. */
    private static final Duration OUTSIDE = Duration.ofSeconds(45);
    private static final Text OK = new Text("text/plain; charset=utf-8", "ok\n");

    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    private final KernelViews views;

    Endpoints(KernelViews views, NodeMaintenance maintenance) {
        this.views = views;
        add("/v1/status", List.of(), query -> views.status());
        add("/v1/bgp/peers", List.of(), query -> views.peers());
        add("/v1/bgp/routes", List.of("table", "family", "peer"),
                query -> views.routes(table(query), family(query), query.optional("peer")));
        add("/v1/bgp/route-policies", List.of(), query -> views.routePolicies());
        add("/v1/services", List.of(), query -> views.services());
        add("/v1/ippools", List.of(), query -> views.pools());
        add("/v1/nodes", List.of(), query -> views.nodes());
        add("/v1/node/maintenance", List.of(), query -> maintenance.status());
        command("/v1/node/drain", List.of("reason"), query -> maintenance.drain(query.optional("reason").orElse("")));
        command("/v1/node/undrain", List.of(), query -> maintenance.undrain());
        add("/v1/routes", List.of(), query -> views.installedRoutes());
        add("/v1/mesh", List.of(), query -> views.mesh());
        add("/v1/mesh/troubleshoot", List.of("cluster"), OUTSIDE, query -> views.troubleshootMesh(query.required("cluster", "east")));
        add("/v1/plugins", List.of(), query -> views.plugins());
        add("/v1/resources", List.of(), query -> views.resources());
        add("/v1/explain/route", List.of("prefix"), query -> views.explainRoute(prefix(query)));
        add("/v1/explain/service", List.of("name"), this::explainService);
        BalancingEndpoints.addTo(this, views.balancing());
        add("/v1/config", List.of(), query -> views.config());
        add("/metrics", List.of(),
                query -> CompletableFuture.completedFuture(new Text(PrometheusText.CONTENT_TYPE, PrometheusText.of(views.metrics()))));
        // For what restarts an agent that does not answer: one whose part has failed is none the better for a restart.
        add("/livez", List.of(), query -> views.status().thenApply(status -> OK));
        add("/healthz", List.of(), query -> views.status().thenApply(Endpoints::health));
        add("/readyz", List.of(), query -> views.status().thenApply(Endpoints::readiness));
        WebPage page = WebPage.load();
        add("/", List.of(), query -> CompletableFuture.completedFuture(page));
    }

    /**
     * One path.
     *
     * @param parameters names that it understands
     * @param command    whether it changes something: then it takes POST only, and over the socket only
     * @param patience   how much longer an answer may take than is configured for all
     * @param answer     a view record for JSON, a {@link Text} or the {@link WebPage}
     */
    record Endpoint(String path, List<String> parameters, boolean command, Duration patience,
            Function<Query, CompletionStage<?>> answer) {
    }

    /** An answer that is not JSON. */
    record Text(String contentType, String text) {
    }

    /** The parameters that were given, each once and with a known name. */
    record Query(Map<String, String> parameters) {
        Optional<String> optional(String name) {
            return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
        }

        String required(String name, String example) {
            return optional(name).orElseThrow(() -> bad("parameter " + name, "is missing", "write ?" + name + "=" + example));
        }
    }

    /** Adds a path. */
    void add(String path, List<String> parameters, Function<Query, CompletionStage<?>> answer) {
        add(path, parameters, Duration.ZERO, answer);
    }

    private void add(String path, List<String> parameters, Duration patience, Function<Query, CompletionStage<?>> answer) {
        endpoints.put(path, new Endpoint(path, parameters, false, patience, answer));
    }

    private void command(String path, List<String> parameters, Function<Query, CompletionStage<?>> answer) {
        endpoints.put(path, new Endpoint(path, parameters, true, Duration.ZERO, answer));
    }

    /** Finds the path; when there is none the error names the nearest ones. */
    Endpoint find(String path) {
        Endpoint found = endpoints.get(path);
        if (found == null) {
            String nearest = String.join(" or ", Nearest.of(path, endpoints.keySet()));
            throw new RoadsteadException(CommonErrorCode.NOT_FOUND, path, "there is no such path", "try " + nearest);
        }
        return found;
    }

    /** Checks the parameters of a request. */
    static Query query(Endpoint endpoint, Map<String, ? extends Collection<String>> given) {
        Map<String, String> parameters = new LinkedHashMap<>();
        given.forEach((name, values) -> {
            if (!endpoint.parameters.contains(name)) {
                throw bad("parameter " + name, "is not known to " + endpoint.path,
                        endpoint.parameters.isEmpty() ? "leave it out" : "it takes " + String.join(", ", endpoint.parameters));
            }
            if (values.size() != 1) {
                throw bad("parameter " + name, "is given " + values.size() + " times", "give it once");
            }
            parameters.put(name, values.iterator().next());
        });
        return new Query(parameters);
    }

    private static RouteTable table(Query query) {
        return word(RouteTable.values(), query.optional("table").orElse("available"), "table");
    }

    private static AfiSafi family(Query query) {
        return word(AfiSafi.values(), query.optional("family").orElse("ipv4-unicast").replace('/', '-'), "family");
    }

    private static <E extends Enum<E>> E word(E[] values, String word, String parameter) {
        List<String> known = new ArrayList<>();
        for (E value : values) {
            String text = value.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (text.equals(word)) {
                return value;
            }
            known.add(text);
        }
        throw bad("parameter " + parameter, "'" + word + "' is not known", "it is one of " + String.join(", ", known));
    }

    private static IpPrefix prefix(Query query) {
        String text = query.required("prefix", "172.16.1.1/32");
        try {
            return IpPrefix.parse(text);
        } catch (IllegalArgumentException e) {
            throw bad("parameter prefix", String.valueOf(e.getMessage()), "write it like 172.16.1.1/32");
        }
    }

    private CompletionStage<?> explainService(Query query) {
        String name = serviceName(query.required("name", "default/webpod"));
        int slash = name.indexOf('/');
        return views.explainService(name.substring(0, slash), name.substring(slash + 1));
    }

    /** Of an object with a namespace, {@code default} when none is given. */
    static String serviceName(String name) {
        List<String> parts = Arrays.asList(name.split("/", -1));
        if (parts.size() > 2 || parts.stream().anyMatch(String::isEmpty)) {
            throw bad("parameter name", "'" + name + "' does not name an object", "write it like default/webpod");
        }
        return parts.size() == 1 ? "default/" + name : name;
    }

    private static Text health(StatusView status) {
        if (status.health() == Health.FAILED) {
            throw unavailable("the agent is not healthy: " + String.join("; ", status.problems()));
        }
        return OK;
    }

    private static Text readiness(StatusView status) {
        if (!status.synced()) {
            throw unavailable("the cluster's objects have not been read completely yet");
        }
        return health(status);
    }

    private static RoadsteadException unavailable(String problem) {
        return new RoadsteadException(CommonErrorCode.START_TIMEOUT, "agent", problem, "see 'roadstead status --verbose'");
    }

    private static RoadsteadException bad(String subject, String problem, String remedy) {
        return new RoadsteadException(CommonErrorCode.BAD_REQUEST, subject, problem, remedy);
    }
}
