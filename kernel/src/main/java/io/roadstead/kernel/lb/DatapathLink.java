package io.roadstead.kernel.lb;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.kernel.registry.PluginBoundary;

/** The datapath in use and what it was told. One that failed is told everything anew with the next change. Confined to the control loop. */
final class DatapathLink {

    private static final Logger log = LoggerFactory.getLogger(DatapathLink.class);

    private final String type;
    private final Datapath<?> datapath;
    private Set<DispatchMode.Need> abilities = Set.of();
    private @Nullable LocalNode localNode;
    private Map<String, DispatchMode<?>> modes = Map.of();
    private boolean whole;
    private String problem = "";

    DatapathLink(String type, Datapath<?> datapath) {
        this.type = type;
        this.datapath = datapath;
        call(() -> abilities = datapath.abilities().isEmpty() ? Set.of() : EnumSet.copyOf(datapath.abilities()));
    }

    String type() {
        return type;
    }

    Datapath<?> datapath() {
        return datapath;
    }

    Set<DispatchMode.Need> abilities() {
        return abilities;
    }

    /** Why it does not do what it was told; empty when it does. */
    String problem() {
        return problem;
    }

    void localNode(LocalNode now) {
        if (!now.equals(localNode) && call(() -> datapath.localNode(now))) {
            localNode = now;
        }
    }

    /** Also when the same modes have another configuration. */
    void dispatchModes(Map<String, DispatchMode<?>> now) {
        if (call(() -> datapath.dispatchModes(now))) {
            modes = now;
        }
    }

    Map<String, DispatchMode<?>> dispatchModes() {
        return modes;
    }

    /** The first time everything, then what has changed. */
    void frontends(Collection<FrontendState> all, List<FrontendState> changed, List<Frontend> removed) {
        if (!whole) {
            whole = call(() -> datapath.replace(List.copyOf(all)));
        } else if (!changed.isEmpty() || !removed.isEmpty()) {
            whole = call(() -> datapath.update(List.copyOf(changed), List.copyOf(removed)));
        }
    }

    private boolean call(Runnable action) {
        try {
            PluginBoundary.call(CommonErrorCode.EXTENSION_FAILED, "datapath " + type, datapath.getClass().getClassLoader(), () -> {
                action.run();
                return true;
            });
            problem = "";
            return true;
        } catch (RoadsteadException failed) {
            problem = String.valueOf(failed.getMessage());
            log.error("datapath failed type={}", type, failed);
            return false;
        }
    }
}
