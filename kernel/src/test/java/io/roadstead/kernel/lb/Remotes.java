package io.roadstead.kernel.lb;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.mesh.RemoteCluster;
import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.mesh.RemoteService.Condition;
import io.roadstead.api.model.mesh.RemoteService.Endpoint;
import io.roadstead.api.model.mesh.RemoteService.Port;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.service.Protocol;

/** Writes what other clusters tell. */
public final class Remotes {

    private Remotes() {
    }

    /** Of {@code default/webpod}. */
    public static RemoteService shared(String cluster, Endpoint... endpoints) {
        return shared("webpod", cluster, endpoints);
    }

    public static RemoteService shared(String service, String cluster, Endpoint... endpoints) {
        return new RemoteService(ObjectMeta.of("default", service), cluster, id(cluster), List.of(endpoints));
    }

    /** An active one with an unnamed TCP port 80. */
    public static Endpoint active(String address) {
        return endpoint(address, Condition.ACTIVE, new Port("", Protocol.TCP, 80));
    }

    static Endpoint endpoint(String address, Condition condition, Port... ports) {
        return new Endpoint(IpAddress.parse(address), List.of(ports), "", List.of(), condition);
    }

    static RemoteNode node(String cluster, String name, String zone, String address, String... podCidrs) {
        ObjectMeta meta = ObjectMeta.of("", name).withLabels(zone.isEmpty() ? Map.of() : Map.of("topology.kubernetes.io/zone", zone));
        return new RemoteNode(meta, cluster, id(cluster), List.of(IpAddress.parse(address)),
                Arrays.stream(podCidrs).map(IpPrefix::parse).toList());
    }

    static RemoteCluster cluster(String name, @Nullable Instant lostSince) {
        return new RemoteCluster(ObjectMeta.of("", name), id(name), lostSince);
    }

    private static int id(String cluster) {
        return cluster.charAt(0);
    }
}
