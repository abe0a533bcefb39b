package io.roadstead.plugin.podcidr;

import io.roadstead.api.config.Doc;

/** Configuration of the Pod CIDR advertiser: it has none. */
@Doc("Announces this node's own Pod CIDRs, never the cluster's range.")
public record PodCidrConfig() {
}
