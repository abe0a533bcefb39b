package io.roadstead.api.model.mesh;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;

/**
 * A cluster of the mesh that something has been read from. There for as long as its data is kept, whether or not its store can be reached.
 *
 * @param meta      cluster-scoped; the name is the cluster's
 * @param id        1 to 511
 * @param lostSince since when its store has not been reached or has not been kept up to date; null while it is
 */
public record RemoteCluster(ObjectMeta meta, int id, @Nullable Instant lostSince) implements Resource {

    public static final String KIND = "RemoteCluster";

    @Override
    public String kind() {
        return KIND;
    }
}
