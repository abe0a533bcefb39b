package io.roadstead.plugin.bgp.rib;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.api.peer.RouteEntry;

/**
 * Adj-RIB-Out of one peer and family (RFC 4271 §3.2): what is wanted, what the peer has been told, and the difference, which is what is left to say. What is wanted
 * outlives connections. Confined to the session's loop.
 */
public final class AdjRibOut {

    private final AfiSafi family;
    private final PrefixMap<RouteAttributes> wanted;
    private final Interned<RouteAttributes> interned = new Interned<>();
    private final PrefixMap<Sent> sent;
    private final UpdateBuckets pending;
    /** What the connection makes of attributes; of those that are wanted at the moment. */
    private final Map<RouteAttributes, Optional<PathAttributes>> outboundCache = new HashMap<>();
    private @Nullable Function<RouteAttributes, Optional<PathAttributes>> outbound;
    private boolean complete;
    private boolean endOfRibDue;
    private boolean endOfRibSent;
    private Refresh refreshDue = Refresh.NONE;
    private Refresh refreshRunning = Refresh.NONE;

    public AdjRibOut(AfiSafi family) {
        this.family = family;
        this.wanted = new PrefixMap<>(family.addressFamily());
        this.sent = new PrefixMap<>(family.addressFamily());
        this.pending = new UpdateBuckets(family.addressFamily());
    }

    /** Replaces everything that is wanted. The first call completes the set that ends with End-of-RIB. */
    public void replace(Map<IpPrefix, RouteAttributes> routes) {
        routes.forEach(this::want);
        if (wanted.size() > routes.size()) {
            List<IpPrefix> gone = new ArrayList<>(wanted.size() - routes.size());
            wanted.forEach((prefix, _) -> {
                if (!routes.containsKey(prefix)) {
                    gone.add(prefix);
                }
            });
            gone.forEach(this::unwant);
        }
        complete = true;
    }

    /** Changes what is wanted. */
    public void update(RouteDelta delta) {
        delta.withdraw().forEach(this::unwant);
        delta.announce().forEach(this::want);
    }

    /**
     * A connection is established: the peer knows nothing yet.
     *
     * @param attributes what it makes of wanted attributes, the same for the same; empty when the route cannot be said on it
     * @param endOfRib   whether the first complete set ends with an End-of-RIB marker
     */
    public void connected(Function<RouteAttributes, Optional<PathAttributes>> attributes, boolean endOfRib) {
        disconnected();
        outbound = attributes;
        endOfRibDue = endOfRib;
        wanted.forEach((prefix, _) -> settle(prefix));
    }

    /** The connection is gone, and what the peer was told with it. */
    public void disconnected() {
        outbound = null;
        outboundCache.clear();
        sent.clear();
        pending.clear();
        endOfRibDue = false;
        endOfRibSent = false;
        refreshDue = Refresh.NONE;
        refreshRunning = Refresh.NONE;
    }

    /**
     * The peer asks for everything again (RFC 2918). While that is being said it is noted for afterwards: what came first is brought to its end.
     *
     * @param marked between begin and end marks (RFC 7313)
     */
    public void refresh(boolean marked) {
        if (outbound != null) {
            refreshDue = marked ? Refresh.MARKED : Refresh.PLAIN;
        }
    }

    /** Says what is left to say while the sink takes it; whether nothing is left. */
    public boolean drain(UpdateSink sink, Instant now) {
        while (sink.writable()) {
            if (!pending.isEmpty()) {
                say(pending.first(), sink, now);
            } else if (complete && endOfRibDue) {
                sink.endOfRib(family);
                endOfRibDue = false;
                endOfRibSent = true;
            } else if (refreshRunning != Refresh.NONE) {
                if (refreshRunning == Refresh.MARKED) {
                    sink.refreshMark(family, true);
                }
                refreshRunning = Refresh.NONE;
            } else if (refreshDue != Refresh.NONE && complete) { // RFC 7313 §4.1: not before End-of-RIB
                if (refreshDue == Refresh.MARKED) {
                    sink.refreshMark(family, false);
                }
                refreshRunning = refreshDue;
                refreshDue = Refresh.NONE;
                sent.forEach(
                        (prefix, told) -> pending.put(prefix.address().high(), prefix.address().low(), prefix.length(), told.attributes));
            } else {
                return true;
            }
        }
        return isQuiet();
    }

    /** Whether there is nothing to drain. */
    public boolean isQuiet() {
        return pending.isEmpty() && refreshRunning == Refresh.NONE && !(complete && (endOfRibDue || refreshDue != Refresh.NONE));
    }

