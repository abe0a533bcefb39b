package io.roadstead.kernel.ipam;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.Condition.Status;
import io.roadstead.api.view.PoolView;

/** The conditions that are written, in Cilium's words: its tools and `kubectl get ippools` read them. */
final class IpamConditions {

    static final String SATISFIED = "cilium.io/IPAMRequestSatisfied";
    private static final String CONFLICT = "cilium.io/PoolConflict";

    private IpamConditions() {
    }

    static Condition ofService(@Nullable Refusal refusal, String message) {
        return refusal == null
                ? Condition.toWrite(SATISFIED, Status.TRUE, "satisfied", message)
                : Condition.toWrite(SATISFIED, Status.FALSE, refusal.why().word(), message);
    }

    /** The one that a Service has. */
    static Optional<Condition> find(List<Condition> conditions) {
        return conditions.stream().filter(condition -> condition.type().equals(SATISFIED)).findFirst();
    }

    /** The Service's conditions with ours in its place, or without it when it is null; the others stay as they are. */
    static List<Condition> with(List<Condition> conditions, @Nullable Condition ours) {
        List<Condition> merged = new ArrayList<>();
        boolean placed = ours == null;
        for (Condition condition : conditions) {
            if (!condition.type().equals(SATISFIED)) {
                merged.add(condition);
            } else if (ours != null && !placed) {
                merged.add(ours);
                placed = true;
            }
        }
        if (ours != null && !placed) {
            merged.add(ours);
        }
        return merged;
    }

    static List<Condition> ofPool(PoolView pool) {
        Condition conflict = pool.conflict().isEmpty()
                ? new Condition(CONFLICT, Status.FALSE, "resolved", "")
                : Condition.toWrite(CONFLICT, Status.TRUE, "cidr_overlap",
                        pool.conflict() + "; the newer pool hands out nothing until one of them is changed");
        return List.of(conflict, count("cilium.io/IPsTotal", pool.total()), count("cilium.io/IPsAvailable", pool.available()),
                count("cilium.io/IPsUsed", pool.used()));
    }

    private static Condition count(String type, Number number) {
        return new Condition(type, Status.UNKNOWN, "noreason", number.toString());
    }
}
