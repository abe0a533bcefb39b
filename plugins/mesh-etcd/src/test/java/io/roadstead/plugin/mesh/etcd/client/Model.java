package io.roadstead.plugin.mesh.etcd.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.mesh.MeshStore.Event;

/** What a watcher knows, from what it was told; a change without a list before it is a fault. */
final class Model implements MeshStore.Watcher {

    private final Map<String, String> known = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private int lists;
    private int interruptions;
    private long changes;
    private boolean live;
    private String reason = "";
    private final Runnable onListed;
    private final Runnable onChanged;

    Model() {
        this(() -> {
        });
    }

    /** Does something as soon as it has its first list. */
    Model(Runnable onListed) {
        this(onListed, () -> {
        });
    }

    /** Does something as soon as it has its first list, and at each change. */
    Model(Runnable onListed, Runnable onChanged) {
        this.onListed = onListed;
        this.onChanged = onChanged;
    }

    @Override
    public synchronized void listed(Map<String, byte[]> all) {
        lists++;
        if (live) {
            faults.add("listed again without an interruption");
        }
        live = true;
        known.clear();
        all.forEach((key, value) -> known.put(key, new String(value, StandardCharsets.UTF_8)));
        if (lists == 1) {
            onListed.run();
        }
    }

    @Override
    public synchronized void changed(List<Event> events) {
        if (!live) {
            faults.add("changed while interrupted");
        }
        for (Event event : events) {
            changes++;
            if (event.type() == Event.Type.DELETE) {
                known.remove(event.key());
            } else {
                known.put(event.key(), new String(event.value(), StandardCharsets.UTF_8));
            }
        }
        onChanged.run();
    }

    @Override
    public synchronized void interrupted(String why) {
        interruptions++;
        live = false;
        reason = why;
    }

    synchronized Map<String, String> known() {
        return new TreeMap<>(known);
    }

    synchronized int lists() {
        return lists;
    }

    synchronized int interruptions() {
        return interruptions;
    }

    synchronized long changes() {
        return changes;
    }

    synchronized boolean live() {
        return live;
    }

    synchronized String reason() {
        return reason;
    }

    synchronized List<String> faults() {
        return List.copyOf(faults);
    }
}
