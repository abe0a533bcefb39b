package io.roadstead.kernel.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.ClusterView;

/** What is known of a Service that decides about its announcement, one clause each. */
final class ServiceFacts {

    private ServiceFacts() {
    }

    static List<String> of(Service service, ClusterView cluster) {
        Service.Spec spec = service.spec();
        List<String> facts = new ArrayList<>();
        facts.add("type " + spec.type().text() + spec.loadBalancerClassName().map(name -> ", class " + name).orElse(""));
        facts.add("labels " + new TreeMap<>(service.meta().labels()));
        addresses(facts, "LoadBalancerIP", service.status().loadBalancerIngress());
        addresses(facts, "ExternalIP", spec.externalIps());
        addresses(facts, "ClusterIP", spec.clusterIps());
        facts.add("externalTrafficPolicy " + spec.externalTrafficPolicy().text() + ", internalTrafficPolicy "
                + spec.internalTrafficPolicy().text());
        facts.add(endpoints(cluster.slicesOf(service.meta().namespace(), service.meta().name())));
        return facts;
    }

    private static void addresses(List<String> facts, String kind, List<IpAddress> addresses) {
        facts.add(kind + " "
                + (addresses.isEmpty() ? "none" : addresses.stream().map(IpAddress::toString).collect(Collectors.joining(", "))));
    }

    private static String endpoints(List<EndpointSlice> slices) {
        Map<String, int[]> readyAndAll = new TreeMap<>();
        for (EndpointSlice slice : slices) {
            for (EndpointSlice.Endpoint endpoint : slice.endpoints()) {
                int[] counts =
                        readyAndAll.computeIfAbsent(endpoint.nodeName().isEmpty() ? "no node" : endpoint.nodeName(), node -> new int[2]);
                counts[0] += endpoint.conditions().active() ? 1 : 0;
                counts[1]++;
            }
        }
        return readyAndAll.isEmpty()
                ? "endpoints none"
                : readyAndAll.entrySet().stream()
                        .map(node -> node.getKey() + " " + node.getValue()[0] + "/" + node.getValue()[1] + " ready")
                        .collect(Collectors.joining(", ", "endpoints ", ""));
    }
}
