package io.roadstead.kernel.mesh.remote;

import java.util.BitSet;
import java.util.List;

import io.roadstead.kernel.mesh.schema.IdentityEntry;
import io.roadstead.kernel.mesh.schema.Owner;
import io.roadstead.kernel.mesh.schema.RefusedValueException;

/** A cluster's identities: one bit for each that it can have. Checked and counted. */
final class IdentityTable extends KindTable {

    private final BitSet known = new BitSet();

    IdentityTable(Owner owner) {
        super(owner);
    }

    @Override
    int size() {
        return known.cardinality();
    }

    @Override
    List<String> suffixes() {
        return known.stream().mapToObj(bit -> Integer.toString(bit + owner().firstIdentity())).toList();
    }

    @Override
    void take(String suffix, byte[] value) throws RefusedValueException {
        known.set(IdentityEntry.decode(owner(), suffix, value).id() - owner().firstIdentity());
    }

    @Override
    void remove(String suffix) {
        int id;
        try {
            id = Integer.parseInt(suffix);
        } catch (NumberFormatException ignored) { // a key that can have no good value
            return;
        }
        if (id >= owner().firstIdentity() && id <= owner().lastIdentity() && Integer.toString(id).equals(suffix)) {
            known.clear(id - owner().firstIdentity());
        }
    }
}
