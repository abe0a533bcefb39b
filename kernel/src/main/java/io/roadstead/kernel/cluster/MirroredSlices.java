package io.roadstead.kernel.cluster;

import io.roadstead.api.model.service.EndpointSlice;

/**
 * The slices that Cilium's operator makes of other clusters' endpoints, for programs that look at slices only. Whoever reads the other clusters itself passes them
 * over: they hold the same endpoints, as if they were the own cluster's.
 */
public final class MirroredSlices {

    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    private static final String MIRRORING = "endpointslice-mesh-controller.cilium.io";

    private MirroredSlices() {
    }

    /** Whether a slice is such a copy. */
    public static boolean contains(EndpointSlice slice) {
        return MIRRORING.equals(slice.meta().labels().get(MANAGED_BY));
    }
}
