package io.roadstead.kernel.ipam;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpRange;

/**
 * Who occupies which address. Keeps only what is occupied, as addresses and as runs of adjacent ones, so that a pool of 2 to the 64th costs nothing and the lowest
 * free address of a range is found in logarithmic time however full the range is.
 */
final class Allocator {

    private final NavigableMap<IpAddress, List<Lease>> holders = new TreeMap<>();
    /** First → last of each maximal run of occupied addresses. */
    private final NavigableMap<IpAddress, IpAddress> runs = new TreeMap<>();

    /** Adds a holder; returns whether the address was free before. */
    boolean occupy(IpAddress address, Lease lease) {
        List<Lease> present = holders.get(address);
        if (present != null) {
            List<Lease> more = new ArrayList<>(present);
            more.add(lease);
            holders.put(address, List.copyOf(more));
            return false;
        }
        holders.put(address, List.of(lease));
        IpAddress first = address;
        IpAddress last = address;
        Map.Entry<IpAddress, IpAddress> before = runs.lowerEntry(address);
        if (before != null && before.getValue().next().equals(address)) {
            first = before.getKey();
        }
        IpAddress next = address.next();
        if (next.compareTo(address) > 0) { // else it wrapped
            IpAddress lastOfNext = runs.remove(next);
            last = lastOfNext != null ? lastOfNext : last;
        }
        runs.put(first, last);
        return true;
    }

    /** Takes a holder away; returns whether the address is free now. */
    boolean vacate(IpAddress address, Lease lease) {
        List<Lease> rest = holders(address).stream().filter(holder -> holder != lease).toList();
        if (!rest.isEmpty()) {
            holders.put(address, rest);
            return false;
        }
        if (holders.remove(address) == null) {
            return false;
        }
        Map.Entry<IpAddress, IpAddress> run = runs.floorEntry(address);
        IpAddress first = run.getKey();
        IpAddress last = run.getValue();
        runs.remove(first);
        if (first.compareTo(address) < 0) {
            runs.put(first, holders.lowerKey(address)); // in a run the next lower occupied address is the neighbour
        }
        if (address.compareTo(last) < 0) {
            runs.put(address.next(), last);
        }
        return true;
    }

    /** In no particular order; empty when free. */
    List<Lease> holders(IpAddress address) {
        return holders.getOrDefault(address, List.of());
    }

    /** The lowest free address. */
    Optional<IpAddress> lowestFree(IpRange range) {
        Map.Entry<IpAddress, IpAddress> run = runs.floorEntry(range.first());
        if (run == null || run.getValue().compareTo(range.first()) < 0) {
            return Optional.of(range.first());
        }
        return run.getValue().compareTo(range.last()) < 0 ? Optional.of(run.getValue().next()) : Optional.empty();
    }

    /** The occupied addresses of a range with their holders. */
    Collection<Map.Entry<IpAddress, List<Lease>>> in(IpRange range) {
        return holders.subMap(range.first(), true, range.last(), true).entrySet();
    }
}
