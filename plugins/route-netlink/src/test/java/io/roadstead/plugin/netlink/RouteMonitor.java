package io.roadstead.plugin.netlink;

import java.time.Duration;
import java.util.List;

import io.roadstead.testkit.lab.ManagedProcess;
import io.roadstead.testkit.lab.Namespace;

/** Sees every change of a host's routes, by {@code ip monitor}. */
final class RouteMonitor implements AutoCloseable {
    private static final String FIRST = "10.254.0.0/24";
    private static final String LAST = "10.255.0.0/24";

    private final Namespace host;
    private final ManagedProcess process;

    RouteMonitor(Namespace host) {
        this.host = host;
        process = host.process("ip", "monitor", "route").start();
        awaitMark(FIRST);
    }

    /** Everything until now. */
    List<String> lines() {
        awaitMark(LAST);
        return process.output().lines().filter(line -> !line.contains(FIRST) && !line.contains(LAST)).toList();
    }

    private void awaitMark(String prefix) {
        process.await(Duration.ofSeconds(20), "it sees " + prefix, () -> {
            // each time anew: the kernel does not tell of a route that was there already
            host.run("ip", "route", "add", prefix, "dev", "lo", "proto", "static");
            host.run("ip", "route", "delete", prefix);
            return process.output().contains(prefix);
        });
    }

    @Override
    public void close() {
        process.close();
    }
}
