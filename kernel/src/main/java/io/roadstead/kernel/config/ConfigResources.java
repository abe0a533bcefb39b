package io.roadstead.kernel.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.bgp.BgpTimers;
import io.roadstead.api.model.bgp.Origin;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.model.pool.LoadBalancerIpPool;

/**
 * Turns what the configuration says about BGP and pools into the records that Cilium's resources become. Their names begin with {@code config:}, which no object
 * of Kubernetes can; they count as the oldest, so that on this node they win over resources.
 */
public final class ConfigResources {

    /** Begins every name. */
    public static final String PREFIX = "config:";

    private static final String LABEL = "roadstead.io/config";

    private ConfigResources() {
    }

    /** All of them: the same configuration gives equal records. */
    public static List<Resource> of(AgentConfig config) {
        List<Resource> resources = new ArrayList<>();
        BgpConfig bgp = config.bgp();
        if (!bgp.instances().isEmpty()) {
            List<BgpClusterConfig.Instance> instances = new ArrayList<>();
            new TreeMap<>(bgp.instances()).forEach((name, instance) -> instances.add(instance(name, instance, bgp.routerId(), resources)));
            resources.add(new BgpClusterConfig(ObjectMeta.of("", PREFIX + "bgp"), null, instances));
        }
        new TreeMap<>(config.loadBalancer().pools()).forEach((name, pool) -> resources.add(pool(name, pool)));
        return List.copyOf(resources);
    }

    private static BgpClusterConfig.Instance instance(String name, BgpConfig.Instance instance, @Nullable RouterId defaultId,
            List<Resource> resources) {
        List<BgpClusterConfig.Peer> peers = new ArrayList<>();
        new TreeMap<>(instance.peers()).forEach((peerName, peer) -> {
            String id = name + "/" + peerName;
            resources.add(peerConfig(id, peer));
            if (!peer.advertise().isEmpty()) {
                ObjectMeta meta = ObjectMeta.of("", PREFIX + id).withLabels(Map.of(LABEL, id));
                resources.add(new BgpAdvertisement(meta, peer.advertise().stream().map(ConfigResources::entry).toList()));
            }
            peers.add(
                    new BgpClusterConfig.Peer(peerName, peer.address(), peer.asn(), PREFIX + id, peer.autoDiscovery(), peer.sourceAddress(),
                            peer.passive()));
        });
        RouterId routerId = instance.routerId() != null ? instance.routerId() : defaultId;
        return new BgpClusterConfig.Instance(name, instance.localAsn(), instance.localPort(), peers, routerId);
    }

    private static BgpPeerConfig peerConfig(String id, BgpConfig.Peer peer) {
        BgpTimers timers = new BgpTimers(peer.timers().connectRetry(), peer.timers().hold(), peer.timers().keepalive());
        Duration restartTime = peer.gracefulRestart().restartTime();
        LabelSelector advertisements = LabelSelector.ofLabels(Map.of(LABEL, id));
        return new BgpPeerConfig(ObjectMeta.of("", PREFIX + id), peer.port(), peer.sourceInterface(), timers, null,
                restartTime == null ? null : new BgpPeerConfig.GracefulRestart(true, restartTime), peer.ebgpMultihop(),
                new TreeSet<>(peer.families()).stream().map(family -> new BgpPeerConfig.Family(AfiSafi.unicast(family), advertisements))
                        .toList(),
                peer.password());
    }

    private static BgpAdvertisement.Entry entry(Advertise item) {
        RouteAttributes attributes =
                new RouteAttributes(Origin.IGP, new TreeSet<>(item.standardCommunities()), new TreeSet<>(item.largeCommunities()),
                        item.localPreference(), null, 0, null);
        String type = String.valueOf(item.type()); // its constructor has filled it
        BgpAdvertisement.ServiceOptions service = item.service().isEmpty()
                ? null
                : new BgpAdvertisement.ServiceOptions(item.service(), item.aggregationLengthIpv4(), item.aggregationLengthIpv6(),
                        Boolean.TRUE.equals(item.withdrawWithoutEndpoints()), Boolean.TRUE.equals(item.honourNodeExclusion()));
        // A person who writes no selector here means all; a resource without one selects nothing.
        LabelSelector selector = item.selector() == null ? LabelSelector.EVERYTHING : item.selector().toModel();
        return new BgpAdvertisement.Entry(type, selector, service, attributes,
                item.nodeSelector() == null ? null : item.nodeSelector().toModel(),
                item.parameters());
    }

    private static LoadBalancerIpPool pool(String name, LoadBalancerConfig.Pool pool) {
        return new LoadBalancerIpPool(ObjectMeta.of("", PREFIX + name),
                pool.blocks().stream().map(LoadBalancerConfig.Block::toModel).toList(),
                pool.serviceSelector() == null ? null : pool.serviceSelector().toModel(), pool.allowFirstLastIps(), pool.disabled());
    }
}
