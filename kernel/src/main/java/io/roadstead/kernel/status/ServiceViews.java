package io.roadstead.kernel.status;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.view.ServiceView;
import io.roadstead.api.view.ServiceView.Backend;
import io.roadstead.api.view.ServiceView.Frontend;

/** Services with their frontends, and the backends behind each. Asked on the control loop. */
final class ServiceViews {

    private final ClusterView cluster;
    private final Function<ResourceKey, String> pending;

    ServiceViews(ClusterView cluster, Function<ResourceKey, String> pending) {
        this.cluster = cluster;
        this.pending = pending;
    }

    List<ServiceView> all() {
        return cluster.all(Service.class).stream().sorted(Comparator.comparing(Service::key)).map(this::view).toList();
    }

    private ServiceView view(Service service) {
        Service.Spec spec = service.spec();
        List<EndpointSlice> slices = cluster.slicesOf(service.meta().namespace(), service.meta().name());
        List<Frontend> frontends = new ArrayList<>();
        for (Service.Port port : spec.ports()) {
            add(frontends, "ClusterIP", spec.clusterIps(), port.port(), port, slices);
            if (port.nodePort() > 0) {
                add(frontends, "NodePort", everyAddress(spec.clusterIps()), port.nodePort(), port, slices);
            }
            add(frontends, "LoadBalancer", service.status().loadBalancerIngress(), port.port(), port, slices);
            add(frontends, "ExternalIP", spec.externalIps(), port.port(), port, slices);
        }
        return new ServiceView(service.meta().namespace(), service.meta().name(), spec.type().text(), spec.externalTrafficPolicy().text(),
                service.status().loadBalancerIngress(), pending.apply(service.key()), frontends);
    }

    /** A node port is open on every address of the node, of the families that the Service has. */
    private static List<IpAddress> everyAddress(List<IpAddress> clusterIps) {
        Set<IpAddress> unspecified = new LinkedHashSet<>();
        clusterIps.forEach(address -> unspecified.add(address.family() == AddressFamily.IPV4 ? IpAddress.ipv4(0) : IpAddress.ipv6(0, 0)));
        return List.copyOf(unspecified);
    }

    private static void add(List<Frontend> frontends, String type, List<IpAddress> addresses, int number, Service.Port port,
            List<EndpointSlice> slices) {
        for (IpAddress address : addresses) {
            frontends.add(new Frontend(address, number, port.protocol(), type, backends(address.family(), port, slices)));
        }
    }

    private static List<Backend> backends(AddressFamily family, Service.Port port, List<EndpointSlice> slices) {
        List<Backend> backends = new ArrayList<>();
        for (EndpointSlice slice : slices) {
            if (slice.family() == family) {
                for (EndpointSlice.Port target : slice.ports()) {
                    if (target.name().equals(port.name()) && target.protocol() == port.protocol()) {
                        slice.endpoints().forEach(endpoint -> backends.add(new Backend(endpoint.addresses().getFirst(),
                                target.port() == 0 ? port.port() : target.port(), endpoint.nodeName(), state(endpoint.conditions()))));
                    }
                }
            }
        }
        return backends;
    }

    private static String state(EndpointSlice.Conditions conditions) {
        if (conditions.active()) {
            return "active";
        }
        return conditions.terminating() ? "terminating" : "not-ready";
    }
}
