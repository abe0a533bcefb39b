package io.roadstead.api.peer;

import io.roadstead.api.plugin.ExtensionFactory;

/** Extension point: how routes reach a router. */
public interface PeerProtocolFactory<C extends Record> extends ExtensionFactory<C, PeerProtocol<C>> {
}
