package io.roadstead.kernel.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.OpenKeys;
import io.roadstead.api.config.Secret;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;

/** The section {@code roadstead.bgp}. What can also be said by Cilium's resources has the same meaning and defaults here. */
public record BgpConfig(@Doc("Status of sessions for the cluster's users.") StatusReport statusReport,
        @Doc("Namespace of the Secrets with passwords that CiliumBGPPeerConfig resources name.") String secretsNamespace,
        @Doc("BGP Identifier of instances that have none of their own. Default: the node's IPv4 InternalIP.") @Nullable RouterId routerId,
        @Doc("Virtual routers of this node. With any, this node ignores CiliumBGPClusterConfig resources.") @OpenKeys Map<String, Instance> instances) {

    public BgpConfig {
        if (instances.size() > 16) {
            throw new IllegalArgumentException("instances has at most 16 entries, not " + instances.size());
        }
    }

    /** Status. */
    public record StatusReport(
            @Doc("Whether each node's session states are written to its CiliumBGPNodeConfig; off is cheaper in large clusters.") boolean enabled,
            @Doc("Whether one agent of the cluster tells on each Service, as condition roadstead.io/Announced, from how many nodes it is announced to whom, and why not from others.") boolean services) {
    }

    /** One virtual router. */
    public record Instance(@Doc("Own AS number, 1 to 4294967295; asdot is understood.") AsNumber localAsn,
            @Doc("Port to listen at, 1 to 65535. Default: no listener.") @Nullable Integer localPort,
            @Doc("BGP Identifier. Default: roadstead.bgp.router-id.") @Nullable RouterId routerId,
            @Doc("Neighbours.") @OpenKeys Map<String, Peer> peers) {
        public Instance {
            if (localAsn.value() == 0) {
                throw new IllegalArgumentException("local-asn 0 is not in 1 to 4294967295");
            }
            if (localPort != null) {
                checkRange("local-port", localPort, 1, 65535);
            }
            peers.forEach((name, peer) -> {
                if (peer.passive() && localPort == null) {
                    throw new IllegalArgumentException("peers '" + name + "' is passive, which needs local-port");
                }
            });
        }
    }

    /** One neighbour. */
    public record Peer(@Doc("The peer's AS number; 0 takes it from the peer's OPEN.") AsNumber asn,
            @Doc("The peer's address.") @Nullable IpAddress address,
            @Doc("Instead of an address: the peer is the gateway of this family's default route.") @Nullable AddressFamily autoDiscovery,
            @Doc("The peer's port, 1 to 65535.") int port,
            @Doc("Local address of the session. Default: the route to the peer decides.") @Nullable IpAddress sourceAddress,
            @Doc("Interface whose address is the local one. Default: the route to the peer decides.") @Nullable String sourceInterface,
            @Doc("Timers, whole seconds. A change applies at the next session.") Timers timers,
            @Doc("TTL towards an external peer, 1 to 255; 1 means directly connected.") int ebgpMultihop,
            @Doc("Whether to wait for the peer to connect; needs the instance's local-port.") boolean passive,
            @Doc("TCP MD5 (RFC 2385). Default: none.") @Nullable Secret password,
            @Doc("Graceful restart (RFC 4724).") GracefulRestart gracefulRestart,
            @Doc("Unicast families that are exchanged where the peer agrees; at least one.") Set<AddressFamily> families,
            @Doc(value = "What is announced: pod-cidr, a section with service = [ … ], or the type of an advertiser plugin.",
                    example = "[ pod-cidr, { service = [ load-balancer-ip ] } ]") List<Advertise> advertise) {
        public Peer {
            if ((address == null) == (autoDiscovery == null)) {
                throw new IllegalArgumentException("a peer has either an address or auto-discovery");
            }
            checkRange("port", port, 1, 65535);
            checkRange("ebgp-multihop", ebgpMultihop, 1, 255);
            if (families.isEmpty()) {
                throw new IllegalArgumentException("families is empty");
            }
            if (sourceAddress != null && address != null && sourceAddress.family() != address.family()) {
                throw new IllegalArgumentException("source-address " + sourceAddress + " is not of the family of " + address);
            }
        }
    }

    /** Session timers. */
    public record Timers(@Doc("Wait between attempts to connect, from 1 s; jittered.") Duration connectRetry,
            @Doc("Silence after which the session is lost, 3 s to 65535 s.") Duration hold,
            @Doc("Time between keepalives, 1 s up to hold.") Duration keepalive) {
        public Timers {
            checkSeconds("connect-retry", connectRetry, 1, Integer.MAX_VALUE);
            checkSeconds("hold", hold, 3, 65535);
            checkSeconds("keepalive", keepalive, 1, 65535);
            if (keepalive.compareTo(hold) > 0) {
                throw new IllegalArgumentException(
                        "keepalive " + keepalive.toSeconds() + "s is longer than hold " + hold.toSeconds() + "s");
            }
        }
    }

    /** Graceful restart. */
    public record GracefulRestart(
            @Doc("How long the peer keeps the routes while this agent restarts, 1 s to 4095 s. Default: no graceful restart.") @Nullable Duration restartTime) {
        public GracefulRestart {
            if (restartTime != null) {
                checkSeconds("restart-time", restartTime, 1, 4095);
            }
        }
    }

    static void checkRange(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " " + value + " is not in " + least + " to " + most);
        }
    }

    private static void checkSeconds(String key, Duration value, long least, long most) {
        if (value.getNano() != 0) {
            throw new IllegalArgumentException(key + " " + value.toMillis() + "ms is not in whole seconds");
        }
        if (value.toSeconds() < least || value.toSeconds() > most) {
            throw new IllegalArgumentException(key + " " + value.toSeconds() + "s is not in " + least + "s to " + most + "s");
        }
    }
}
