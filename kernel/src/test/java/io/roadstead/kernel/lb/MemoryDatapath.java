package io.roadstead.kernel.lb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.plugin.InstanceStatus;

/** Carries nothing, but keeps what it is told, and how. */
final class MemoryDatapath implements Datapath<MemoryDatapath.Config> {

    /** What it holds now. */
    final Map<Frontend, FrontendState> frontends = new HashMap<>();
    /** One line per call. */
    final List<String> calls = new ArrayList<>();
    Set<DispatchMode.Need> abilities = Set.of(DispatchMode.Need.values());
    /** How many of the next calls about frontends fail. */
    int failures;

    record Config() {
    }

    @Override
    public Set<DispatchMode.Need> abilities() {
        return abilities;
    }

    @Override
    public void dispatchModes(Map<String, DispatchMode<?>> modes) {
        calls.add("modes " + new TreeSet<>(modes.keySet()));
    }

    @Override
    public void localNode(LocalNode node) {
        calls.add("node " + node.name() + " " + node.addresses() + " " + node.podCidrs() + " zone '" + node.zone() + "' seed "
                + node.hashSeed());
    }

    @Override
    public void replace(Collection<FrontendState> all) {
        calls.add("replace " + all.size());
        fail();
        frontends.clear();
        all.forEach(state -> frontends.put(state.frontend(), state));
    }

    @Override
    public void update(List<FrontendState> changed, List<Frontend> removed) {
        calls.add("update +" + changed.size() + " -" + removed.size());
        fail();
        removed.forEach(frontends::remove);
        changed.forEach(state -> frontends.put(state.frontend(), state));
    }

    private void fail() {
        if (failures > 0) {
            failures--;
            throw new IllegalStateException("no room");
        }
    }

    /** Takes the lines out. */
    List<String> takeCalls() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    @Override
    public boolean reconfigure(Config config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("");
    }

    @Override
    public void close() {
        calls.add("close");
    }
}
