package io.roadstead.api.lb;

import io.roadstead.api.plugin.ExtensionFactory;

/** Extension point: how a packet gets to its backend and the reply back. Frontends name it by its type. */
public interface DispatchModeFactory<C extends Record> extends ExtensionFactory<C, DispatchMode<C>> {
}
