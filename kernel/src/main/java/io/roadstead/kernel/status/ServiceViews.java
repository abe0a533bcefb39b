package io.roadstead.kernel.status;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.view.ServiceView;
import io.roadstead.api.view.ServiceView.Backend;
import io.roadstead.api.view.ServiceView.Frontend;

/** Services with their frontends, and the backends behind each: as the datapath is to carry them, or, while none does, as they are written. Asked on the control loop. */
final class ServiceViews {

    private final ClusterView cluster;
    private final Function<ResourceKey, String> pending;
    private final Function<ResourceKey, List<Reason>> notes;
    private final Map<String, List<FrontendState>> carried;
    private final boolean carrying;

    /**
     * @param carried  what the datapath is to carry
     * @param carrying whether there is a datapath
     */
    ServiceViews(ClusterView cluster, Function<ResourceKey, String> pending, Function<ResourceKey, List<Reason>> notes,
            Collection<FrontendState> carried, boolean carrying) {
        this.cluster = cluster;
        this.pending = pending;
        this.notes = notes;
        this.carried = carried.stream().sorted(Comparator.comparing(FrontendState::frontend, BalancerViews.BY_FRONTEND))
                .collect(Collectors.groupingBy(FrontendState::service));
        this.carrying = carrying;
    }

    /** @param ids the datapath's numbers of frontends */
    List<ServiceView> all(Map<io.roadstead.api.lb.Frontend, Long> ids) {
        return cluster.all(Service.class).stream().sorted(Comparator.comparing(Service::key)).map(service -> view(service, ids)).toList();
    }

    private ServiceView view(Service service, Map<io.roadstead.api.lb.Frontend, Long> ids) {
        List<Frontend> frontends = carrying
                ? carried.getOrDefault(service.displayName(), List.of()).stream().sorted(Comparator.comparing(FrontendState::type))
                        .map(state -> frontend(state, ids)).toList()
                : written(service);
        return new ServiceView(service.meta().namespace(), service.meta().name(), service.spec().type().text(),
                service.spec().externalTrafficPolicy().text(), service.status().loadBalancerIngress(), pending.apply(service.key()),
                frontends, notes.apply(service.key()));
    }

    private static Frontend frontend(FrontendState state, Map<io.roadstead.api.lb.Frontend, Long> ids) {
        io.roadstead.api.lb.Frontend key = state.frontend();
        return new Frontend(ids.getOrDefault(key, 0L), key.address(), key.port(), key.protocol(), state.type().text(),
                key.scope() == Scope.INTERNAL, state.backends().stream().map(backend -> new Backend(backend.address(), backend.port(),
                        backend.cluster(), backend.nodeName(), state(backend.state()), false)).toList());
    }

    private static String state(BackendState state) {
        return switch (state) {
            case ACTIVE -> "active";
            case TERMINATING, TERMINATING_NOT_SERVING -> "terminating";
            case QUARANTINED -> "quarantined";
            case MAINTENANCE -> "maintenance";
        };
    }

    private List<Frontend> written(Service service) {
        Service.Spec spec = service.spec();
        List<EndpointSlice> slices = cluster.slicesOf(service.meta().namespace(), service.meta().name());
        List<Frontend> frontends = new ArrayList<>();
        for (Service.Port port : spec.ports()) {
            add(frontends, "ClusterIP", spec.clusterIps(), port.port(), port, slices);
            if (port.nodePort() > 0) {
                add(frontends, "NodePort", everyAddress(spec.clusterIps()), port.nodePort(), port, slices);
            }
            add(frontends, "LoadBalancer", service.status().loadBalancerIngress(), port.port(), port, slices);
            add(frontends, "ExternalIPs", spec.externalIps(), port.port(), port, slices);
        }
        return frontends;
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
            frontends.add(new Frontend(0, address, number, port.protocol(), type, false, backends(address.family(), port, slices)));
        }
    }

    private static List<Backend> backends(AddressFamily family, Service.Port port, List<EndpointSlice> slices) {
        List<Backend> backends = new ArrayList<>();
        for (EndpointSlice slice : slices) {
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
        return backends;
    }

    private static String state(EndpointSlice.Conditions conditions) {
        if (conditions.active()) {
            return "active";
        }
        return conditions.terminating() ? "terminating" : "maintenance";
    }
}
