package io.roadstead.api.lb;

import io.roadstead.api.model.net.IpAddress;

/**
 * A backend that new flows may get.
 *
 * @param weight 1 to 65535
 * @param zone   empty when unknown
 */
public record WeightedBackend(IpAddress address, int port, int weight, String zone) {
    public WeightedBackend {
        if (weight < 1 || weight > 65535) {
            throw new IllegalArgumentException("weight " + weight + " is not in 1 to 65535");
        }
    }
}
