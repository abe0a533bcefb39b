package io.roadstead.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerListener;
import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.peer.Reconfiguration;
import io.roadstead.api.peer.RibEntry;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.api.peer.RouteEntry;
import io.roadstead.api.plugin.InstanceStatus;

/** A protocol of one session that counts how many routes it has been given. */
final class CountingProtocol implements PeerProtocol<CountingProtocol.Config> {

    int routes;

    @Override
    public void start(PeerListener listener) {
        // has nothing to tell
    }

    @Override
    public PeerSession open(PeerSpec spec) {
        return new Session(spec.id());
    }

    @Override
    public CompletionStage<List<RibEntry>> rib(String instance, AfiSafi family) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public boolean reconfigure(Config config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("");
    }

    @Override
    public void close() {
        routes = 0;
    }

    record Config() {
    }

    private final class Session implements PeerSession {
        private final PeerId id;

        Session(PeerId id) {
            this.id = id;
        }

        @Override
        public PeerId id() {
            return id;
        }

        @Override
        public Reconfiguration reconfigure(PeerSpec spec) {
            return new Reconfiguration(Reconfiguration.Outcome.UNCHANGED, Set.of(), Set.of());
        }

        @Override
        public void replaceRoutes(AfiSafi family, Map<IpPrefix, RouteAttributes> all) {
            routes = all.size();
        }

        @Override
        public void updateRoutes(AfiSafi family, RouteDelta delta) {
            routes += delta.announce().size() - delta.withdraw().size();
        }

        @Override
        public void reset(String communication) {
            throw new UnsupportedOperationException("the kernel resets nobody");
        }

        @Override
        public PeerStatus status() {
            throw new UnsupportedOperationException("nobody asks");
        }

        @Override
        public CompletionStage<List<RouteEntry>> routes(Direction direction, AfiSafi family) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletionStage<Void> close(CloseReason reason) {
            return CompletableFuture.completedFuture(null);
        }
    }
}
