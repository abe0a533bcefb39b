package io.roadstead.plugin.kubernetes.write;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.source.StatusUpdate.ServiceAnnouncement;
import io.roadstead.api.source.StatusUpdate.ServiceStatus;
import io.roadstead.plugin.kubernetes.call.Trees;

/** The status of a Service in the API's form. Pure. */
final class ServiceTree {
    private static final String SATISFIED = "cilium.io/IPAMRequestSatisfied";
    /** A Service's says nothing about which of its contents was looked at: most servers count none for it. */
    private static final long UNKNOWN_GENERATION = -1;

    private ServiceTree() {
    }

    /** What has to change in the status; empty when nothing has. A null in it removes. */
    static Map<String, ?> patch(Known known, Wanted wanted, Instant now) {
        Map<String, Object> patch = new LinkedHashMap<>();
        List<?> conditions = Trees.list(known.status().get("conditions"));
        List<?> changed = conditions;
        ServiceStatus service = wanted.service();
        if (service != null) {
            List<?> ingress = Trees.list(Trees.map(known.status().get("loadBalancer")).get("ingress"));
            List<IpAddress> addresses = service.status().loadBalancerIngress();
            if (!addresses.equals(addresses(ingress))) {
                List<?> entries = entries(addresses, ingress);
                Map<String, Object> loadBalancer = new LinkedHashMap<>();
                loadBalancer.put("ingress", entries.isEmpty() ? null : entries);
                patch.put("loadBalancer", loadBalancer);
            }
            // The others that it names were read from the object, and are their writers' business.
            List<Condition> ours = service.status().conditions().stream().filter(condition -> condition.type().equals(SATISFIED)).toList();
            changed = ConditionTrees.merge(changed, SATISFIED::equals, ours, UNKNOWN_GENERATION, now);
        }
        ServiceAnnouncement announcement = wanted.announcement();
        if (announcement != null) {
            Condition condition = announcement.condition();
            changed = ConditionTrees.merge(changed, ServiceAnnouncement.TYPE::equals, condition == null ? List.of() : List.of(condition),
                    UNKNOWN_GENERATION, now);
        }
        if (!changed.equals(conditions)) {
            patch.put("conditions", changed.isEmpty() ? null : changed);
        }
        return patch;
    }

    /** In the list's order; host names and what is no address are left out. */
    private static List<IpAddress> addresses(List<?> ingress) {
        return ingress.stream().flatMap(entry -> address(entry).stream()).toList();
    }

    /** The entries that are there already stay whole, with what the server or others added; host names stay behind them. */
    private static List<?> entries(List<IpAddress> addresses, List<?> ingress) {
        List<Object> entries = new ArrayList<>();
        for (IpAddress address : addresses) {
            Optional<?> present = ingress.stream().filter(entry -> address(entry).equals(Optional.of(address))).findFirst();
            entries.add(present.isPresent() ? present.get() : Map.of("ip", address.toString()));
        }
        ingress.stream().filter(entry -> Trees.text(Trees.map(entry).get("ip")).isEmpty()).forEach(entries::add);
        return entries;
    }

    private static Optional<IpAddress> address(Object entry) {
        return IpAddress.tryParse(Trees.text(Trees.map(entry).get("ip")));
    }
}
