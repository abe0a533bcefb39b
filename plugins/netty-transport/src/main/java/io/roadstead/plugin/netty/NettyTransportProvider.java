package io.roadstead.plugin.netty;

import org.pf4j.Extension;

import io.roadstead.api.plugin.CapabilityProvider;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.plugin.netty.api.NettyTransport;

/** Exports {@link NettyTransport}. Threads start when first used. */
@Extension
public final class NettyTransportProvider implements CapabilityProvider<NettyTransport> {

    /** A BGP session is idle most of the time, a proxy is not; a thread starts when something is first done on its loop. */
    private static final int MOST_THREADS = 16;

    @Override
    public Class<NettyTransport> capabilityType() {
        return NettyTransport.class;
    }

    @Override
    public NettyTransport create(PluginContext context) {
        return EpollOrNioTransport.best(Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
    }
}
