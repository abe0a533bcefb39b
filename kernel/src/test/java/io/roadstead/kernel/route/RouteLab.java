package io.roadstead.kernel.route;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import com.typesafe.config.ConfigFactory;

import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.ResourceDecoder.Result;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.resource.KubernetesDecoder;
import io.roadstead.testkit.FakeMetrics;
import io.roadstead.testkit.ManualScheduler;

/** A node's controller with fakes at both ends, fed with the seed lab's documents written as HOCON. */
public final class RouteLab {

    public static final String ADVERTISE_PODS = """
            apiVersion = cilium.io/v2, kind = CiliumBGPAdvertisement, metadata { name = bgp-advertisements, labels.advertise = bgp }
            spec.advertisements = [{ advertisementType = PodCIDR }]
            """;
    public static final String ADVERTISE_SERVICES = """
            apiVersion = cilium.io/v2, kind = CiliumBGPAdvertisement, metadata { name = lb, labels.advertise = bgp }
            spec.advertisements = [{ advertisementType = Service, service.addresses = [LoadBalancerIP]
              selector.matchExpressions = [{ key = app, operator = In, values = [webpod] }] }]
            """;
    public static final String PEER_CONFIG = """
            apiVersion = cilium.io/v2, kind = CiliumBGPPeerConfig, metadata.name = cilium-peer
            spec { timers { holdTimeSeconds = 9, keepAliveTimeSeconds = 3 }, ebgpMultihop = 2, gracefulRestart { enabled = true, restartTimeSeconds = 15 }
                   families = [{ afi = ipv4, safi = unicast, advertisements.matchLabels.advertise = bgp }] }
            """;
    public static final String CLUSTER_CONFIG = """
            apiVersion = cilium.io/v2, kind = CiliumBGPClusterConfig, metadata.name = cilium-bgp
            spec { nodeSelector.matchLabels { enable-bgp = "true" }
                   bgpInstances = [{ name = instance-65001, localASN = 65001, peers = [
                     { name = tor-switch, peerASN = 65000, peerAddress = 192.168.10.200, peerConfigRef.name = cilium-peer } ] }] }
            """;

    public final ManualScheduler loop = new ManualScheduler();
    public final ClusterState cluster = new ClusterState(loop, "k8s-w1");
    public final ClusterSink sink = cluster.sink("manifests");
    public final FakeMetrics metrics = new FakeMetrics();
    public final FakeProtocol protocol = new FakeProtocol();
    public final FakeAdvertiser pods = FakeAdvertiser.podCidrs();
    public final FakeAdvertiser services = FakeAdvertiser.services();
    public final Map<AddressFamily, DefaultGateways.Gateway> gateways = new EnumMap<>(AddressFamily.class);
    public final RouteController controller = new RouteController(loop, cluster, new BgpSettings(null, "kube-system"), loop.clock(),
            metrics, family -> Optional.ofNullable(gateways.get(family)));

    /** Started, with protocol and advertisers, without any object, not synced. */
    public RouteLab() {
        this(lab -> {
        });
    }

    /** As above, with something else started before the controller. */
    public RouteLab(Consumer<RouteLab> before) {
        before.accept(this);
        controller.start();
        controller.protocolAdded(protocol);
        controller.advertiserAdded(pods);
        controller.advertiserAdded(services);
    }

    /** The lab after step B1. */
    public static RouteLab synced() {
        RouteLab lab = new RouteLab();
        lab.apply(node("true"), ADVERTISE_PODS, PEER_CONFIG, CLUSTER_CONFIG);
        lab.sync();
        return lab;
    }

    public static String node(String enableBgp) {
        return """
                apiVersion = v1, kind = Node, metadata { name = k8s-w1, labels { enable-bgp = "%s", rack = r1 } }, spec.podCIDR = "172.20.1.0/24"
                status.addresses = [{ type = InternalIP, address = 192.168.10.101 }]
                """.formatted(enableBgp);
    }

    /** A Service of type LoadBalancer with that address. */
    public static String service(String name, String app, String address, String policy) {
        return """
                apiVersion = v1, kind = Service, metadata { name = "%s", labels.app = "%s" }
                spec { type = LoadBalancer, externalTrafficPolicy = %s, clusterIP = 10.96.0.1, ports = [{ port = 80, nodePort = 30080 }] }
                status.loadBalancer.ingress = [%s]
                """.formatted(name, app, policy, address.isEmpty() ? "" : "{ ip = \"" + address + "\" }");
    }

    /** A slice with one ready endpoint per node. */
    public static String slice(String service, String... nodes) {
        return """
                apiVersion = discovery.k8s.io/v1, kind = EndpointSlice, addressType = IPv4, ports = [{ name = "", port = 8080 }]
                metadata { name = "%s-x", labels { "kubernetes.io/service-name" = "%s" } }, endpoints = [%s]
                """.formatted(service, service,
                String.join(",", Arrays.stream(nodes).map(node -> "{ addresses = [172.20.0.9], nodeName = " + node + " }").toList()));
    }

    public void sync() {
        sink.synced();
        loop.runReady();
    }

    public void apply(String... documents) {
        sink.apply(new ResourceBatch(Arrays.stream(documents).map(RouteLab::decode).toList(), List.of()));
        loop.runReady();
    }

    public void apply(Resource... resources) {
        sink.apply(new ResourceBatch(List.of(resources), List.of()));
        loop.runReady();
    }

    public void delete(String kind, String namespace, String name) {
        sink.apply(new ResourceBatch(List.of(), List.of(new ResourceKey(kind, namespace, name))));
        loop.runReady();
    }

    /** The session with the lab's router. */
    public FakeSession tor() {
        return protocol.session("instance-65001", "tor-switch");
    }

    public static Resource decode(String document) {
        return switch (new KubernetesDecoder().decode(ConfigFactory.parseString(document).root().unwrapped())) {
            case Result.Decoded decoded -> decoded.resource();
            case Result result -> throw new AssertionError(result);
        };
    }
}
