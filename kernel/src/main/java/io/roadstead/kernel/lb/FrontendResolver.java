package io.roadstead.kernel.lb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.TableRequest;
import io.roadstead.api.lb.WeightedBackend;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.route.Reason;

/**
 * Turns a Service's plan into what a datapath carries, with the algorithms and dispatch modes that there are. Pure but for the tables that it lets be built.
 *
 * @param abilities what the datapath can do
 */
record FrontendResolver(LoadBalancerSettings settings, Algorithms algorithms, Map<String, DispatchMode<?>> modes,
        Set<DispatchMode.Need> abilities, FrontendClaims claims, String localZone) {

    FrontendResolver {
        modes = Map.copyOf(modes);
        abilities = Set.copyOf(abilities);
    }

    /** Evaluates one Service. A frontend that nothing can be done for now stays as it was. */
    void resolve(ResourceKey key, ServiceEntry entry) {
        ServicePlan plan = entry.plan();
        Set<Reason> notes = new LinkedHashSet<>(plan.notes());
        Map<Frontend, FrontendState> states = new LinkedHashMap<>();
        entry.tables().begin();
        for (PlannedFrontend planned : plan.frontends()) {
            ResourceKey owner = claims.owner(Target.of(planned.frontend()));
            if (!owner.equals(key)) {
                notes.add(new Reason(LbReason.FRONTEND_TAKEN, planned.frontend() + " of " + owner));
                continue;
            }
            FrontendState state = state(plan, planned, entry.tables(), notes);
            FrontendState kept = state == null ? entry.state(planned.frontend()) : state;
            if (kept != null) {
                states.put(planned.frontend(), kept);
            }
        }
        entry.resolved(states, List.copyOf(notes));
    }

    private @Nullable FrontendState state(ServicePlan plan, PlannedFrontend planned, Algorithms.Tables tables, Set<Reason> notes) {
        String dispatch = dispatch(plan, planned, notes);
        Choice choice = choose(plan, planned, tables, notes);
        if (dispatch == null || choice == null) {
            return null;
        }
        BackendSet set = planned.backends();
        return new FrontendState(planned.frontend(), planned.type(), plan.service(), planned.port().name(), set.backends(),
                set.selectable(),
                choice.table, choice.algorithm, dispatch, planned.localOnly(), plan.affinity(), planned.sourceRanges(),
                settings.noBackend());
    }

    /** Null when there is none that can be used. */
    private @Nullable String dispatch(ServicePlan plan, PlannedFrontend planned, Set<Reason> notes) {
        String asked = plan.annotations().dispatch();
        String usual = DispatchModes.resolve(settings.dispatch(), planned.frontend().protocol());
        String wanted = asked == null ? usual : DispatchModes.resolve(asked, planned.frontend().protocol());
        for (String name : new LinkedHashSet<>(List.of(wanted, usual))) {
            Reason obstacle = obstacle(name);
            if (obstacle == null) {
                return name;
            } else if (!name.equals(usual)) {
                notes.add(obstacle);
            } else {
                notes.add(new Reason(LbReason.NO_DISPATCH,
                        obstacle.code() == LbReason.DISPATCH_MISSING ? name + " is not loaded" : obstacle.subject()));
            }
        }
        return null;
    }

    private @Nullable Reason obstacle(String dispatch) {
        DispatchMode<?> mode = modes.get(dispatch);
        if (mode == null) {
            return new Reason(LbReason.DISPATCH_MISSING, dispatch);
        }
        List<String> lacking = mode.needs().stream().filter(need -> !abilities.contains(need)).map(Enum::name).sorted().toList();
        return lacking.isEmpty() ? null : new Reason(LbReason.DISPATCH_UNSUPPORTED, dispatch + " needs " + String.join(", ", lacking));
    }

    /** Null when backends are there and no algorithm can be used. */
    private @Nullable Choice choose(ServicePlan plan, PlannedFrontend planned, Algorithms.Tables tables, Set<Reason> notes) {
        String asked = plan.annotations().algorithm();
        String usual = settings.algorithm();
        List<String> names = new ArrayList<>(new LinkedHashSet<>(List.of(asked == null ? usual : asked, usual)));
        for (String name : names) {
            if (!algorithms.has(name)) {
                notes.add(name.equals(usual)
                        ? new Reason(LbReason.NO_ALGORITHM, name + " is not loaded")
                        : new Reason(LbReason.ALGORITHM_MISSING, name));
            } else if (planned.backends().selectable() == 0) {
                return new Choice(name, null);
            } else {
                Algorithms.Built built = tables.table(name, request(plan, planned));
                if (built.table() != null) {
                    return new Choice(name, built.table());
                }
                notes.add(new Reason(LbReason.ALGORITHM_FAILED, built.failure()));
            }
        }
        return planned.backends().selectable() == 0 ? new Choice(names.getFirst(), null) : null;
    }

    /** The same for all frontends of a Service's port with equal backends, so that they share the table. */
    private TableRequest request(ServicePlan plan, PlannedFrontend planned) {
        BackendSet set = planned.backends();
        return request(plan, planned.port(), set.backends().subList(0, set.selectable()), plan.tableSize(settings).slots(set.known()),
                localZone);
    }

    static TableRequest request(ServicePlan plan, Service.Port port, List<Backend> backends, int slots, String localZone) {
        return new TableRequest(plan.service() + ":" + port.port(), port.protocol(),
                backends.stream().map(FrontendResolver::weighted).toList(), slots, localZone);
    }

    private static WeightedBackend weighted(Backend backend) {
        return new WeightedBackend(backend.address(), backend.port(), backend.weight(), backend.zone());
    }

    private record Choice(String algorithm, @Nullable FixedTable table) {
    }
}
