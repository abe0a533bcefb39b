package io.roadstead.plugin.netlink;

import jakarta.inject.Inject;
import org.pf4j.Extension;

import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.route.RouteInstaller;
import io.roadstead.api.route.RouteInstallerFactory;

/** Route installer type {@code netlink}. */
@Extension
public final class NetlinkRouteInstallerFactory implements RouteInstallerFactory<NetlinkConfig> {

    @Inject
    public NetlinkRouteInstallerFactory() {
        // pf4j makes it
    }

    @Override
    public String type() {
        return "netlink";
    }

    @Override
    public Class<NetlinkConfig> configType() {
        return NetlinkConfig.class;
    }

    @Override
    public RouteInstaller<NetlinkConfig> create(String name, NetlinkConfig config, PluginContext context) {
        return new NetlinkRouteInstaller(config, context);
    }
}
