package io.roadstead.plugin.bgp;

import jakarta.inject.Inject;
import org.pf4j.Extension;

import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerProtocolFactory;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.plugin.bgp.session.BgpConfig;
import io.roadstead.plugin.bgp.session.BgpProtocol;
import io.roadstead.plugin.netty.api.NettyTransport;

/** Peer protocol {@code bgp}. */
@Extension
public final class BgpProtocolFactory implements PeerProtocolFactory<BgpConfig> {

    private final NettyTransport transport;

    @Inject
    public BgpProtocolFactory(NettyTransport transport) {
        this.transport = transport;
    }

    @Override
    public String type() {
        return "bgp";
    }

    @Override
    public Class<BgpConfig> configType() {
        return BgpConfig.class;
    }

    @Override
    public PeerProtocol<BgpConfig> create(String name, BgpConfig config, PluginContext context) {
        return new BgpProtocol(context, transport, config);
    }
}