    /** How many prefixes the peer has been told and not been told otherwise. */
    public int advertised() {
        return sent.size();
    }

    /** How many changes are not said yet. */
    public int pending() {
        return pending.size();
    }

    public boolean endOfRibSent() {
        return endOfRibSent;
    }

    /** What the peer has been told; ordered by prefix. */
    public List<RouteEntry> entries() {
        return sent.sorted().stream()
                .map(entry -> new RouteEntry(entry.getKey(), entry.getValue().attributes, entry.getValue().since, false, "")).toList();
    }

    @SuppressWarnings("ReferenceEquality") // interned
    private void want(IpPrefix prefix, RouteAttributes attributes) {
        RouteAttributes before = wanted.get(prefix);
        if (before == attributes) {
            return;
        }
        RouteAttributes shared = interned.acquire(attributes);
        wanted.put(prefix, shared);
        release(before);
        if (before != shared) {
            settle(prefix);
        }
    }

    private void unwant(IpPrefix prefix) {
        RouteAttributes before = wanted.remove(prefix);
        if (before != null) {
            release(before);
            settle(prefix);
        }
    }

    private void release(@Nullable RouteAttributes attributes) {
        if (attributes != null && interned.release(attributes)) {
            outboundCache.remove(attributes);
        }
    }

    /** Makes what is pending for a prefix the difference between what is wanted and what the peer was told. */
    private void settle(IpPrefix prefix) {
        if (outbound == null) {
            return;
        }
        long high = prefix.address().high();
        long low = prefix.address().low();
        int length = prefix.length();
        RouteAttributes attributes = wanted.get(prefix);
        PathAttributes target = attributes == null ? null : outboundCache.computeIfAbsent(attributes, outbound).orElse(null);
        Sent told = sent.get(prefix);
        boolean toldSo = target == null ? told == null : told != null && target.equals(told.attributes);
        // In a refresh what is pending has to be said even if it is not new.
        boolean sayAgain = refreshRunning != Refresh.NONE && told != null && pending.contains(high, low, length);
        if (toldSo && !sayAgain) {
            pending.cancel(high, low, length);
        } else {
            pending.put(high, low, length, target);
        }
    }

    private void say(UpdateBuckets.Bucket bucket, UpdateSink sink, Instant now) {
        PathAttributes attributes = bucket.attributes();
        if (attributes == null) {
            sink.withdraw(family, new Draining(bucket, null));
        } else if (!sink.announce(family, attributes, new Draining(bucket, new Sent(attributes, now)))) {
            drop(bucket, sink);
        }
    }

    /** These attributes fit no message: what the peer was told before no longer holds either. */
    private void drop(UpdateBuckets.Bucket bucket, UpdateSink sink) {
        PrefixMap<UpdateBuckets.Bucket> prefixes = bucket.prefixes();
        sink.tooLong(prefixes.prefix(prefixes.some()), prefixes.size());
        while (!prefixes.isEmpty()) {
            int slot = prefixes.some();
            long high = prefixes.highAt(slot);
            long low = prefixes.lowAt(slot);
            int length = prefixes.lengthAt(slot);
            if (sent.get(high, low, length) == null) {
                pending.cancel(high, low, length);
            } else {
                pending.put(high, low, length, null);
            }
        }
    }

    private enum Refresh {
        NONE, PLAIN, MARKED
    }

    /** One for all prefixes of a message. */
    private record Sent(PathAttributes attributes, Instant since) {
    }

    /** A bucket that is emptied by saying it. */
    private final class Draining implements PrefixSource {
        private final PrefixMap<UpdateBuckets.Bucket> prefixes;
        private final @Nullable Sent told;

        private Draining(UpdateBuckets.Bucket bucket, @Nullable Sent told) {
            this.prefixes = bucket.prefixes();
            this.told = told;
        }

        @Override
        public AddressFamily family() {
            return prefixes.family();
        }

        @Override
        public boolean hasNext() {
            return !prefixes.isEmpty();
        }

        @Override
        public long high() {
            return prefixes.highAt(prefixes.some());
        }

        @Override
        public long low() {
            return prefixes.lowAt(prefixes.some());
        }

        @Override
        public int length() {
            return prefixes.lengthAt(prefixes.some());
        }

        @Override
        public void next() {
            int slot = prefixes.some();
            long high = prefixes.highAt(slot);
            long low = prefixes.lowAt(slot);
            int length = prefixes.lengthAt(slot);
            pending.cancel(high, low, length);
            if (told == null) {
                sent.remove(high, low, length);
            } else {
                sent.put(high, low, length, told);
            }
        }
    }
}
