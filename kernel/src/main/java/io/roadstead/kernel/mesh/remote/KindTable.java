package io.roadstead.kernel.mesh.remote;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.view.MeshView;
import io.roadstead.kernel.mesh.schema.Owner;
import io.roadstead.kernel.mesh.schema.RefusedValueException;

/**
 * What is known of one kind of one cluster. A value that breaks a rule is refused alone: what its key had before stays, as it does in Cilium, until a good value or a
 * deletion comes.
 */
abstract class KindTable {

    private static final Logger log = LoggerFactory.getLogger(KindTable.class);
    private static final int MOST_LOGGED = 100;

    private final Owner owner;
    private final Map<String, String> refusals = new LinkedHashMap<>();
    private @Nullable KindTable before;

    KindTable(Owner owner) {
        this.owner = owner;
    }

    final Owner owner() {
        return owner;
    }

    /** Has another table's objects stay until this one's are there. */
    final void replaces(KindTable other) {
        before = other;
    }

    private void endReplaced() {
        if (before != null) {
            before.drain();
            before = null;
        }
    }

    /** Makes it what a store holds: takes over what is there, and removes what is not. */
    final void relisted(String prefix, Map<String, byte[]> all) {
        endReplaced();
        suffixes().stream().filter(suffix -> !all.containsKey(prefix + suffix)).forEach(this::remove);
        refusals.keySet().retainAll(all.keySet());
        all.forEach((key, value) -> put(prefix, key, value));
    }

    final void changed(String prefix, MeshStore.Event event) {
        switch (event.type()) {
            case PUT -> put(prefix, event.key(), event.value());
            case DELETE -> {
                refusals.remove(event.key());
                remove(event.key().substring(prefix.length()));
            }
        }
    }

    /** Removes everything. */
    final void drain() {
        endReplaced();
        suffixes().forEach(this::remove);
        refusals.clear();
    }

    private void put(String prefix, String key, byte[] value) {
        try {
            take(key.substring(prefix.length()), value);
            refusals.remove(key);
        } catch (RefusedValueException refused) {
            String reason = String.valueOf(refused.getMessage());
            if (!reason.equals(refusals.put(key, reason)) && refusals.size() <= MOST_LOGGED) {
                log.warn("a value is refused cluster={} key={} reason=\"{}\"", owner.cluster(), key, reason);
            }
        }
    }

    final int refused() {
        return refusals.size();
    }

    /** In the order in which they came. */
    final Stream<MeshView.Refusal> refusals() {
        return refusals.entrySet().stream().map(entry -> new MeshView.Refusal(entry.getKey(), entry.getValue()));
    }

    /** How many objects. */
    abstract int size();

    /** Of the keys of all objects. */
    abstract List<String> suffixes();

    abstract void take(String suffix, byte[] value) throws RefusedValueException;

    /** Nothing happens when it is not there. */
    abstract void remove(String suffix);
}
