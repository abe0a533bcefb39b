package io.roadstead.kernel.mesh.remote;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * Prefixes, each of any number of holders, and which of them overlap with another. Looking up costs as many steps as there are different lengths in the table, and one
 * per match.
 */
final class PrefixTable<V> {

    private final TreeMap<IpPrefix, Set<V>> holders = new TreeMap<>();
    private final int[] ofLength4 = new int[AddressFamily.IPV4.bits() + 1];
    private final int[] ofLength6 = new int[AddressFamily.IPV6.bits() + 1];

    void add(IpPrefix prefix, V holder) {
        Set<V> all = holders.computeIfAbsent(prefix, absent -> new LinkedHashSet<>(2));
        if (all.isEmpty()) {
            lengths(prefix.family())[prefix.length()]++;
        }
        all.add(holder);
    }

    void remove(IpPrefix prefix, V holder) {
        Set<V> all = holders.get(prefix);
        if (all != null && all.remove(holder) && all.isEmpty()) {
            holders.remove(prefix);
            lengths(prefix.family())[prefix.length()]--;
        }
    }

    /** Holders of prefixes that contain an address. */
    List<V> containing(IpAddress address) {
        List<V> found = new ArrayList<>();
        covering(address, address.family().bits(), found);
        return found;
    }

    /** Whether any prefix contains an address. */
    boolean contains(IpAddress address) {
        int[] lengths = lengths(address.family());
        for (int length = 0; length < lengths.length; length++) {
            if (lengths[length] > 0 && holders.containsKey(IpPrefix.containing(address, length))) {
                return true;
            }
        }
        return false;
    }

    /** Holders of prefixes that have an address in common with this one, from the shortest that contains it to those that it contains. */
    List<V> overlapping(IpPrefix prefix) {
        List<V> found = new ArrayList<>();
        covering(prefix.address(), prefix.length(), found);
        holders.subMap(prefix, false, IpPrefix.host(prefix.last()), true).values().forEach(found::addAll);
        return found;
    }

    /** Any holder of a prefix that has an address in common with this one; null when there is none. */
    @Nullable
    V anyOverlapping(IpPrefix prefix) {
        List<V> found = overlapping(prefix);
        return found.isEmpty() ? null : found.getFirst();
    }

    private void covering(IpAddress address, int longest, List<V> found) {
        int[] lengths = lengths(address.family());
        for (int length = 0; length <= longest; length++) {
            if (lengths[length] > 0) {
                found.addAll(holders.getOrDefault(IpPrefix.containing(address, length), Set.of()));
            }
        }
    }

    boolean isEmpty() {
        return holders.isEmpty();
    }

    private int[] lengths(AddressFamily family) {
        return family == AddressFamily.IPV4 ? ofLength4 : ofLength6;
    }
}
