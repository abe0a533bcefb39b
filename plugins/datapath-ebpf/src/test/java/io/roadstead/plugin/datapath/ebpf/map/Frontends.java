package io.roadstead.plugin.datapath.ebpf.map;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

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

/** Frontends to write. */
final class Frontends {

    private Frontends() {
    }

    static Frontend frontend(String address, int port) {
        return new Frontend(IpAddress.parse(address), port, Protocol.TCP, Scope.EXTERNAL);
    }

    static Backend backend(int number) {
        return backend(number, BackendState.ACTIVE);
    }

    static Backend backend(int number, BackendState state) {
        return new Backend(IpAddress.ipv4(0x0a00_0000 + number), 8080, 100, state, "node-1", IpAddress.parse("192.0.2.7"), "", false);
    }

    static List<Backend> backends(int from, int to) {
        List<Backend> backends = new ArrayList<>();
        for (int number = from; number <= to; number++) {
            backends.add(backend(number));
        }
        return backends;
    }

    /** Slots lead to the backends in turn. */
    static FrontendState state(Frontend frontend, int slots, List<Backend> backends) {
        int[] indexes = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
            indexes[slot] = backends.isEmpty() ? 0 : slot % backends.size();
        }
        SelectionTable table = backends.isEmpty() ? null : SelectionTable.of(SlotChoice.FLOW_HASH, indexes);
        return new FrontendState(frontend, FrontendType.LOAD_BALANCER, "default/web", "", backends, backends.size(), table, "maglev",
                "snat",
                false, null, SourceRanges.EVERYBODY, NoBackend.REJECT);
    }

    /** Any of a few frontends with any of a few backends. */
    static FrontendState random(Random random) {
        Frontend frontend = randomFrontend(random);
        List<Backend> backends = new ArrayList<>();
        for (int number = 1; number <= 12; number++) {
            if (random.nextInt(4) == 0) {
                backends.add(backend(number, any(random, BackendState.values())));
            }
        }
        int selectable = random.nextInt(backends.size() + 1);
        int slots = List.of(31, 64, 251, 307).get(random.nextInt(4));
        int[] indexes = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
            indexes[slot] = random.nextInt(Math.max(1, selectable));
        }
        SelectionTable table = selectable == 0 ? null
                : SelectionTable.of(random.nextBoolean() ? SlotChoice.RANDOM : SlotChoice.FLOW_HASH, indexes);
        SourceRanges ranges = random.nextBoolean() ? SourceRanges.EVERYBODY
                : new SourceRanges(List.of(IpPrefix.containing(IpAddress.ipv4(random.nextInt()), random.nextInt(4) * 8),
                        IpPrefix.parse("2001:db8::/32")), random.nextBoolean());
        return new FrontendState(frontend, any(random, FrontendType.values()), "default/web", "", backends, selectable, table, "any",
                random.nextBoolean() ? "snat" : "dsr", random.nextBoolean(), random.nextBoolean() ? null : Duration.ofSeconds(30), ranges,
                random.nextBoolean() ? NoBackend.REJECT : NoBackend.DROP);
    }

    @SafeVarargs
    private static <T> T any(Random random, T... these) {
        return these[random.nextInt(these.length)];
    }

    static Frontend randomFrontend(Random random) {
        IpAddress address = random.nextBoolean() ? IpAddress.ipv4(0xac10_0001 + random.nextInt(3)) : IpAddress.parse("2001:db8::1");
        return new Frontend(address, 80 + random.nextInt(2), random.nextBoolean() ? Protocol.TCP : Protocol.UDP,
                any(random, Scope.values()));
    }
}
