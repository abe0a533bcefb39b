package io.roadstead.plugin.bgp.session;

import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerListener;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.plugin.netty.EpollOrNioTransport;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.testkit.FakePluginContext;
import io.roadstead.testkit.lab.Namespace;

/** Our BGP with its own event loops, in a namespace or on the machine's loopback, and all that it told. */
final class TestSpeaker implements AutoCloseable {

    static final BgpConfig CONFIG = new BgpConfig(IpAddress.parse("::"), "", 1, false, 0);

    private final NettyTransport transport;
    private final BgpProtocol protocol;
    private final Recorder recorder = new Recorder();

    TestSpeaker(NettyTransport transport, BgpConfig config) {
        this.transport = transport;
        this.protocol = new BgpProtocol(new FakePluginContext("peer-bgp", Path.of("target", "state")), transport, config);
        protocol.start(recorder);
    }

    static TestSpeaker in(Namespace namespace) {
        return new TestSpeaker(EpollOrNioTransport.best(1, namespace.threads("speaker")), CONFIG);
    }

    static TestSpeaker onLoopback() {
        return onLoopback(CONFIG);
    }

    static TestSpeaker onLoopback(BgpConfig config) {
        ThreadFactory threads = task -> Thread.ofPlatform().daemon().name("speaker").unstarted(task);
        return new TestSpeaker(EpollOrNioTransport.best(1, threads), config);
    }

    BgpProtocol protocol() {
        return protocol;
    }

    PeerSession open(PeerSpec spec) {
        return protocol.open(spec);
    }

    Recorder told() {
        return recorder;
    }

    /** As a killed process does: sockets close, nothing is said. */
    void kill() {
        transport.close();
    }

    @Override
    public void close() {
        protocol.close();
        transport.close();
    }

    /** What the protocol told its listener. */
    static final class Recorder implements PeerListener {
        private final Queue<PeerStatus> statuses = new ConcurrentLinkedQueue<>();
        private final Queue<AfiSafi> endsOfRib = new ConcurrentLinkedQueue<>();
        private final Queue<IpPrefix> bestPaths = new ConcurrentLinkedQueue<>();

        @Override
        public void statusChanged(PeerStatus status) {
            statuses.add(status);
        }

        @Override
        public void endOfRib(PeerId peer, AfiSafi family) {
            endsOfRib.add(family);
        }

        @Override
        public void bestPathsChanged(String instance, AfiSafi family, List<IpPrefix> prefixes) {
            bestPaths.addAll(prefixes);
        }

        List<PeerStatus> statuses() {
            return List.copyOf(statuses);
        }

        List<AfiSafi> endsOfRib() {
            return List.copyOf(endsOfRib);
        }

        List<IpPrefix> bestPaths() {
            return List.copyOf(bestPaths);
        }
    }
}
