package io.roadstead.plugin.snat;

import io.roadstead.api.config.Doc;

/** Configuration of dispatch by source NAT: it has none. */
@Doc("Backends see the node's address instead of the client's, and answer through the node. Reaches every backend; costs nothing of the MTU.")
public record SnatConfig() {
}
