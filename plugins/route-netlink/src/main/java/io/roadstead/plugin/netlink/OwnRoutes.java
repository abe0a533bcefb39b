package io.roadstead.plugin.netlink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.route.RouteInstaller.Route;
import io.roadstead.plugin.netlink.socket.Errno;
import io.roadstead.plugin.netlink.table.Change;
import io.roadstead.plugin.netlink.table.Change.Kind;
import io.roadstead.plugin.netlink.table.Failure;
import io.roadstead.plugin.netlink.table.KernelTable;
import io.roadstead.plugin.netlink.table.Protocols;
import io.roadstead.plugin.netlink.table.TableRoute;

/** Our routes in the table, as far as is known without asking, and the way from there to others. Confined to one loop. */
final class OwnRoutes implements AutoCloseable {

    private final KernelTable table;
    private final long metric;
    private final Map<IpPrefix, Set<IpAddress>> present = new HashMap<>();
    /** With our protocol number and another metric: an earlier run had another configuration. */
    private final List<TableRoute> outdated = new ArrayList<>();
    /** What this run has wanted at some time; anything else is an earlier run's. Not kept up once that may go. */
    private final Set<IpPrefix> claimed = new HashSet<>();
    private boolean known;
    private boolean permitted = true;

    OwnRoutes(KernelTable table, long metric) {
        this.table = table;
        this.metric = metric;
    }

    int port() {
        return table.port();
    }

    /** How many there are. */
    int size() {
        return present.size();
    }

    /** Whether the kernel let us change routes when last tried. */
    boolean permitted() {
        return permitted;
    }

    /** Has the table read anew. */
    void forget() {
        known = false;
    }

    /**
     * Makes them what is wanted. New and changed ones come first, so that no packet is lost between two prefixes that cover one another.
     *
     * @param complete whether what an earlier run left goes
     * @return why wanted ones are not there
     */
    Map<IpPrefix, String> become(Map<IpPrefix, Route> wanted, boolean complete) {
        read();
        List<Change> changes = new ArrayList<>();
        for (Route route : wanted.values()) {
            Set<IpAddress> now = present.get(route.prefix());
            if (now == null || !now.equals(Set.copyOf(route.nextHops()))) {
                changes.add(new Change(now == null ? Kind.ADD : Kind.REPLACE, route.prefix(), metric, route.nextHops()));
            }
        }
        Map<IpPrefix, Failure> failures = apply(changes);
        removeUnwanted(wanted, complete, failures.keySet());
        return reasons(failures);
    }

    private void read() {
        if (known) {
            return;
        }
        present.clear();
        outdated.clear();
        for (TableRoute route : table.own()) {
            if (route.metric() == metric) {
                present.put(route.prefix(), route.nextHops());
            } else {
                outdated.add(route);
            }
        }
        known = true;
    }

    private void removeUnwanted(Map<IpPrefix, Route> wanted, boolean complete, Set<IpPrefix> failed) {
        if (complete) {
            claimed.clear();
        } else {
            claimed.addAll(wanted.keySet());
        }
        List<Change> removals = new ArrayList<>();
        for (IpPrefix prefix : present.keySet()) {
            // One that is to have other next hops, which the kernel refuses, leads where nobody wants it to.
            if (failed.contains(prefix) || !wanted.containsKey(prefix) && (complete || claimed.contains(prefix))) {
                removals.add(new Change(Kind.REMOVE, prefix, metric, List.of()));
            }
        }
        apply(removals);
        List<Change> old = new ArrayList<>();
        outdated.removeIf(route -> {
            boolean gone = complete || present.containsKey(route.prefix());
            if (gone) {
                old.add(new Change(Kind.REMOVE, route.prefix(), route.metric(), List.of()));
            }
            return gone;
        });
        table.apply(old);
    }

    private Map<IpPrefix, Failure> apply(List<Change> changes) {
        Map<Integer, Failure> failures = table.apply(changes);
        Map<IpPrefix, Failure> byPrefix = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            Failure failure = failures.get(i);
            if (failure != null && !(change.kind() == Kind.REMOVE && gone(failure))) {
                byPrefix.put(change.prefix(), failure);
            } else if (change.kind() == Kind.REMOVE) {
                present.remove(change.prefix());
            } else {
                present.put(change.prefix(), Set.copyOf(change.nextHops()));
            }
        }
        if (!changes.isEmpty()) {
            permitted = byPrefix.values().stream().noneMatch(failure -> failure.errno() == Errno.EPERM);
        }
        return byPrefix;
    }

    private static boolean gone(Failure failure) {
        return failure.errno() == Errno.ESRCH || failure.errno() == Errno.ENOENT;
    }

    private Map<IpPrefix, String> reasons(Map<IpPrefix, Failure> failures) {
        Map<IpPrefix, String> reasons = new HashMap<>();
        failures.forEach((prefix, failure) -> reasons.put(prefix, failure.text()));
        if (failures.values().stream().anyMatch(failure -> failure.errno() == Errno.EEXIST)) {
            for (TableRoute other : table.everybodys()) {
                Failure failure = failures.get(other.prefix());
                if (failure != null && failure.errno() == Errno.EEXIST && other.metric() == metric) {
                    reasons.put(other.prefix(),
                            "there is a route of protocol " + Protocols.name(other.protocol()) + " with metric " + metric
                                    + ", which is not ours to replace; remove it, or change roadstead.routes.netlink.metric");
                }
            }
        }
        return reasons;
    }

    @Override
    public void close() {
        table.close();
    }
}
