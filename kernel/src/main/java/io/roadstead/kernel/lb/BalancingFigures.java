package io.roadstead.kernel.lb;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.roadstead.api.metrics.Metric;

/** Figures at one moment. */
record BalancingFigures(int services, int frontends, int servicesNoted, long tablesBuilt, Events events) {

    /** How often Services came, changed and went since the start. */
    record Events(long added, long updated, long deleted) {
        static final Events NONE = new Events(0, 0, 0);

        Events and(long more, long changed, long fewer) {
            return new Events(added + more, updated + changed, deleted + fewer);
        }
    }

    List<Metric> metrics() {
        return List.of(metric("services", "Services that are balanced", Metric.Type.GAUGE, services),
                metric("frontends", "Addresses and ports that the datapath carries", Metric.Type.GAUGE, frontends),
                metric("services_not_as_written", "Services that are not balanced as their owners wrote", Metric.Type.GAUGE, servicesNoted),
                metric("tables_built_total", "Selection tables that algorithms have built", Metric.Type.COUNTER, (double) tablesBuilt),
                new Metric("roadstead_services_events_total", "Services that came, changed or went", Metric.Type.COUNTER,
                        List.of(event("add", events.added), event("delete", events.deleted), event("update", events.updated))));
    }

    private static Metric metric(String name, String help, Metric.Type type, double value) {
        return new Metric("roadstead_loadbalancer_" + name, help, type, List.of(new Metric.Sample(new TreeMap<>(), value)));
    }

    private static Metric.Sample event(String action, long count) {
        return new Metric.Sample(new TreeMap<>(Map.of("action", action)), (double) count);
    }
}
