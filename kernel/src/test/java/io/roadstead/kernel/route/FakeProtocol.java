package io.roadstead.kernel.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerListener;
import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.RibEntry;
import io.roadstead.api.plugin.InstanceStatus;

/** Keeps every session that was ever opened, newest last. */
public final class FakeProtocol implements PeerProtocol<FakeProtocol.Config> {

    public final List<FakeSession> opened = new ArrayList<>();
    public final Map<PeerId, FakeSession> live = new TreeMap<>();
    public final List<RibEntry> rib = new ArrayList<>();
    /** Until then nobody is told what is in it. */
    public CompletableFuture<@Nullable Void> ribReady = CompletableFuture.completedFuture(null);
    public @Nullable PeerListener listener;
    /** Of sessions when they are opened. */
    public SessionState firstState = SessionState.ESTABLISHED;
    /** What open answers instead; empty opens. */
    public String refusal = "";

    @Override
    public void start(PeerListener newListener) {
        listener = newListener;
    }

    @Override
    public PeerSession open(PeerSpec spec) {
        if (listener == null) {
            throw new IllegalStateException("not started");
        }
        if (live.containsKey(spec.id())) {
            throw new IllegalStateException(spec.id() + " is open already");
        }
        if (!refusal.isEmpty()) {
            throw new RoadsteadException(CommonErrorCode.ADDRESS_IN_USE, "peer " + spec.id(), refusal, "");
        }
        FakeSession session = new FakeSession(this, spec);
        opened.add(session);
        live.put(spec.id(), session);
        return session;
    }

    /** The live session of a peer. */
    public FakeSession session(String instance, String peer) {
        FakeSession session = live.get(new PeerId(instance, peer));
        if (session == null) {
            throw new AssertionError("no session with " + instance + "/" + peer + ", only " + live.keySet());
        }
        return session;
    }

    @Override
    public CompletionStage<List<RibEntry>> rib(String instance, AfiSafi family) {
        return ribReady.thenApply(
                ready -> rib.stream()
                        .filter(entry -> entry.prefix().family() == family.addressFamily() && entry.peer().instance().equals(instance))
                        .toList());
    }

    @Override
    public boolean reconfigure(Config config) {
        return true;
    }

    @Override
    public InstanceStatus status() {
        return InstanceStatus.ok("fake");
    }

    @Override
    public void close() {
        live.clear();
    }

    /** Empty. */
    public record Config() {
    }
}
