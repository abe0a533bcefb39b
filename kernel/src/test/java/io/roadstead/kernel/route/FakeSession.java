package io.roadstead.kernel.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.peer.PeerStatus;
import io.roadstead.api.peer.Reconfiguration;
import io.roadstead.api.peer.RouteDelta;
import io.roadstead.api.peer.RouteEntry;

/** Checks that what it is told is consistent, and remembers it. */
public final class FakeSession implements PeerSession {

    public static final Instant ESTABLISHED = Instant.parse("2026-01-01T00:00:00Z");

    public PeerSpec spec;
    public final Map<AfiSafi, TreeMap<IpPrefix, RouteAttributes>> routes = new TreeMap<>();
    public final List<RouteDelta> deltas = new ArrayList<>();
    public int replacements;
    public int reconfigurations;
    public @Nullable CloseReason closed;
    /** Completed by the test when it is not completed yet. */
    public CompletableFuture<Void> closing = CompletableFuture.completedFuture(null);
    public SessionState state;
    public Set<AfiSafi> negotiated = Set.of(AfiSafi.values());
    public List<RouteEntry> received = List.of();

    private final FakeProtocol protocol;

    FakeSession(FakeProtocol protocol, PeerSpec spec) {
        this.protocol = protocol;
        this.spec = spec;
        this.state = protocol.firstState;
    }

    public Map<IpPrefix, RouteAttributes> routes(AfiSafi family) {
        return routes.getOrDefault(family, new TreeMap<>());
    }

    public List<String> ipv4() {
        return routes(AfiSafi.IPV4_UNICAST).keySet().stream().map(IpPrefix::toString).toList();
    }

    @Override
    public PeerId id() {
        return spec.id();
    }

    @Override
    public Reconfiguration reconfigure(PeerSpec newSpec) {
        assertThat(newSpec).isNotEqualTo(spec);
        spec = newSpec;
        reconfigurations++;
        return new Reconfiguration(Reconfiguration.Outcome.APPLIED, Set.of(), Set.of());
    }

    @Override
    public void replaceRoutes(AfiSafi family, Map<IpPrefix, RouteAttributes> all) {
        assertThat(spec.families()).contains(family);
        replacements++;
        routes.put(family, new TreeMap<>(all));
    }

    @Override
    public void updateRoutes(AfiSafi family, RouteDelta delta) {
        TreeMap<IpPrefix, RouteAttributes> table = routes.get(family);
        assertThat(table).as("replaceRoutes comes first").isNotNull();
        delta.withdraw().forEach(prefix -> assertThat(table.remove(prefix)).as("withdrawn %s was announced", prefix).isNotNull());
        delta.announce().forEach((prefix, attributes) -> assertThat(table.put(prefix, attributes)).isNotEqualTo(attributes));
        deltas.add(delta);
    }

    @Override
    public void reset(String communication) {
        throw new AssertionError("the kernel resets nobody");
    }

    @Override
    public PeerStatus status() {
        boolean up = state == SessionState.ESTABLISHED;
        Map<AfiSafi, PeerStatus.FamilyStatus> families = new TreeMap<>();
        spec.families().forEach(family -> families.put(family,
                new PeerStatus.FamilyStatus(up && negotiated.contains(family), up ? 4 : 0, up ? 4 : 0, up ? routes(family).size() : 0, 0,
                        up, up)));
        AsNumber peerAsn = spec.peerAsn();
        return new PeerStatus(spec.id(), spec.localAsn(), peerAsn, spec.peerAddress(), spec.peerPort(), null, null, state, ESTABLISHED,
                up ? ESTABLISHED : null, spec.timers(), up ? Duration.ofSeconds(9) : null, up ? Duration.ofSeconds(3) : null, families,
                List.of(),
                List.of(), spec.ebgpMultihop(), spec.restartTime(), spec.password() != null, Set.of(), 2, "", "sent 6/2",
                PeerStatus.MessageCounters.ZERO);
    }

    @Override
    public CompletionStage<List<RouteEntry>> routes(Direction direction, AfiSafi family) {
        return CompletableFuture.completedFuture(direction == Direction.RECEIVED
                ? received.stream().filter(entry -> entry.prefix().family() == family.addressFamily()).toList()
                : List.of());
    }

    @Override
    public CompletionStage<Void> close(CloseReason reason) {
        assertThat(closed).isNull();
        closed = reason;
        protocol.live.remove(spec.id());
        return closing;
    }
}
