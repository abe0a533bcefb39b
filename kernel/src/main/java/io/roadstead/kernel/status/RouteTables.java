package io.roadstead.kernel.status;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.PathAttributes;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.peer.PeerProtocol;
import io.roadstead.api.peer.PeerSession;
import io.roadstead.api.peer.RibEntry;
import io.roadstead.api.peer.RouteEntry;
import io.roadstead.api.view.KernelViews.RouteTable;
import io.roadstead.api.view.RouteView;
import io.roadstead.kernel.route.OriginatedRoute;
import io.roadstead.kernel.route.PeerInfo;
import io.roadstead.kernel.route.RouteController;

/** Lists routes. Asked on the control loop; the answer may come from the sessions' loops. */
final class RouteTables {

    private final String node;
    private final RouteController routes;
    private final InstantSource clock;

    RouteTables(String node, RouteController routes, InstantSource clock) {
        this.node = node;
        this.routes = routes;
        this.clock = clock;
    }

    CompletionStage<List<RouteView>> of(RouteTable table, AfiSafi family, Optional<String> peer) {
        return switch (table) {
            case AVAILABLE -> available(family);
            case ADVERTISED -> sessions(PeerSession.Direction.ADVERTISED, family, peer);
            case RECEIVED -> sessions(PeerSession.Direction.RECEIVED, family, peer);
        };
    }

    private CompletionStage<List<RouteView>> available(AfiSafi family) {
        Map<String, AsNumber> instances = new TreeMap<>();
        for (PeerInfo peer : routes.peers()) {
            AsNumber localAsn = peer.localAsn();
            if (localAsn != null) {
                instances.putIfAbsent(peer.id().instance(), localAsn);
            }
        }
        List<CompletionStage<List<RouteView>>> parts = new ArrayList<>();
        instances.forEach((instance, localAsn) -> {
            parts.add(CompletableFuture
                    .completedFuture(
                            routes.originated(instance, family).stream().map(route -> originated(instance, localAsn, route)).toList()));
            Optional<PeerProtocol<?>> protocol = routes.protocol();
            if (protocol.isPresent()) {
                Map<String, String> addresses = routes.peers().stream().filter(peer -> peer.id().instance().equals(instance))
                        .collect(Collectors.toMap(peer -> peer.id().peer(), RouteTables::address));
                parts.add(protocol.get().rib(instance, family)
                        .thenApply(rib -> rib.stream().map(entry -> learned(instance, localAsn, addresses, entry)).toList()));
            }
        });
        return joined(parts);
    }

    private RouteView originated(String instance, AsNumber localAsn, OriginatedRoute route) {
        return new RouteView(node, instance, localAsn, "", "", route.prefix(), path(route), age(route.since()), true, true,
                "originated here");
    }

    private static PathAttributes path(OriginatedRoute route) {
        RouteAttributes attributes = route.attributes();
        IpAddress unspecified = switch (route.prefix().family()) {
            case IPV4 -> IpAddress.ipv4(0);
            case IPV6 -> IpAddress.ipv6(0, 0);
        };
        IpAddress nextHop = attributes.nextHop();
        return new PathAttributes(attributes.origin(), AsPath.EMPTY, nextHop == null ? unspecified : nextHop, null, attributes.med(),
                attributes.localPreference(), false, null, List.copyOf(attributes.communities()),
                List.copyOf(attributes.largeCommunities()), List.of(),
                null, List.of(), List.of());
    }

    private RouteView learned(String instance, AsNumber localAsn, Map<String, String> addresses, RibEntry entry) {
        return new RouteView(node, instance, localAsn, entry.peer().peer(), addresses.getOrDefault(entry.peer().peer(), ""), entry.prefix(),
                entry.attributes(), age(entry.since()), entry.best(), entry.multipath(), entry.reason());
    }

    private CompletionStage<List<RouteView>> sessions(PeerSession.Direction direction, AfiSafi family, Optional<String> wanted) {
        List<PeerInfo> peers = routes.peers().stream()
                .filter(peer -> wanted.isEmpty() || peer.id().peer().equals(wanted.get()) || address(peer).equals(wanted.get())).toList();
        if (peers.isEmpty() && wanted.isPresent()) {
            throw new RoadsteadException(CommonErrorCode.NOT_FOUND, "peer " + wanted.get(), "this node has no such peer",
                    "name one of " + routes.peers().stream().map(peer -> peer.id().peer()).distinct().toList() + ", or its address");
        }
        List<CompletionStage<List<RouteView>>> parts = new ArrayList<>();
        for (PeerInfo peer : peers) {
            PeerSession session = peer.session();
            AsNumber localAsn = peer.localAsn();
            if (session != null && localAsn != null) {
                parts.add(session.routes(direction, family)
                        .thenApply(entries -> entries.stream().map(entry -> entry(peer, localAsn, entry)).toList()));
            }
        }
        return joined(parts);
    }

    private RouteView entry(PeerInfo peer, AsNumber localAsn, RouteEntry entry) {
        String note = entry.stale() ? "stale" : entry.ineligible();
        return new RouteView(node, peer.id().instance(), localAsn, peer.id().peer(), address(peer), entry.prefix(), entry.attributes(),
                age(entry.since()), null, null, note);
    }

    private static String address(PeerInfo peer) {
        @Nullable
        IpAddress address = peer.address();
        return address == null ? "" : address.toString();
    }

    private long age(Instant since) {
        return Math.max(0, Duration.between(since, clock.instant()).toMillis());
    }

    private static CompletionStage<List<RouteView>> joined(List<CompletionStage<List<RouteView>>> parts) {
        CompletionStage<List<RouteView>> all = CompletableFuture.completedFuture(List.of());
        for (CompletionStage<List<RouteView>> part : parts) {
            all = all.thenCombine(part, (before, more) -> {
                List<RouteView> both = new ArrayList<>(before);
                both.addAll(more);
                return both;
            });
        }
        return all;
    }
}
