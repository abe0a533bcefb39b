package io.roadstead.kernel.mesh.remote;

import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.time.Loop;
import io.roadstead.api.view.MeshView;
import io.roadstead.kernel.mesh.MeshSettings;

/** All remote clusters. Called on the mesh loop, unless it says otherwise. */
public final class Remotes {

    private final Supplier<MeshSettings> settings;
    private final SharedObjects objects;
    private final Reading reading;
    private final SortedMap<String, RemoteReader> readers = new TreeMap<>();
    private @Nullable StoreOpener opener;
    private String ownStore = "";
    private volatile List<RemoteReader> shown = List.of();

    /**
     * @param sink    takes what is learned, on the loop
     * @param changed told on the loop after a reader's state changed
     */
    public Remotes(Loop loop, InstantSource clock, Consumer<ResourceBatch> sink, Supplier<MeshSettings> settings, Runnable changed) {
        this.settings = settings;
        this.objects = new SharedObjects(loop, sink, () -> settings.get().cluster());
        this.reading = new Reading(loop, clock, objects, new ClusterIds(), settings, this::sameStore,
                () -> loop.execute(this::retry), changed);
    }

    /** Opens all stores this way from now on. */
    public void open(StoreOpener way) {
        opener = way;
        readers.values().forEach(reader -> reader.open(way));
    }

    /** Closes all stores; what was learned stays. */
    public void close(String why) {
        opener = null;
        readers.values().forEach(reader -> reader.close(why));
    }

    /** Reads these clusters, and forgets all others; the own one is passed over. */
    public void configured(Collection<String> clusters) {
        Set<String> wanted = new HashSet<>(clusters);
        wanted.remove(settings.get().cluster());
        List<RemoteReader> gone = readers.values().stream().filter(reader -> !wanted.contains(reader.name())).toList();
        gone.forEach(reader -> {
            readers.remove(reader.name());
            reader.remove();
        });
        wanted.stream().sorted().filter(name -> !readers.containsKey(name)).forEach(name -> {
            RemoteReader reader = new RemoteReader(name, reading);
            readers.put(name, reader);
            if (opener != null) {
                reader.open(opener);
            }
        });
        shown = List.copyOf(readers.values());
        reading.changed().run();
    }

    /** Takes changed settings into account. */
    public void settingsChanged() {
        retry();
    }

    private void retry() {
        List.copyOf(readers.values()).forEach(RemoteReader::retry);
    }

    /** What nodes of the own cluster have now; an empty list for one that is gone. */
    public void ownPodCidrs(Map<String, List<IpPrefix>> byNode) {
        objects.ownPodCidrs(byNode);
    }

    /** The identity of the own cluster's store; empty while unknown. */
    public void ownStore(String storeId) {
        ownStore = storeId;
    }

    private Optional<String> sameStore(RemoteReader reader) {
        String id = reader.storeId();
        if (id.isEmpty()) {
            return Optional.empty();
        }
        if (id.equals(ownStore)) {
            return Optional.of(settings.get().cluster());
        }
        return readers.values().stream().filter(other -> other != reader && other.ownStore().equals(id)).map(RemoteReader::name)
                .findFirst();
    }

    /** Those that have not been read completely yet, and may be. */
    public List<String> unsettled() {
        return readers.values().stream().filter(reader -> !reader.settled()).map(RemoteReader::name).toList();
    }

    /** In the order of their names; any thread. */
    public List<MeshView.Remote> views() {
        return shown.stream().map(RemoteReader::view).toList();
    }

    /** What is not used for its addresses, each with its remedy; any thread. */
    public List<String> problems() {
        return objects.problems();
    }

    /** How many Services some other cluster shares; any thread. */
    public int sharedServices() {
        return objects.sharedServices();
    }
}
