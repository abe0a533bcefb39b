package io.roadstead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.plugin.netlink.table.Change;
import io.roadstead.plugin.netlink.table.Change.Kind;
import io.roadstead.plugin.netlink.table.Failure;
import io.roadstead.plugin.netlink.table.KernelTable;
import io.roadstead.testkit.lab.Namespace;

/** Routes per second into the kernel's table, by route-netlink's messages and by {@code ip -batch}, one after the other in a namespace of their own. Needs root. */
public final class RouteInstall {
    private static final int PROTOCOL = 88;
    private static final int MAIN = 254;
    private static final int METRIC = 2048;

    private RouteInstall() {
    }

    /** Arguments: the number of routes, how often all is done. */
    public static void main(String[] args) throws IOException {
        int routes = Integer.parseInt(args[0]);
        System.out.println(routes + " IPv4 host routes; " + Figures.machine());
        for (int round = 1; round <= Integer.parseInt(args[1]); round++) {
            try (Namespace host = Namespace.create("bench")) {
                host.stub("one").address("one", "192.0.2.1/24");
                System.out.println("round " + round);
                host.call(() -> ours(routes));
                byIp(host, routes);
            }
        }
        System.out.println("at the end: " + Figures.machine());
    }

    private static boolean ours(int routes) {
        try (KernelTable table = new KernelTable(PROTOCOL, MAIN)) {
            apply(table, "add", routes, i -> change(Kind.ADD, i, "192.0.2.2"));
            apply(table, "replace", routes, i -> change(Kind.REPLACE, i, "192.0.2.3"));
            long begin = System.nanoTime();
            int found = table.own().size();
            System.out.printf(Locale.ROOT, "  read back %,d: %.0f ms%n", found, Figures.millis(System.nanoTime() - begin));
            apply(table, "remove", routes, i -> new Change(Kind.REMOVE, prefix(i), METRIC, List.of()));
        }
        return true;
    }

    private static void apply(KernelTable table, String name, int routes, IntFunction<Change> change) {
        List<Change> changes = IntStream.range(0, routes).mapToObj(change).toList();
        long begin = System.nanoTime();
        var failures = table.apply(changes);
        print("  netlink " + name, routes, System.nanoTime() - begin);
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.values().stream().map(Failure::text).findFirst().orElse(""));
        }
    }

    private static void byIp(Namespace host, int routes) throws IOException {
        batch(host, "add", routes, " via 192.0.2.2 proto 88 metric 2048");
        batch(host, "replace", routes, " via 192.0.2.3 proto 88 metric 2048");
        batch(host, "delete", routes, " proto 88 metric 2048");
    }

    private static void batch(Namespace host, String verb, int routes, String rest) throws IOException {
        Path file = Files.createTempFile("routes", ".batch");
        try {
            Files.write(file, IntStream.range(0, routes).mapToObj(i -> "route " + verb + " " + prefix(i) + rest).toList());
            long begin = System.nanoTime();
            host.run("ip", "-batch", file.toString());
            print("  ip -batch " + verb, routes, System.nanoTime() - begin);
        } finally {
            Files.delete(file);
        }
    }

    private static void print(String what, int routes, long nanos) {
        System.out.printf(Locale.ROOT, "%-20s %,10.0f routes/s (%.0f ms)%n", what, routes / (nanos / 1e9), Figures.millis(nanos));
    }

    private static Change change(Kind kind, int index, String nextHop) {
        return new Change(kind, prefix(index), METRIC, List.of(IpAddress.parse(nextHop)));
    }

    private static IpPrefix prefix(int index) {
        return IpPrefix.host(IpAddress.ipv4(0x0a00_0000 + index));
    }
}
