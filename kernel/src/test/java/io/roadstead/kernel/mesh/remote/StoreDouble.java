package io.roadstead.kernel.mesh.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import io.roadstead.api.mesh.MeshStore;

/** Stores of a backend of a test, each with everything that a small cluster writes once the test says so. */
public final class StoreDouble {

    private final Map<String, FakeStore> stores = new TreeMap<>();
    private final FakeStore.Content own = new FakeStore.Content("store-own");
    private final List<FakeStore> owns = new ArrayList<>();

    /** Opens and connects the own cluster's store. */
    public MeshStore own(MeshStore.Listener listener) {
        FakeStore store = new FakeStore(own, listener);
        owns.add(store);
        store.connect();
        return store;
    }

    /** How often that was opened. */
    public int owns() {
        return owns.size();
    }

    public Set<String> ownKeys() {
        return own.entries.keySet();
    }

    public boolean ownClosed() {
        return owns.getLast().closed;
    }

    public MeshStore open(String cluster, MeshStore.Listener listener) {
        FakeStore store = new FakeStore(new FakeStore.Content("store-" + cluster), listener);
        stores.put(cluster, store);
        return store;
    }

    /** Connects it, with everything there. */
    public void ready(String cluster, int id) {
        FakeStore store = Objects.requireNonNull(stores.get(cluster));
        MeshLab lab = new MeshLab();
        lab.writer(cluster, id).everything();
        store.content.entries.putAll(lab.content(cluster).entries);
        store.connect();
    }

    public boolean allClosed() {
        return stores.values().stream().allMatch(store -> store.closed);
    }
}
