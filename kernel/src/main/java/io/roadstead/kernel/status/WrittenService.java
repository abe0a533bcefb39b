package io.roadstead.kernel.status;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.view.ServiceView.Backend;
import io.roadstead.api.view.ServiceView.Frontend;
import io.roadstead.kernel.lb.ClusterPolicy;

/** A Service's frontends and backends as its owner and the clusters wrote them, while nothing carries them. */
record WrittenService(Service service, ClusterView cluster, ClusterPolicy policy) {

    List<Frontend> frontends() {
        Service.Spec spec = service.spec();
        List<Frontend> frontends = new ArrayList<>();
        for (Service.Port port : spec.ports()) {
            add(frontends, "ClusterIP", spec.clusterIps(), port.port(), port);
            if (port.nodePort() > 0) {
                add(frontends, "NodePort", everyAddress(spec.clusterIps()), port.nodePort(), port);
            }
            add(frontends, "LoadBalancer", service.status().loadBalancerIngress(), port.port(), port);
            add(frontends, "ExternalIPs", spec.externalIps(), port.port(), port);
        }
        return frontends;
    }

    /** A node port is open on every address of the node, of the families that the Service has. */
    private static List<IpAddress> everyAddress(List<IpAddress> clusterIps) {
        Set<IpAddress> unspecified = new LinkedHashSet<>();
        clusterIps.forEach(address -> unspecified.add(address.family() == AddressFamily.IPV4 ? IpAddress.ipv4(0) : IpAddress.ipv6(0, 0)));
        return List.copyOf(unspecified);
    }

    private void add(List<Frontend> frontends, String type, List<IpAddress> addresses, int number, Service.Port port) {
        for (IpAddress address : addresses) {
            frontends.add(new Frontend(0, address, number, port.protocol(), type, false, backends(address.family(), port)));
        }
    }

    private List<Backend> backends(AddressFamily family, Service.Port port) {
        List<Backend> backends = new ArrayList<>();
        for (EndpointSlice slice : cluster.slicesOf(service.meta().namespace(), service.meta().name())) {
            if (slice.family() == family) {
                for (EndpointSlice.Port target : slice.ports()) {
                    if (target.name().equals(port.name()) && target.protocol() == port.protocol()) {
                        slice.endpoints().forEach(endpoint -> backends.add(new Backend(endpoint.addresses().getFirst(),
                                target.port() == 0 ? port.port() : target.port(), "", endpoint.nodeName(), state(endpoint.conditions()),
                                false)));
                    }
                }
            }
        }
        if (policy.global()) {
            cluster.remoteServicesOf(service.meta().namespace(), service.meta().name())
                    .forEach(shared -> add(backends, shared, family, port));
        }
        return preferred(backends);
    }

    private static void add(List<Backend> backends, RemoteService shared, AddressFamily family, Service.Port port) {
        for (RemoteService.Endpoint endpoint : shared.endpoints()) {
            if (endpoint.address().family() == family) {
                String state = switch (endpoint.condition()) {
                    case ACTIVE -> "active";
                    case TERMINATING -> "terminating";
                };
                endpoint.numbers(port).forEach(
                        number -> backends.add(new Backend(endpoint.address(), number, shared.cluster(), "", state, false)));
            }
        }
    }

    private List<Backend> preferred(List<Backend> backends) {
        Set<String> preferred = policy.preferred(backends.stream().map(Backend::cluster).collect(Collectors.toSet()));
        return backends.stream().map(backend -> new Backend(backend.address(), backend.port(), backend.cluster(), backend.node(),
                backend.state(), preferred.contains(backend.cluster()))).toList();
    }

    private static String state(EndpointSlice.Conditions conditions) {
        if (conditions.active()) {
            return "active";
        }
        return conditions.terminating() ? "terminating" : "maintenance";
    }
}
