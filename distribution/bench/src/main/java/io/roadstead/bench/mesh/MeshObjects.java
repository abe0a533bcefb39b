package io.roadstead.bench.mesh;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.pod.Pod;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.model.service.TrafficPolicy;

/** Objects of a cluster, made from numbers. */
final class MeshObjects {

    static final String NAMESPACE = "default";
    static final int PORT = 80;
    static final int TARGET_PORT = 8080;

    private static final int FIRST_NODE = 0xac100000; // 172.16.0.0
    private static final Map<String, String> GLOBAL = Map.of("service.cilium.io/global", "true");

    private MeshObjects() {
    }

    /** A node, whose Pod CIDR is the /24 of that number within 10.0.0.0/8. */
    static Node node(int number, Map<String, String> labels) {
        return new Node(new ObjectMeta("", nodeName(number), labels, Map.of(), Instant.EPOCH),
                List.of(new Node.Address(Node.AddressType.INTERNAL_IP, IpAddress.ipv4(FIRST_NODE + number))),
                List.of(IpPrefix.parse("10." + (number >> 8) + "." + (number & 0xff) + ".0/24")), false, List.of());
    }

    static String nodeName(int number) {
        return "node-" + number;
    }

    /** A Service at an address of its own, shared with other clusters or not. */
    static Service service(String name, int clusterIp, boolean global) {
        return new Service(new ObjectMeta(NAMESPACE, name, Map.of(), global ? GLOBAL : Map.of(), Instant.EPOCH),
                new Service.Spec(ServiceType.CLUSTER_IP, List.of(IpAddress.ipv4(clusterIp)), List.of(), null, null, TrafficPolicy.CLUSTER,
                        TrafficPolicy.CLUSTER, List.of(), null, List.of(new Service.Port("http", Protocol.TCP, PORT, "", 0)),
                        Map.of("app", name), null, List.of(), 0, true, false, null),
                Service.Status.NONE);
    }

    /** The only slice of a Service, every endpoint of it ready. */
    static EndpointSlice slice(String service, Collection<IpAddress> addresses) {
        return new EndpointSlice(ObjectMeta.of(NAMESPACE, service + "-1"), service, AddressFamily.IPV4,
                addresses.stream().map(address -> new EndpointSlice.Endpoint(List.of(address), EndpointSlice.Conditions.READY, "", "",
                        List.of())).toList(),
                List.of(new EndpointSlice.Port("http", Protocol.TCP, TARGET_PORT)));
    }

    /** A Pod of an app, on the node whose Pod CIDR its address is of. */
    static Pod pod(String name, String app, IpAddress address, int node) {
        return new Pod(new ObjectMeta(NAMESPACE, name, Map.of("app", app), Map.of(), Instant.EPOCH), List.of(address), nodeName(node),
                "default", false, false);
    }

    static ResourceKey key(String kind, String name) {
        return new ResourceKey(kind, kind.equals(Node.KIND) ? "" : NAMESPACE, name);
    }
}
