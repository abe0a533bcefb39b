package io.roadstead.kernel.mesh.publish;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

import io.roadstead.kernel.mesh.schema.IdentityEntry;
import io.roadstead.kernel.mesh.schema.IdentityEntry.Label;
import io.roadstead.kernel.mesh.schema.MeshKeys;
import io.roadstead.kernel.mesh.schema.Owner;

/**
 * A number for each set of labels that somebody has. A number that nobody has any more waits, and goes to other labels only when there is no other left: a reader
 * that has not heard of the end takes no stranger for the one it knew.
 */
final class Identities {

    /** The first 256 of a cluster's range stay free, as those of all clusters are reserved ones. */
    private static final int KEPT_FREE = 256;

    private final Owner owner;
    private final PublishedKeys keys;
    private final Map<SortedMap<String, Label>, Integer> numbers = new HashMap<>();
    private final Map<Integer, Integer> users = new HashMap<>();
    /** Number → its labels, longest unused first. */
    private final Map<Integer, SortedMap<String, Label>> unused = new LinkedHashMap<>();
    private int next;

    Identities(Owner owner, PublishedKeys keys) {
        this.owner = owner;
        this.keys = keys;
        this.next = owner.firstIdentity() + KEPT_FREE;
    }

    /** Goes on with a number that an earlier publisher gave. Before the first is given. */
    void takeOver(IdentityEntry found) {
        if (found.id() >= owner.firstIdentity() + KEPT_FREE && numbers.putIfAbsent(found.labels(), found.id()) == null) {
            unused.put(found.id(), found.labels());
            next = Math.max(next, found.id() + 1);
        }
    }

    /** Gives these labels' number, for one more user; empty when the cluster has no number left. */
    OptionalInt acquire(SortedMap<String, Label> labels) {
        Integer known = numbers.get(labels);
        OptionalInt number = known == null ? fresh() : OptionalInt.of(known);
        number.ifPresent(id -> {
            numbers.put(labels, id);
            unused.remove(id);
            if (users.merge(id, 1, Integer::sum) == 1) {
                keys.put(MeshKeys.identity(id), new IdentityEntry(id, new TreeMap<>(labels)).encode(), "identity " + id);
            }
        });
        return number;
    }

    private OptionalInt fresh() {
        if (next <= owner.lastIdentity()) {
            return OptionalInt.of(next++);
        }
        Iterator<Map.Entry<Integer, SortedMap<String, Label>>> oldest = unused.entrySet().iterator();
        if (!oldest.hasNext()) {
            return OptionalInt.empty();
        }
        Map.Entry<Integer, SortedMap<String, Label>> taken = oldest.next();
        oldest.remove();
        numbers.remove(taken.getValue());
        return OptionalInt.of(taken.getKey());
    }

    /** One user less. */
    void release(int id, SortedMap<String, Label> labels) {
        if (users.merge(id, -1, Integer::sum) == 0) {
            users.remove(id);
            unused.put(id, labels);
            keys.delete(MeshKeys.identity(id));
        }
    }

    /** How many have a user. */
    int count() {
        return users.size();
    }
}
