package io.roadstead.kernel.route;

/** An item of an advertisement. The order is that in which overlapping items are merged. */
record EntryKey(String advertisement, int index) implements Comparable<EntryKey> {

    @Override
    public int compareTo(EntryKey other) {
        int byName = advertisement.compareTo(other.advertisement);
        return byName != 0 ? byName : Integer.compare(index, other.index);
    }

    @Override
    public String toString() {
        return advertisement;
    }
}
