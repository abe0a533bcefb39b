package io.roadstead.kernel.lb;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.route.Reason;

/** What is known of one Service: its plan, and what became of it. Confined to the control loop. */
final class ServiceEntry {

    private final Algorithms.Tables tables;
    private ServicePlan plan;
    private Map<Frontend, FrontendState> states = Map.of();
    private List<Reason> notes = List.of();

    ServiceEntry(Algorithms.Tables tables, ServicePlan plan) {
        this.tables = tables;
        this.plan = plan;
    }

    Algorithms.Tables tables() {
        return tables;
    }

    ServicePlan plan() {
        return plan;
    }

    void plan(ServicePlan now) {
        plan = now;
    }

    /** What the datapath is to carry of it. */
    Map<Frontend, FrontendState> states() {
        return states;
    }

    @Nullable
    FrontendState state(Frontend frontend) {
        return states.get(frontend);
    }

    void resolved(Map<Frontend, FrontendState> now, List<Reason> found) {
        states = new LinkedHashMap<>(now);
        notes = List.copyOf(found);
    }

    /** Of the plan and of what became of it. */
    List<Reason> notes() {
        return notes;
    }
}
