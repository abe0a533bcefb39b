package io.roadstead.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.model.service.TrafficPolicy;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.ipam.AddressController;

/** LB IPAM with a pool of 65,536 addresses and many Services: what one change costs, and what a start costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class AddressBenchmark {

    @Param({"100", "10000"})
    public int services;

    private Cluster running = new Cluster();
    private List<Resource> stored = List.of();

    /** Hands out the addresses. */
    @Setup(Level.Trial)
    public void start() {
        List<Resource> objects = new ArrayList<>();
        LoadBalancerIpPool.Block block = new LoadBalancerIpPool.Block(IpPrefix.parse("10.0.0.0/16"), null);
        objects.add(new LoadBalancerIpPool(ObjectMeta.of("", "pool"), List.of(block), null, true, false));
        for (int i = 0; i < services; i++) {
            objects.add(service("service-" + i));
        }
        running = new Cluster();
        running.start(objects);
        stored = running.objects();
    }

    /** A Service is created, gets its address, the source stores that; the Service is deleted. */
    @Benchmark
    public long oneServiceComesAndGoes() {
        Service service = service("one-more");
        running.apply(new ResourceBatch(List.of(service), List.of()));
        running.apply(new ResourceBatch(List.of(), List.of(service.key())));
        return running.written;
    }

    /** An agent reads all that is stored and finds nothing to do. */
    @Benchmark
    public long restart() {
        Cluster restarted = new Cluster();
        restarted.start(stored);
        return restarted.written;
    }

    private static Service service(String name) {
        Service.Spec spec = new Service.Spec(ServiceType.LOAD_BALANCER, List.of(), List.of(), null, null, TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER, List.of(AddressFamily.IPV4), null, List.of(new Service.Port("", Protocol.TCP, 80, "", 0)),
                Map.of("app", name), null, List.of(), 0, true, false, null);
        return new Service(new ObjectMeta("default", name, Map.of(), Map.of(), Instant.EPOCH), spec, Service.Status.NONE);
    }

    /** A source that stores at once, on a loop that is the caller's thread. */
    private static final class Cluster implements Loop {
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private final ClusterState state = new ClusterState(this, "node");
        private final ClusterSink sink = state.sink("bench");
        private long written;

        Cluster() {
            AddressController controller = new AddressController(this, AddressController.LOAD_BALANCER_CLASSES);
            state.listen(controller);
            controller.serve(this::store, null);
        }

        void start(List<Resource> objects) {
            sink.apply(new ResourceBatch(objects, List.of()));
            sink.synced();
            drain();
        }

        void apply(ResourceBatch batch) {
            sink.apply(batch);
            drain();
        }

        List<Resource> objects() {
            List<Resource> all = new ArrayList<>(state.view().all(Service.class));
            all.addAll(state.view().all(LoadBalancerIpPool.class));
            return all;
        }

        private void store(List<StatusUpdate> updates) {
            List<Resource> changed = new ArrayList<>();
            for (StatusUpdate update : updates) {
                if (update instanceof StatusUpdate.ServiceStatus status) {
                    state.view().get(Service.class, status.key().namespace(), status.key().name())
                            .ifPresent(service -> changed.add(service.withStatus(status.status())));
                }
            }
            written += changed.size();
            if (!changed.isEmpty()) {
                sink.apply(new ResourceBatch(changed, List.of()));
            }
        }

        private void drain() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        @Override
        public String name() {
            return "bench";
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public TimerHandle schedule(Duration delay, Runnable task) {
            throw new UnsupportedOperationException("nothing here waits");
        }
    }
}
