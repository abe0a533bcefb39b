package io.roadstead.bench;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.metrics.MetricSource;
import io.roadstead.api.metrics.Metrics;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.model.bgp.BgpClusterConfig;
import io.roadstead.api.model.bgp.BgpPeerConfig;
import io.roadstead.api.model.bgp.BgpTimers;
import io.roadstead.api.model.bgp.RouteAttributes;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.route.AdvertiserSink;
import io.roadstead.api.route.ClusterView;
import io.roadstead.api.route.Reason;
import io.roadstead.api.route.RouteAdvertiser;
import io.roadstead.api.route.RouteDecision;
import io.roadstead.api.route.RouteReason;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.route.BgpSettings;
import io.roadstead.kernel.route.RouteController;

/** One endpoint comes or goes: from the batch of the source to the delta at the session. The number of Services must make no difference. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RouteControllerBench {

    private static final String NODE = "n1";

    /** Services of policy Local, each with an address and an endpoint on this node. */
    @Param({"100", "10000"})
    public int services;

    private final CountingProtocol protocol = new CountingProtocol();
    private ClusterSink sink = NoSink.INSTANCE;
    private boolean here = true;

    /** Reads everything in and opens the session. */
    @Setup
    public void setUp() {
        InlineLoop loop = new InlineLoop();
        ClusterState cluster = new ClusterState(loop, NODE);
        sink = cluster.sink("bench");
        RouteController controller =
                new RouteController(loop, cluster, new BgpSettings(null, "kube-system"), InstantSource.system(), new NoMetrics(),
                        family -> Optional.empty());
        controller.start();
        controller.protocolAdded(protocol);
        controller.advertiserAdded(new SliceAdvertiser());
        LabelSelector everything = LabelSelector.EVERYTHING;
        List<Resource> objects = new ArrayList<>();
        objects.add(new Node(ObjectMeta.of("", NODE), List.of(), List.of(), false, List.of()));
        objects.add(new BgpAdvertisement(ObjectMeta.of("", "a"),
                List.of(new BgpAdvertisement.Entry(SliceAdvertiser.TYPE, everything, null, RouteAttributes.PLAIN, null, Map.of()))));
        objects.add(new BgpPeerConfig(ObjectMeta.of("", "p"), 179, null, BgpTimers.DEFAULT, null, null, 1,
                List.of(new BgpPeerConfig.Family(AfiSafi.IPV4_UNICAST, everything))));
        objects.add(new BgpClusterConfig(ObjectMeta.of("", "c"), null, List.of(new BgpClusterConfig.Instance("i", new AsNumber(65001), null,
                List.of(new BgpClusterConfig.Peer("tor", IpAddress.parse("10.0.0.1"), new AsNumber(65000), "p", null))))));
        for (int i = 0; i < services; i++) {
            objects.add(slice(i, NODE));
        }
        sink.apply(new ResourceBatch(objects, List.of()));
        sink.synced();
        if (protocol.routes != services) {
            throw new IllegalStateException("the session has " + protocol.routes + " routes, not " + services);
        }
    }

    /** Moves the endpoint of one Service to another node, or back. */
    @Benchmark
    public int oneEndpointChange() {
        here = !here;
        sink.apply(new ResourceBatch(List.of(slice(services / 2, here ? NODE : "n2")), List.of()));
        return protocol.routes;
    }

    private static EndpointSlice slice(int service, String node) {
        EndpointSlice.Endpoint endpoint =
                new EndpointSlice.Endpoint(List.of(IpAddress.ipv4(0x0a000000 + service)), EndpointSlice.Conditions.READY,
                        node, "", List.of());
        return new EndpointSlice(ObjectMeta.of("default", "s" + service + "-x"), "s" + service, AddressFamily.IPV4, List.of(endpoint),
                List.of());
    }

    /** Announces the address of each endpoint that is here; the subject is the Service. */
    private static final class SliceAdvertiser implements RouteAdvertiser<SliceAdvertiser.Config> {
        static final String TYPE = "Bench";

        @Override
        public String advertisementType() {
            return TYPE;
        }

        @Override
        public void start(AdvertiserSink sink) {
            // decides from the cluster's objects alone
        }

        @Override
        public Collection<ResourceKey> subjects(ClusterView cluster) {
            return cluster.all(EndpointSlice.class).stream().map(slice -> new ResourceKey("Service", "default", slice.serviceName()))
                    .toList();
        }

        @Override
        public Set<ResourceKey> affectedBy(ResourceKey changed, ClusterView cluster) {
            return changed.kind().equals("Service") ? Set.of(changed) : Set.of();
        }

        @Override
        public List<RouteDecision> decide(ResourceKey subject, BgpAdvertisement.Entry entry, ClusterView cluster) {
            List<RouteDecision> decisions = new ArrayList<>();
            for (EndpointSlice slice : cluster.slicesOf(subject.namespace(), subject.name())) {
                for (EndpointSlice.Endpoint endpoint : slice.endpoints()) {
                    IpPrefix prefix = IpPrefix.host(endpoint.addresses().getFirst());
                    decisions.add(endpoint.nodeName().equals(NODE)
                            ? RouteDecision.announce(prefix, "")
                            : RouteDecision.refuse(prefix, Reason.of(RouteReason.NO_LOCAL_READY_ENDPOINT), ""));
                }
            }
            return decisions;
        }

        @Override
        public boolean reconfigure(Config config) {
            return true;
        }

        @Override
        public InstanceStatus status() {
            return InstanceStatus.ok("");
        }

        @Override
        public void close() {
            // holds nothing
        }

        record Config() {
        }
    }

    /** Drops every figure. */
    private static final class NoMetrics implements Metrics {
        @Override
        public Registration register(MetricSource source) {
            return () -> {
            };
        }

        @Override
        public Timer timer(String name, String help, String... labels) {
            return duration -> {
            };
        }
    }
}
