package io.roadstead.api.source;

import java.util.List;

/** Optional ability of a {@link ClusterSource}: keeps what Roadstead decided where the cluster's users look for it. */
public interface StatusWriter {
    /**
     * Writes statuses, newest wins per object; returns at once and retries by itself. A Service's new status comes back through the sink once it is stored: the
     * kernel announces an address only then. Called on the kernel's control loop.
     */
    void write(List<StatusUpdate> updates);
}
