package io.roadstead.kernel.route;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.RouterId;

/**
 * What the agent's configuration says about BGP beside the resources.
 *
 * @param routerId         {@code roadstead.bgp.router-id}; null means the node's first IPv4 InternalIP
 * @param secretsNamespace {@code roadstead.bgp.secrets-namespace}
 */
public record BgpSettings(@Nullable RouterId routerId, String secretsNamespace) {
}
