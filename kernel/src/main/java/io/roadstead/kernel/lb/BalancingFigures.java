package io.roadstead.kernel.lb;

import java.util.List;
import java.util.TreeMap;

import io.roadstead.api.metrics.Metric;

/** Figures at one moment. */
record BalancingFigures(int services, int frontends, int servicesNoted, long tablesBuilt) {

    List<Metric> metrics() {
        return List.of(metric("services", "Services that are balanced", Metric.Type.GAUGE, services),
                metric("frontends", "Addresses and ports that the datapath carries", Metric.Type.GAUGE, frontends),
                metric("services_not_as_written", "Services that are not balanced as their owners wrote", Metric.Type.GAUGE, servicesNoted),
                metric("tables_built_total", "Selection tables that algorithms have built", Metric.Type.COUNTER, (double) tablesBuilt));
    }

    private static Metric metric(String name, String help, Metric.Type type, double value) {
        return new Metric("roadstead_loadbalancer_" + name, help, type, List.of(new Metric.Sample(new TreeMap<>(), value)));
    }
}
