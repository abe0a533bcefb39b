package io.roadstead.api.model.bgp;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.RouterId;

/** A CiliumBGPNodeConfigOverride: what differs on the node of the same name. */
public record BgpNodeConfigOverride(ObjectMeta meta, List<Instance> instances) implements Resource {

    public static final String KIND = "CiliumBGPNodeConfigOverride";

    public BgpNodeConfigOverride {
        instances = List.copyOf(instances);
        BgpClusterConfig.checkDistinct("bgpInstances", instances.stream().map(Instance::name).toList());
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** Null leaves what the cluster configuration says. */
    public record Instance(String name, @Nullable RouterId routerId, @Nullable Integer localPort, @Nullable AsNumber localAsn,
            List<Peer> peers) {
        public Instance {
            peers = List.copyOf(peers);
            if (localAsn != null && localAsn.value() == 0) {
                throw new IllegalArgumentException("localASN 0 is not in 1 to 4294967295");
            }
            BgpClusterConfig.checkPort("localPort", localPort);
            BgpClusterConfig.checkDistinct("peers", peers.stream().map(Peer::name).toList());
        }
    }

    /** The session's source address towards that peer. */
    public record Peer(String name, @Nullable IpAddress localAddress) {
    }
}
