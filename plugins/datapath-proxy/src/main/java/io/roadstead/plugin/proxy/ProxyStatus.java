package io.roadstead.plugin.proxy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.DatapathTables.Counter;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.metrics.Metric;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.InstanceStatus.Health;
import io.roadstead.plugin.proxy.relay.Bind;
import io.roadstead.plugin.proxy.relay.BindFailure;
import io.roadstead.plugin.proxy.relay.Environment;
import io.roadstead.plugin.proxy.relay.ProxyConfig;
import io.roadstead.plugin.proxy.relay.Traffic;
import io.roadstead.plugin.proxy.select.Reason;

/** How the datapath is, from what may be read at any time. Safe for any thread. */
final class ProxyStatus {

    private final Environment environment;
    private final Frontends frontends;

    ProxyStatus(Environment environment, Frontends frontends) {
        this.environment = environment;
        this.frontends = frontends;
    }

    InstanceStatus status() {
        List<String> problems = new ArrayList<>();
        frontends.refused().forEach((frontend, problem) -> problems.add("frontend " + frontend + ": " + problem));
        for (Bind bind : frontends.binds()) {
            FrontendState state = bind.serving().any();
            BindFailure failure = bind.problem();
            if (state != null && failure != null) {
                problems.add("frontend " + state.frontend() + " of " + state.service() + ": " + failure.text());
            }
            states(bind).filter(each -> !environment.modes().get().containsKey(each.dispatch()))
                    .forEach(each -> problems
                            .add("frontend " + each.frontend() + " of " + each.service() + ": the proxy cannot do dispatch mode "
                                    + each.dispatch() + "; choose another or load the plugin that provides it"));
        }
        problems.sort(null);
        Traffic traffic = environment.traffic();
        String summary = listening() + ", " + traffic.connections() + " connections, " + traffic.udpFlows() + " UDP flows";
        return new InstanceStatus(problems.isEmpty() ? Health.OK : Health.DEGRADED, summary, problems);
    }

    private static Stream<FrontendState> states(Bind bind) {
        return Stream.of(Scope.values()).map(bind.serving()::of).filter(ProxyStatus::isThere);
    }

    private static boolean isThere(@Nullable FrontendState state) {
        return state != null;
    }

    private String listening() {
        long listening = frontends.binds().stream().filter(Bind::listening).count();
        long not = frontends.binds().stream().filter(bind -> !bind.listening() && !bind.serving().isEmpty()).count();
        return listening + " listening" + (not == 0 ? "" : ", " + not + " not");
    }

    Map<String, String> facts() {
        ProxyConfig config = environment.config().get();
        Traffic traffic = environment.traffic();
        boolean epoll = environment.transport().allSettings();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Transport", epoll ? "epoll" : "nio");
        facts.put("Zero-Copy", epoll && config.spliceAfter() > 0 ? "splice after " + config.spliceAfter() + " bytes" : "Disabled");
        facts.put("Foreign Addresses", config.ipFreebind() ? "Enabled" : "Disabled");
        facts.put("Frontends", listening());
        facts.put("Connections", traffic.connections() + " of " + config.maxConnections());
        facts.put("UDP Flows", Integer.toString(traffic.udpFlows()));
        return facts;
    }

    List<Counter> counters() {
        Traffic traffic = environment.traffic();
        List<Counter> counters = new ArrayList<>();
        counters.add(new Counter("connections", false, traffic.connectionsBegun(), 0));
        counters.add(new Counter("UDP flows", false, traffic.udpFlowsBegun(), 0));
        counters.add(new Counter("UDP datagrams", false, traffic.datagrams(), 0));
        counters.add(new Counter("to backends", false, 0, traffic.bytes(true)));
        counters.add(new Counter("to clients", false, 0, traffic.bytes(false)));
        counters.add(new Counter("connect attempts failed", false, traffic.connectFailures(), 0));
        for (Reason reason : Reason.values()) {
            counters.add(new Counter(reason.text(), true, traffic.ended(reason), 0));
        }
        return counters;
    }

    List<Metric> metrics() {
        Traffic traffic = environment.traffic();
        List<Metric> metrics = new ArrayList<>();
        metrics.add(gauge("connections", "Connections that the proxy carries.", traffic.connections()));
        metrics.add(gauge("udp_flows", "UDP flows that the proxy remembers.", traffic.udpFlows()));
        metrics.add(gauge("listening", "Addresses and ports that the proxy listens on.",
                frontends.binds().stream().filter(Bind::listening).count()));
        metrics.add(counter("connections_total", "Connections accepted.", traffic.connectionsBegun()));
        metrics.add(counter("udp_flows_total", "UDP flows begun.", traffic.udpFlowsBegun()));
        metrics.add(counter("connect_failures_total", "Attempts to connect to a backend that failed.", traffic.connectFailures()));
        metrics.add(new Metric("roadstead_proxy_bytes_total", "Bytes carried, by direction.", Metric.Type.COUNTER,
                List.of(new Metric.Sample(labels("to", "backends"), (double) traffic.bytes(true)),
                        new Metric.Sample(labels("to", "clients"), (double) traffic.bytes(false)))));
        metrics.add(new Metric("roadstead_proxy_ended_total", "Flows and datagrams turned away or cut off, by reason.", Metric.Type.COUNTER,
                Stream.of(Reason.values()).map(reason -> new Metric.Sample(labels("reason", reason.text()), (double) traffic.ended(reason)))
                        .toList()));
        return metrics;
    }

    private static Metric gauge(String name, String help, long value) {
        return new Metric("roadstead_proxy_" + name, help, Metric.Type.GAUGE, List.of(new Metric.Sample(new TreeMap<>(), (double) value)));
    }

    private static Metric counter(String name, String help, long value) {
        return new Metric("roadstead_proxy_" + name, help, Metric.Type.COUNTER,
                List.of(new Metric.Sample(new TreeMap<>(), (double) value)));
    }

    private static SortedMap<String, String> labels(String name, String value) {
        return new TreeMap<>(Map.of(name, value));
    }
}
