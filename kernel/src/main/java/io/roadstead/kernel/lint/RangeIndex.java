package io.roadstead.kernel.lint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.roadstead.api.model.net.IpRange;

/** Finds a range that shares an address with another, in logarithmic time: a cluster has a Pod CIDR per node. Immutable. */
final class RangeIndex<V> {

    /** Ordered by first address. */
    private final List<Entry<V>> entries;
    /** For each entry, the one that ends last of those up to it. */
    private final List<Entry<V>> furthest;

    private RangeIndex(List<Entry<V>> entries) {
        this.entries = entries;
        this.furthest = new ArrayList<>(entries.size());
        Entry<V> last = null;
        for (Entry<V> entry : entries) {
            if (last == null || last.range.last().compareTo(entry.range.last()) < 0) {
                last = entry;
            }
            furthest.add(last);
        }
    }

    /** The value of one that overlaps; which, when there are several, is the same for the same entries. */
    Optional<V> overlapping(IpRange range) {
        int low = 0;
        int high = entries.size();
        while (low < high) { // the first that begins behind the range's end
            int middle = (low + high) >>> 1;
            if (entries.get(middle).range.first().compareTo(range.last()) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 || !furthest.get(low - 1).range.overlaps(range) ? Optional.empty() : Optional.of(furthest.get(low - 1).value);
    }

    private record Entry<V>(IpRange range, V value) {
    }

    /** Collects what is looked for later. */
    static final class Builder<V> {
        private final List<Entry<V>> entries = new ArrayList<>();

        void add(IpRange range, V value) {
            entries.add(new Entry<>(range, value));
        }

        RangeIndex<V> build() {
            entries.sort(Comparator.comparing(Entry::range));
            return new RangeIndex<>(List.copyOf(entries));
        }
    }
}
