package io.roadstead.plugin.bgp.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;

import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.PeerProtocolContract;

class BgpProtocolContractTest extends PeerProtocolContract {

    private final List<NettyTransport> transports = new ArrayList<>();
    private int port;

    @BeforeEach
    void findAPort() {
        try (ServerSocket free = ScriptedPeer.listen()) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void afterClose() {
        transports.forEach(NettyTransport::close);
    }

    @Override
    protected PeerProtocol<?> newProtocol() {
        NettyTransport transport = EpollOrNioTransport.best(1, Thread.ofPlatform().daemon().factory());
        transports.add(transport);
        return new BgpProtocol(new FakePluginContext("peer-bgp", Path.of("target", "state")), transport, TestSpeaker.CONFIG);
    }

    @Override
    protected PeerSpec routerEnd() {
        return Specs.specs().id("router", "node").localAsn(65000).routerId("192.0.2.2").localPort(port).peer("127.0.0.2", 179)
                .peerAsn(65001).passive()
                .build();
    }

    @Override
    protected PeerSpec nodeEnd() {
        return Specs.specs().localAddress("127.0.0.2").peer("127.0.0.1", port).build();
    }
}
