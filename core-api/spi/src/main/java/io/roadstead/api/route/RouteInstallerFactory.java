package io.roadstead.api.route;

import io.roadstead.api.plugin.ExtensionFactory;

/** Extension point: whether learned routes enter a forwarding table. */
public interface RouteInstallerFactory<C extends Record> extends ExtensionFactory<C, RouteInstaller<C>> {
}
