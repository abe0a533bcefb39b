package io.roadstead.plugin.bgp.rib;

import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.RouteEntry;

/** Adj-RIB-In of one peer and family (RFC 4271 §3.2): what it sent, usable or not. Confined to the session's loop. */
public final class AdjRibIn {

    private final PrefixMap<Received> routes;
    private final Interned<PathAttributes> attributes = new Interned<>();
    private int accepted;
    private int stale;

    public AdjRibIn(AfiSafi family) {
        this.routes = new PrefixMap<>(family.addressFamily());
    }

    /**
     * Takes an announcement.
     *
     * @param ineligible why these paths may not be used, see {@link ImportChecks}; empty when they may
     * @return the prefixes for which what may be used has changed
     */
    @SuppressWarnings("ReferenceEquality") // interned
    public List<RouteChange> announce(PathAttributes announced, List<IpPrefix> prefixes, String ineligible, Instant now) {
        List<RouteChange> changes = new ArrayList<>(prefixes.size());
        Received received = null; // one for all prefixes of the message
        for (IpPrefix prefix : prefixes) {
            PathAttributes shared = attributes.acquire(announced);
            if (received == null) {
                received = new Received(shared, now, ineligible, false);
            }
            Received before = routes.get(prefix);
            boolean same = before != null && before.attributes == shared && before.ineligible.equals(ineligible);
            // Said again, or refreshed after a restart: it is as old as it was.
            routes.put(prefix,
                    same && before != null ? (before.stale ? new Received(shared, before.since, ineligible, false) : before) : received);
            count(before, -1);
            count(routes.get(prefix), 1);
            if (before != null) {
                attributes.release(before.attributes);
            }
            boolean wasUsable = before != null && before.usable();
            if (!same && (wasUsable || received.usable())) {
                changes.add(new RouteChange(prefix, received.usable() ? shared : null, now));
            }
        }
        return changes;
    }

    /** Takes a withdrawal; of what is not there nothing comes. */
    public List<RouteChange> withdraw(List<IpPrefix> prefixes, Instant now) {
        List<RouteChange> changes = new ArrayList<>(prefixes.size());
        for (IpPrefix prefix : prefixes) {
            Received before = routes.remove(prefix);
            if (before != null) {
                count(before, -1);
                attributes.release(before.attributes);
                if (before.usable()) {
                    changes.add(new RouteChange(prefix, null, now));
                }
            }
        }
        return changes;
    }

    /** The peer restarts (RFC 4724 §4.2), or says everything again (RFC 7313 §4.2): all is to be confirmed. Stale paths stay usable. */
    public void markStale() {
        IdentityHashMap<Received, Received> replacements = new IdentityHashMap<>();
        routes.replaceAll(received -> replacements.computeIfAbsent(received,
                fresh -> new Received(fresh.attributes, fresh.since, fresh.ineligible, true)));
        stale = routes.size();
    }

    /** Drops what was not confirmed. */
    public List<RouteChange> removeStale(Instant now) {
        if (stale == 0) {
            return List.of();
        }
        List<IpPrefix> unconfirmed = new ArrayList<>(stale);
        routes.forEach((prefix, received) -> {
            if (received.stale) {
                unconfirmed.add(prefix);
            }
        });
        return withdraw(unconfirmed, now);
    }

    /** Drops everything. */
    public List<RouteChange> clear(Instant now) {
        List<IpPrefix> all = new ArrayList<>(routes.size());
        routes.forEach((prefix, _) -> all.add(prefix));
        return withdraw(all, now);
    }

    /** All prefixes. */
    public int size() {
        return routes.size();
    }

    /** Those that may be used. */
    public int accepted() {
        return accepted;
    }

    /** Those not confirmed yet. */
    public int stale() {
        return stale;
    }

    /** How many different attribute sets are kept. */
    public int attributeSets() {
        return attributes.size();
    }

    /** Ordered by prefix. */
    public List<RouteEntry> entries() {
        return routes.sorted().stream().map(entry -> new RouteEntry(entry.getKey(), entry.getValue().attributes, entry.getValue().since,
                entry.getValue().stale, entry.getValue().ineligible)).toList();
    }

    private void count(@Nullable Received received, int by) {
        if (received != null) {
            accepted += received.usable() ? by : 0;
            stale += received.stale ? by : 0;
        }
    }

    private record Received(PathAttributes attributes, Instant since, String ineligible, boolean stale) {
        private boolean usable() {
            return ineligible.isEmpty();
        }
    }
}
