package io.roadstead.bench;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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

import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.FrontendState.NoBackend;
import io.roadstead.api.model.mesh.RemoteNode;
import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.node.Node;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.lb.LoadBalancerController;
import io.roadstead.kernel.lb.LoadBalancerSettings;
import io.roadstead.kernel.lb.TableSize;
import io.roadstead.plugin.maglev.HashSeed;
import io.roadstead.plugin.maglev.MaglevAlgorithm;
import io.roadstead.plugin.maglev.MaglevConfig;

/**
 * One backend of a Service comes or goes, here or in another cluster: from the batch of the source to what the datapath is told, its Maglev table included. The number
 * of Services must make no difference. What the datapath does with it is {@link MapPublish}'s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class LoadBalancerBenchmark {

    private static final String NODE = "n1";
    private static final int BACKENDS = 3;

    /** Services of type LoadBalancer with a ClusterIP, three backends each; and as many global ones whose three backends are another cluster's. */
    @Param({"100", "10000"})
    public int services;

    private final CountingDatapath datapath = new CountingDatapath();
    private ClusterSink sink = NoSink.INSTANCE;
    private boolean all = true;
    private boolean moved;

    /** Reads everything in. */
    @Setup
    public void setUp() {
        InlineLoop loop = new InlineLoop();
        ClusterState cluster = new ClusterState(loop, NODE);
        sink = cluster.sink("bench");
        LoadBalancerController controller = new LoadBalancerController(cluster, "home", loop, InstantSource.system(),
                new LoadBalancerSettings("maglev", "snat", TableSize.AUTO, 0, NoBackend.REJECT, List.of(), false, ""), _ -> {
                });
        controller.start();
        controller.meshSettled();
        controller.algorithmAdded("maglev",
                new MaglevAlgorithm(new MaglevConfig(MaglevConfig.Mode.NATIVE, HashSeed.parse("JLfvgnHc2kaSUFaI"))));
        controller.dispatchModeAdded("snat", new PlainDispatch());
        controller.datapathAdded("bench", datapath);
        List<Resource> objects = new ArrayList<>();
        objects.add(new Node(ObjectMeta.of("", NODE), List.of(), List.of(), false, List.of()));
        for (int i = 0; i < services; i++) {
            objects.add(service(i));
            objects.add(slice(i, BACKENDS));
            objects.add(global(i));
            objects.add(shared(i, BACKENDS));
            objects.add(remoteNode(i, false));
        }
        sink.apply(new ResourceBatch(objects, List.of()));
        sink.synced();
        if (datapath.told != 4 * services) {
            throw new IllegalStateException("the datapath has " + datapath.told + " frontends, not " + 4 * services);
        }
    }

    /** Takes one backend of one Service away, or puts it back. */
    @Benchmark
    public int oneBackendChange() {
        all = !all;
        sink.apply(new ResourceBatch(List.of(slice(services / 2, all ? BACKENDS : BACKENDS - 1)), List.of()));
        return datapath.told;
    }

    /** Takes one backend of a Service in another cluster away, or puts it back. */
    @Benchmark
    public int oneRemoteBackendChange() {
        all = !all;
        sink.apply(new ResourceBatch(List.of(shared(services / 2, all ? BACKENDS : BACKENDS - 1)), List.of()));
        return datapath.told;
    }

    /** A node of another cluster, with the backends of one Service, gets another address. */
    @Benchmark
    public int oneRemoteNodeChange() {
        moved = !moved;
        sink.apply(new ResourceBatch(List.of(remoteNode(services / 2, moved)), List.of()));
        return datapath.told;
    }

    private static Service service(int number) {
        return service(ObjectMeta.of("default", "s" + number), number);
    }

    private static Service global(int number) {
        return service(new ObjectMeta("default", "g" + number, Map.of(), Map.of("service.cilium.io/global", "true"), Instant.EPOCH),
                0x10000 + number);
    }

    private static RemoteService shared(int service, int backends) {
        List<RemoteService.Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < backends; i++) {
            endpoints.add(new RemoteService.Endpoint(IpAddress.ipv4(0x0b000001 + service * 256 + i),
                    List.of(new RemoteService.Port("", Protocol.TCP, 8080)), "", List.of(), RemoteService.Condition.ACTIVE));
        }
        return new RemoteService(ObjectMeta.of("default", "g" + service), "east", 2, endpoints);
    }

    private static RemoteNode remoteNode(int number, boolean moved) {
        return new RemoteNode(ObjectMeta.of("", "e" + number), "east", 2,
                List.of(IpAddress.ipv4((moved ? 0x0d000000 : 0x0c000000) + number)),
                List.of(IpPrefix.containing(IpAddress.ipv4(0x0b000000 + number * 256), 24)));
    }

    private static Service service(ObjectMeta meta, int number) {
        return new Service(meta, new Service.Spec(ServiceType.LOAD_BALANCER,
                List.of(IpAddress.ipv4(0x0a600000 + number)), List.of(), null, null, TrafficPolicy.CLUSTER, TrafficPolicy.CLUSTER,
                List.of(),
                null, List.of(new Service.Port("", Protocol.TCP, 80, "", 0)), Map.of(), null, List.of(), 0, true, false, null),
                new Service.Status(List.of(IpAddress.ipv4(0xac100000 + number)), List.of()));
    }

    private static EndpointSlice slice(int service, int backends) {
        List<EndpointSlice.Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < backends; i++) {
            endpoints.add(new EndpointSlice.Endpoint(List.of(IpAddress.ipv4(0x0af40000 + service * BACKENDS + i)),
                    EndpointSlice.Conditions.READY, NODE, "", List.of()));
        }
        return new EndpointSlice(ObjectMeta.of("default", "s" + service + "-x"), "s" + service, AddressFamily.IPV4, endpoints,
                List.of(new EndpointSlice.Port("", Protocol.TCP, 8080)));
    }

    /** Counts the frontends that it is told of. */
    private static final class CountingDatapath extends IdleDatapath {
        private int told;

        @Override
        public void replace(Collection<FrontendState> frontends) {
            told += frontends.size();
        }

        @Override
        public void update(List<FrontendState> changed, List<Frontend> removed) {
            told += changed.size();
        }
    }
}
