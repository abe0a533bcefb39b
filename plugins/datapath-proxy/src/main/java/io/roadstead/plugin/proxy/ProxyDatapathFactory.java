package io.roadstead.plugin.proxy;

import jakarta.inject.Inject;
import org.pf4j.Extension;

import io.roadstead.api.lb.Datapath;
import io.roadstead.api.lb.DatapathFactory;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.plugin.proxy.relay.ProxyConfig;

/** Datapath {@code proxy}. */
@Extension
public final class ProxyDatapathFactory implements DatapathFactory<ProxyConfig> {

    private final NettyTransport transport;

    @Inject
    public ProxyDatapathFactory(NettyTransport transport) {
        this.transport = transport;
    }

    @Override
    public String type() {
        return "proxy";
    }

    @Override
    public Class<ProxyConfig> configType() {
        return ProxyConfig.class;
    }

    @Override
    public Datapath<ProxyConfig> create(String name, ProxyConfig config, PluginContext context) {
        return new ProxyDatapath(context, transport, config);
    }
}
