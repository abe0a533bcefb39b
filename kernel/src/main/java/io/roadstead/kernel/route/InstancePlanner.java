package io.roadstead.kernel.route;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpNodeConfigOverride;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.SecretObject;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.peer.PeerId;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteReason;
import io.roadstead.kernel.route.DefaultGateways.Gateway;

/**
 * Node selector → cluster configuration → instances with this node's override → peers with their configuration and password. Pure: what was in force before is
 * an argument, since a peer whose configuration or password has gone keeps the last good one while its session lives, and a node keeps its first owner.
 */
final class InstancePlanner {

    private final BgpSettings settings;
    private final DefaultGateways gateways;

    InstancePlanner(BgpSettings settings, DefaultGateways gateways) {
        this.settings = settings;
        this.gateways = gateways;
    }

    /**
     * @param owner    the cluster configuration that was in force on this node; null when none was
     * @param lastGood the plan of a peer that has a session; empty for others
     */
    NodePlan plan(ClusterView cluster, @Nullable String owner, Function<PeerId, Optional<PeerPlan>> lastGood) {
        List<BgpClusterConfig> candidates =
                BgpChecks.byAge(cluster.all(BgpClusterConfig.class)).stream().filter(config -> selects(config, cluster)).toList();
        if (candidates.isEmpty()) {
            return new NodePlan(null, List.of(), List.of(), new Reason(RouteReason.NODE_NOT_SELECTED, selectors(cluster)));
        }
        BgpClusterConfig config = candidates.stream().filter(candidate -> candidate.meta().name().equals(owner)).findFirst()
                .orElse(candidates.getFirst());
        List<PeerPlan> peers = new ArrayList<>();
        for (BgpClusterConfig.Instance instance : config.instances()) {
            BgpNodeConfigOverride.Instance override = override(cluster, instance.name());
            for (BgpClusterConfig.Peer neighbour : instance.peers()) {
                PeerId id = new PeerId(instance.name(), neighbour.name());
                peers.add(peer(cluster, instance, override, neighbour, id, lastGood.apply(id).orElse(null)));
            }
        }
        peers.sort(Comparator.comparing(PeerPlan::id));
        String subject = BgpClusterConfig.KIND + " " + config.meta().name() + " has no peer";
        List<Reason> conflicts = candidates.stream().filter(candidate -> !candidate.equals(config))
                .map(candidate -> new Reason(RouteReason.CLUSTER_CONFIG_CONFLICT,
                        BgpClusterConfig.KIND + " " + candidate.meta().name() + " has no effect here, " + config.meta().name() + " has"))
                .toList();
        return new NodePlan(config.meta().name(), peers, conflicts,
                peers.isEmpty() ? new Reason(RouteReason.NODE_NOT_SELECTED, subject) : null);
    }

    private static boolean selects(BgpClusterConfig config, ClusterView cluster) {
        LabelSelector selector = config.nodeSelector();
        return selector == null || selector.matches(cluster.localNodeLabels());
    }

    private static String selectors(ClusterView cluster) {
        return BgpChecks.byAge(cluster.all(BgpClusterConfig.class)).stream()
                .map(config -> BgpClusterConfig.KIND + " " + config.meta().name() + " wants " + config.nodeSelector())
                .collect(Collectors.joining("; "));
    }

    private static BgpNodeConfigOverride.@Nullable Instance override(ClusterView cluster, String instance) {
        return cluster.get(BgpNodeConfigOverride.class, "", cluster.localNodeName())
                .flatMap(override -> override.instances().stream().filter(item -> item.name().equals(instance)).findFirst()).orElse(null);
    }

