package io.roadstead.kernel.status;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.view.ServiceView;
import io.roadstead.api.view.ServiceView.Backend;
import io.roadstead.api.view.ServiceView.Frontend;
import io.roadstead.kernel.lb.ClusterPolicy;

/** Services with their frontends, and the backends behind each: as the datapath is to carry them, or, while none does, as they are written. Asked on the control loop. */
final class ServiceViews {

    private final ClusterView cluster;
    private final String ownCluster;
    private final Function<ResourceKey, String> pending;
    private final Function<ResourceKey, List<Reason>> notes;
    private final Map<String, List<FrontendState>> carried;
    private final boolean carrying;

    /**
     * @param ownCluster name of the own cluster
     * @param carried  what the datapath is to carry
     * @param carrying whether there is a datapath
     */
    ServiceViews(ClusterView cluster, String ownCluster, Function<ResourceKey, String> pending, Function<ResourceKey, List<Reason>> notes,
            Collection<FrontendState> carried, boolean carrying) {
        this.cluster = cluster;
        this.ownCluster = ownCluster;
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
        ClusterPolicy policy = ClusterPolicy.of(service.meta().annotations(), ownCluster, noted -> {
        });
        List<Frontend> frontends = carrying
                ? carried.getOrDefault(service.displayName(), List.of()).stream().sorted(Comparator.comparing(FrontendState::type))
                        .map(state -> frontend(state, ids, policy)).toList()
                : new WrittenService(service, cluster, policy).frontends();
        return new ServiceView(service.meta().namespace(), service.meta().name(), service.spec().type().text(),
                service.spec().externalTrafficPolicy().text(), service.status().loadBalancerIngress(), pending.apply(service.key()),
                frontends, notes.apply(service.key()));
    }

    private static Frontend frontend(FrontendState state, Map<io.roadstead.api.lb.Frontend, Long> ids, ClusterPolicy policy) {
        io.roadstead.api.lb.Frontend key = state.frontend();
        Set<String> preferred =
                policy.preferred(state.backends().stream().map(io.roadstead.api.lb.Backend::cluster).collect(Collectors.toSet()));
        return new Frontend(ids.getOrDefault(key, 0L), key.address(), key.port(), key.protocol(), state.type().text(),
                key.scope() == Scope.INTERNAL, state.backends().stream().map(backend -> new Backend(backend.address(), backend.port(),
                        backend.cluster(), backend.nodeName(), state(backend.state()),
                        preferred.contains(backend.cluster()))).toList());
    }

    private static String state(BackendState state) {
        return switch (state) {
            case ACTIVE -> "active";
            case TERMINATING, TERMINATING_NOT_SERVING -> "terminating";
            case QUARANTINED -> "quarantined";
            case MAINTENANCE -> "maintenance";
        };
    }
}
