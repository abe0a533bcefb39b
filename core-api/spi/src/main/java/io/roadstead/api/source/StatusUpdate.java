package io.roadstead.api.source;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpNodeConfig;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.service.Service;

/** A status to be kept with an object. */
public sealed interface StatusUpdate {
    /** Which object's. */
    ResourceKey key();

    /** Written by the leader: addresses of a Service, and the conditions about them. */
    record ServiceStatus(ResourceKey key, Service.Status status) implements StatusUpdate {
    }

    /**
     * Written by the leader: by whom a Service is announced to whom, as one condition beside those of {@link ServiceStatus}, which neither touches.
     *
     * @param condition of type {@link #TYPE}; null takes it away
     */
    record ServiceAnnouncement(ResourceKey key, @Nullable Condition condition) implements StatusUpdate {
        /** The condition's type. */
        public static final String TYPE = "roadstead.io/Announced";
    }

    /** Written by the leader: all of Roadstead's conditions of a pool, cluster configuration or peer configuration. */
    record Conditions(ResourceKey key, List<Condition> conditions) implements StatusUpdate {
        public Conditions {
            conditions = List.copyOf(conditions);
        }
    }

    /**
     * Written by each node for itself: the status of its CiliumBGPNodeConfig. Empty instances clear it.
     *
     * @param key of the {@link BgpNodeConfig} with the name of the node
     */
    record BgpNodeStatus(ResourceKey key, List<InstanceStatus> instances, List<Condition> conditions) implements StatusUpdate {
        public BgpNodeStatus {
            instances = List.copyOf(instances);
            conditions = List.copyOf(conditions);
        }
    }

    /** One virtual router. */
    record InstanceStatus(String name, AsNumber localAsn, List<PeerStatus> peers) {
        public InstanceStatus {
            peers = List.copyOf(peers);
        }
    }

    /**
     * One neighbour.
     *
     * @param asn              learned where configured 0
     * @param establishedTime  null unless established
     * @param appliedHold      null unless established
     * @param appliedKeepalive null unless established
     */
    record PeerStatus(String name, IpAddress address, AsNumber asn, SessionState state, @Nullable Instant establishedTime,
            @Nullable Duration appliedHold, @Nullable Duration appliedKeepalive, Map<AfiSafi, RouteCount> routeCounts) {
        public PeerStatus {
            routeCounts = Map.copyOf(routeCounts);
        }
    }

    /** How many prefixes. */
    record RouteCount(int received, int advertised) {
    }
}