    private PeerPlan peer(ClusterView cluster, BgpClusterConfig.Instance instance, BgpNodeConfigOverride.@Nullable Instance override,
            BgpClusterConfig.Peer neighbour, PeerId id, @Nullable PeerPlan last) {
        AsNumber localAsn = override != null && override.localAsn() != null ? override.localAsn() : instance.localAsn();
        if (localAsn == null) {
            return PeerPlan.blocked(id, neighbour, new Reason(RouteReason.NO_LOCAL_ASN, "instance " + instance.name()));
        }
        Reason problem = null;
        Gateway remote = neighbour.address() == null ? null : new Gateway(neighbour.address(), "");
        if (remote == null && neighbour.autoDiscovery() != null) {
            remote = gateways.of(neighbour.autoDiscovery()).orElse(null);
            if (remote == null) {
                problem = new Reason(RouteReason.NO_DEFAULT_GATEWAY, neighbour.autoDiscovery().toString());
                remote = last == null ? null : last.remote();
            }
        }
        if (remote == null) {
            return PeerPlan.blocked(id, neighbour, problem == null ? Reason.of(RouteReason.NO_PEER_ADDRESS) : problem);
        }
        BgpPeerConfig config = configOf(cluster, neighbour);
        if (config == null) {
            problem = new Reason(RouteReason.PEER_CONFIG_MISSING, BgpPeerConfig.KIND + " " + neighbour.configRef());
            config = last == null ? null : last.config();
        }
        if (config == null) {
            return PeerPlan.blocked(id, neighbour, problem);
        }
        Secret password = config.password();
        if (password == null && config.authSecretRef() != null) {
            password = passwordIn(cluster, config.authSecretRef());
            if (password == null) {
                problem = new Reason(RouteReason.AUTH_SECRET_MISSING,
                        SecretObject.KIND + " " + settings.secretsNamespace() + "/" + config.authSecretRef());
                if (last == null) {
                    return PeerPlan.blocked(id, neighbour, problem);
                }
                password = last.password(); // none, when the session that is up has none: it goes on until the Secret is there
            }
        }
        try {
            PeerSpec spec = spec(cluster, instance, override, neighbour, id, localAsn, remote, config, password);
            return new PeerPlan(id, neighbour, spec, problem, remote, config, password);
        } catch (IllegalArgumentException refused) {
            return PeerPlan.blocked(id, neighbour, new Reason(RouteReason.SESSION_NOT_OPENED, String.valueOf(refused.getMessage())));
        }
    }

    private static @Nullable BgpPeerConfig configOf(ClusterView cluster, BgpClusterConfig.Peer neighbour) {
        String reference = neighbour.configRef();
        return reference == null ? BgpPeerConfig.defaults() : cluster.get(BgpPeerConfig.class, "", reference).orElse(null);
    }

    private @Nullable Secret passwordIn(ClusterView cluster, String secret) {
        return BgpChecks.hasPassword(cluster, settings, secret)
                ? cluster.get(SecretObject.class, settings.secretsNamespace(), secret)
                        .flatMap(object -> object.value(BgpChecks.PASSWORD_KEY)).orElse(null)
                : null;
    }

    private PeerSpec spec(ClusterView cluster, BgpClusterConfig.Instance instance, BgpNodeConfigOverride.@Nullable Instance override,
            BgpClusterConfig.Peer neighbour, PeerId id, AsNumber localAsn, Gateway remote, BgpPeerConfig config,
            @Nullable Secret password) {
        Integer localPort = override != null && override.localPort() != null ? override.localPort() : instance.localPort();
        IpAddress localAddress = neighbour.sourceAddress();
        if (localAddress == null && override != null) {
            localAddress = override.peers().stream().filter(peer -> peer.name().equals(neighbour.name())).findFirst()
                    .map(BgpNodeConfigOverride.Peer::localAddress).orElse(null);
        }
        IpAddress address = remote.address();
        String sourceInterface = config.sourceInterface();
        if (sourceInterface == null && address.isLinkLocal() && !remote.networkInterface().isEmpty()) {
            sourceInterface = remote.networkInterface(); // the zone without which the address means nothing
        }
        BgpPeerConfig.GracefulRestart restart = config.gracefulRestart();
        Duration restartTime = restart != null && restart.enabled() ? restart.restartTime() : null;
        Set<AfiSafi> families = config.families().stream().map(BgpPeerConfig.Family::afiSafi).collect(Collectors.toSet());
        return new PeerSpec(id, localAsn, routerId(cluster, instance, override), localPort, address, config.peerPort(), neighbour.asn(),
                localAddress, sourceInterface, config.timers(), password, restartTime, config.ebgpMultihop(),
                families.isEmpty() ? EnumSet.allOf(AfiSafi.class) : families, neighbour.passive());
    }

    /**
     * The override's, the instance's, the agent's; else the node's first IPv4 InternalIP; else, on a node that has none, one derived from the node's name, so that it
     * is the same after every restart.
     */
    private RouterId routerId(ClusterView cluster, BgpClusterConfig.Instance instance, BgpNodeConfigOverride.@Nullable Instance override) {
        if (override != null && override.routerId() != null) {
            return override.routerId();
        }
        if (instance.routerId() != null) {
            return instance.routerId();
        }
        if (settings.routerId() != null) {
            return settings.routerId();
        }
        return cluster.localNode().flatMap(InstancePlanner::internalIpv4).orElseGet(() -> {
            int hash = cluster.localNodeName().hashCode();
            return new RouterId(hash == 0 ? 1 : hash);
        });
    }

    private static Optional<RouterId> internalIpv4(Node node) {
        return node.addresses().stream().filter(address -> address.type() == Node.AddressType.INTERNAL_IP).map(Node.Address::address)
                .filter(address -> address.family() == AddressFamily.IPV4 && !address.isUnspecified()).findFirst().map(RouterId::of);
    }
}
