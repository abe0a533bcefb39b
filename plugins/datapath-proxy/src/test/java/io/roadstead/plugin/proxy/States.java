package io.roadstead.plugin.proxy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.BackendState;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.Frontend.Scope;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.lb.FrontendType;
import io.roadstead.api.lb.SelectionTable;
import io.roadstead.api.lb.SelectionTable.SlotChoice;
import io.roadstead.api.lb.SourceRanges;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Protocol;

/** Builds the states of frontends. */
public final class States {

    private final Frontend frontend;
    private final List<Backend> active = new ArrayList<>();
    private final List<Backend> others = new ArrayList<>();
    private FrontendType type = FrontendType.LOAD_BALANCER;
    private SlotChoice choice = SlotChoice.FLOW_HASH;
    private String dispatch = "snat";
    private @Nullable Duration affinity;
    private SourceRanges ranges = SourceRanges.EVERYBODY;
    private NoBackend noBackend = NoBackend.REJECT;
    private int @Nullable [] slots;

    private States(Frontend frontend) {
        this.frontend = frontend;
    }

    public static States tcp(String address, int port) {
        return new States(new Frontend(IpAddress.parse(address), port, Protocol.TCP, Scope.EXTERNAL));
    }

    public static States udp(String address, int port) {
        return new States(new Frontend(IpAddress.parse(address), port, Protocol.UDP, Scope.EXTERNAL));
    }

    public States internal() {
        States copy = new States(new Frontend(frontend.address(), frontend.port(), frontend.protocol(), Scope.INTERNAL));
        copy.active.addAll(active);
        return copy;
    }

    public States type(FrontendType changed) {
        type = changed;
        return this;
    }

    public States to(InetSocketAddress... backends) {
        Arrays.stream(backends).map(address -> backend(address, BackendState.ACTIVE)).forEach(active::add);
        return this;
    }

    public States keeping(BackendState state, InetSocketAddress backend) {
        others.add(backend(backend, state));
        return this;
    }

    public States random() {
        choice = SlotChoice.RANDOM;
        return this;
    }

    public States dispatch(String changed) {
        dispatch = changed;
        return this;
    }

    public States affinity(Duration changed) {
        affinity = changed;
        return this;
    }

    public States ranges(boolean deny, String... prefixes) {
        ranges = new SourceRanges(Arrays.stream(prefixes).map(IpPrefix::parse).toList(), deny);
        return this;
    }

    public States drop() {
        noBackend = NoBackend.DROP;
        return this;
    }

    /** Which backend each slot leads to; right or wrong. */
    public States slots(int... backends) {
        slots = backends;
        return this;
    }

    public FrontendState build() {
        List<Backend> backends = new ArrayList<>(active);
        backends.addAll(others);
        int[] wanted = slots == null ? IntStream.range(0, 251).map(slot -> slot % Math.max(1, active.size())).toArray() : slots;
        return new FrontendState(frontend, type, "default/web", "http", backends, active.size(),
                active.isEmpty() ? null : new Given(List.copyOf(Arrays.stream(wanted).boxed().toList()), choice), "given", dispatch, false,
                affinity, ranges, noBackend);
    }

    private static Backend backend(InetSocketAddress address, BackendState state) {
        IpAddress ip = IpAddress.of(address.getAddress());
        return new Backend(ip, address.getPort(), 100, state, "node-1", IpAddress.parse("192.0.2.1"), "", true);
    }

    /** A table that may be wrong, as a bad algorithm's. */
    private record Given(List<Integer> backends, SlotChoice slotChoice) implements SelectionTable {
        @Override
        public int slots() {
            return backends.size();
        }

        @Override
        public int backendIndex(int slot) {
            return backends.get(slot);
        }
    }
}
