package io.roadstead.plugin.proxy.select;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.FlowHash;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.lb.LocalNode;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Protocol;

/** Chooses backends for the clients of one address and port. Confined to one loop, which owns what it remembers of clients. */
public final class Selector {

    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;
    private static final int MOST_AFFINITIES = 65_536;

    private final RandomGenerator random;
    private final Affinities affinities = new Affinities(MOST_AFFINITIES);

    public Selector(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Chooses, and remembers the client where the frontend asks for affinity.
     *
     * @param now   in seconds, of a clock that does not jump
     * @param tried not to be chosen: they did not answer
     */
    public Choice choose(Serving serving, Client client, LocalNode node, long now, Set<BackendKey> tried) {
        Choice choice = decide(serving, client, node, now, tried);
        if (choice instanceof Choice.Forward forward) {
            Duration affinity = forward.state().affinity();
            if (affinity != null) {
                affinities.put(forward.state().frontend().scope(), client.address(), BackendKey.of(forward.backend()),
                        now + affinity.toSeconds());
            }
        }
        return choice;
    }

    /** What {@link #choose} would say, without remembering it. */
    public Choice decide(Serving serving, Client client, LocalNode node, long now, Set<BackendKey> tried) {
        boolean inside = inside(client.address(), node);
        FrontendState state = serving.forClient(inside);
        if (state == null) {
            return new Choice.Refuse(serving.any(), Reason.NOT_ROUTABLE, false);
        }
        if (!inside && state.type() == FrontendType.CLUSTER_IP) {
            return new Choice.Refuse(state, Reason.NOT_ROUTABLE, false);
        }
        if (!admitted(state.sourceRanges(), client.address())) {
            return new Choice.Refuse(state, Reason.SOURCE_RANGE, false);
        }
        SelectionTable table = state.table();
        if (table == null) {
            return new Choice.Refuse(state, Reason.NO_BACKEND, state.noBackend() == NoBackend.DROP);
        }
        Backend known = state.affinity() == null ? null : remembered(state, client.address(), now);
        if (known != null && !tried.contains(BackendKey.of(known))) {
            return new Choice.Forward(state, known, -1);
        }
        return bySlot(state, table, client, node.hashSeed(), tried);
    }

    /** From a slot on to the first whose backend was not tried: a backend that does not answer leaves its share to all others. */
    private Choice bySlot(FrontendState state, SelectionTable table, Client client, int seed, Set<BackendKey> tried) {
        int slots = table.slots();
        int start = table.slotChoice() == SlotChoice.RANDOM ? random.nextInt(slots) : FlowHash.slot(hash(state, client, seed), slots);
        int steps = tried.isEmpty() ? 1 : slots;
        for (int step = 0; step < steps; step++) {
            int slot = (start + step) % slots;
            Backend backend = state.backends().get(table.backendIndex(slot));
            if (!tried.contains(BackendKey.of(backend))) {
                return new Choice.Forward(state, backend, slot);
            }
        }
        return new Choice.Refuse(state, Reason.BACKEND_FAILED, false);
    }

    private static int hash(FrontendState state, Client client, int seed) {
        Frontend frontend = state.frontend();
        int protocol = frontend.protocol() == Protocol.UDP ? IPPROTO_UDP : IPPROTO_TCP;
        return FlowHash.of(client.address(), state.affinity() == null ? client.port() : 0, frontend.port(), protocol, seed);
    }

    private @Nullable Backend remembered(FrontendState state, IpAddress client, long now) {
        BackendKey key = affinities.get(state.frontend().scope(), client, now);
        if (key == null) {
            return null;
        }
        List<Backend> selectable = state.backends().subList(0, state.selectable());
        return selectable.stream().filter(backend -> BackendKey.of(backend).equals(key)).findFirst().orElse(null);
    }

    /** This machine's own clients and its Pods. */
    static boolean inside(IpAddress client, LocalNode node) {
        return client.isLoopback() || node.addresses().contains(client) || node.podCidrs().stream().anyMatch(cidr -> cidr.contains(client));
    }

    private static boolean admitted(SourceRanges ranges, IpAddress client) {
        List<IpPrefix> prefixes = ranges.prefixes();
        return prefixes.isEmpty() || prefixes.stream().anyMatch(prefix -> prefix.contains(client)) != ranges.deny();
    }

    /** Forgets clients whose time is over. */
    public void expire(long now) {
        affinities.expire(now);
    }

    /** How many clients are remembered. */
    public int remembered() {
        return affinities.size();
    }
}
