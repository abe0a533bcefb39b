package io.roadstead.kernel.cluster;

import io.roadstead.api.route.ClusterView;

/** Follows the cluster's state. Called on the control loop, once per batch that changed something, in the order of registration. */
@FunctionalInterface
public interface ClusterListener {
    /** The change has been applied; the view is valid during the call only. */
    void changed(ChangeSet changes, ClusterView view);
}
