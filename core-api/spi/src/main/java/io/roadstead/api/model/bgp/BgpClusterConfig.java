package io.roadstead.api.model.bgp;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;

/**
 * A CiliumBGPClusterConfig: which nodes speak BGP, as whom, with whom.
 *
 * @param nodeSelector null or empty means all nodes
 * @param instances    1 to 16, distinct names
 */
public record BgpClusterConfig(ObjectMeta meta, @Nullable LabelSelector nodeSelector, List<Instance> instances) implements Resource {

    public static final String KIND = "CiliumBGPClusterConfig";

    public BgpClusterConfig {
        instances = List.copyOf(instances);
        if (instances.isEmpty() || instances.size() > 16) {
            throw new IllegalArgumentException("bgpInstances has 1 to 16 items, not " + instances.size());
        }
        checkDistinct("bgpInstances", instances.stream().map(Instance::name).toList());
    }

    @Override
    public String kind() {
        return KIND;
    }

    static void checkDistinct(String field, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isEmpty() || name.length() > 255) {
                throw new IllegalArgumentException(field + ": a name has 1 to 255 characters");
            }
            if (!seen.add(name)) {
                throw new IllegalArgumentException(field + ": name '" + name + "' stands twice");
            }
        }
    }

    /**
     * One virtual router.
     *
     * @param localAsn  null when only the node's override states it; 1 to 4294967295
     * @param localPort null means no listener
     * @param routerId  Roadstead's: null means the node's override, then the node's first IPv4 InternalIP
     */
    public record Instance(String name, @Nullable AsNumber localAsn, @Nullable Integer localPort, List<Peer> peers,
            @Nullable RouterId routerId) {
        public Instance {
            peers = List.copyOf(peers);
            if (localAsn != null && localAsn.value() == 0) {
                throw new IllegalArgumentException("localASN 0 is not in 1 to 4294967295");
            }
            checkPort("localPort", localPort);
            checkDistinct("peers", peers.stream().map(Peer::name).toList());
        }

        /** As a Cilium resource states it: without Roadstead's own fields. */
        public Instance(String name, @Nullable AsNumber localAsn, @Nullable Integer localPort, List<Peer> peers) {
            this(name, localAsn, localPort, peers, null);
        }
    }

    /**
     * One neighbour.
     *
     * @param address       null with auto-discovery
     * @param asn           0 means: take it from the peer's OPEN
     * @param configRef     name of a CiliumBGPPeerConfig; null means the defaults
     * @param autoDiscovery family of the default route whose gateway is the peer; null for none
     * @param sourceAddress Roadstead's: local address of the session; null means the override, then the route to the peer, decides
     * @param passive       Roadstead's: only accept, never connect; needs the instance's local port
     */
    public record Peer(String name, @Nullable IpAddress address, AsNumber asn, @Nullable String configRef,
            @Nullable AddressFamily autoDiscovery,
            @Nullable IpAddress sourceAddress, boolean passive) {

        /** As a Cilium resource states it: without Roadstead's own fields. */
        public Peer(String name, @Nullable IpAddress address, AsNumber asn, @Nullable String configRef,
                @Nullable AddressFamily autoDiscovery) {
            this(name, address, asn, configRef, autoDiscovery, null, false);
        }
    }

    static void checkPort(String field, @Nullable Integer port) {
        if (port != null && (port < 1 || port > 65535)) {
            throw new IllegalArgumentException(field + " " + port + " is not in 1 to 65535");
        }
    }
}
