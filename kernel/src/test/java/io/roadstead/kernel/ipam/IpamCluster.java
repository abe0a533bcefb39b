package io.roadstead.kernel.ipam;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.ObjectMeta;
import io.roadstead.api.model.meta.Resource;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.api.model.pool.LoadBalancerIpPool;
import io.roadstead.api.model.pool.LoadBalancerIpPool.Block;
import io.roadstead.api.model.service.Service;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.source.StatusWriter;
import io.roadstead.api.view.PoolView;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.testkit.ManualScheduler;
import io.roadstead.testkit.ServiceBuilder;

/** A source that stores what it is told, and an agent that can be killed and started again. */
final class IpamCluster implements StatusWriter, LeaderElection {

    /** What exists, whether an agent runs or not. */
    final Map<ResourceKey, Resource> objects = new LinkedHashMap<>();
    /** Everything the agents wrote. */
    final List<StatusUpdate> writes = new ArrayList<>();
    /** Statuses that the source took and has not stored, while it is told to hold them. */
    final List<StatusUpdate> held = new ArrayList<>();
    private final boolean elects;
    private boolean holding;
    private ManualScheduler loop = new ManualScheduler();
    private AddressController controller = new AddressController(loop, AddressController.LOAD_BALANCER_CLASSES);
    private @Nullable ClusterSink sink;
    private @Nullable Registration serving;
    private Consumer<Boolean> candidate = leads -> {
    };

    private IpamCluster(boolean elects) {
        this.elects = elects;
    }

    /** With an agent that runs and leads. */
    static IpamCluster running(Resource... resources) {
        IpamCluster cluster = new IpamCluster(false);
        cluster.put(resources);
        cluster.start();
        return cluster;
    }

    /** With an agent that runs and contends. */
    static IpamCluster electing(Resource... resources) {
        IpamCluster cluster = new IpamCluster(true);
        cluster.put(resources);
        cluster.start();
        return cluster;
    }

    AddressController controller() {
        return controller;
    }

    /** Kills the agent, if any, and starts one that knows nothing. */
    void start() {
        startWithoutSync();
        sync();
    }

    void startWithoutSync() {
        loop = new ManualScheduler();
        ClusterState state = new ClusterState(loop, "n1");
        controller = new AddressController(loop, AddressController.LOAD_BALANCER_CLASSES);
        state.listen(controller);
        sink = state.sink("test");
        serving = controller.serve(this, elects ? this : null);
        sink.apply(new ResourceBatch(List.copyOf(objects.values()), List.of()));
        loop.runReady();
    }

    void sync() {
        if (sink != null) {
            sink.synced();
        }
        loop.runReady();
    }

    void kill() {
        sink = null;
    }

    void stopServing() {
        if (serving != null) {
            serving.close();
        }
        loop.runReady();
    }

    void leads(boolean value) {
        candidate.accept(value);
        loop.runReady();
    }

    /** Loses the lead and has it again before the agent comes to either. */
    void blinks() {
        candidate.accept(false);
        candidate.accept(true);
        loop.runReady();
    }

    @Override
    public Registration contend(String role, Consumer<Boolean> leads) {
        candidate = leads;
        return () -> leads.accept(false);
    }

    /** Applies objects as one change. A Service that says nothing of its addresses keeps what is stored for it. */
    IpamCluster put(Resource... resources) {
        return change(List.of(resources), List.of());
    }

    IpamCluster put(ServiceBuilder... services) {
        return put(Arrays.stream(services).map(ServiceBuilder::build).toArray(Resource[]::new));
    }

    IpamCluster delete(ResourceKey... keys) {
        return change(List.of(), List.of(keys));
    }

    IpamCluster change(List<? extends Resource> puts, List<ResourceKey> deletes) {
        deletes.forEach(objects::remove);
        held.removeIf(update -> deletes.contains(update.key())); // a source writes to the object it was told about, not to the next of that name
        List<Resource> upserts = new ArrayList<>();
        for (Resource resource : puts) {
            Resource complete = resource instanceof Service service && service.status().equals(Service.Status.NONE)
                    && objects.get(service.key()) instanceof Service before ? service.withStatus(before.status()) : resource;
            objects.put(complete.key(), complete);
            upserts.add(complete);
        }
        tell(new ResourceBatch(upserts, deletes));
        return this;
    }

    /** From now on the source takes statuses but does not store them. */
    void hold() {
        holding = true;
    }

    /** Stores what was held, and from now on everything. */
    void release() {
        holding = false;
        List<StatusUpdate> updates = List.copyOf(held);
        held.clear();
        store(updates);
        loop.runReady();
    }

    @Override
    public void write(List<StatusUpdate> updates) {
        writes.addAll(updates);
        if (holding) {
            held.addAll(updates);
        } else {
            store(updates);
        }
    }

    private void store(List<StatusUpdate> updates) {
        List<Resource> changed = new ArrayList<>();
        for (StatusUpdate update : updates) {
            if (update instanceof StatusUpdate.ServiceStatus status && objects.get(status.key()) instanceof Service service) {
                Service stored = service.withStatus(status.status());
                objects.put(stored.key(), stored);
                changed.add(stored);
            }
        }
        if (sink != null) {
            sink.apply(new ResourceBatch(changed, List.of()));
        }
    }

    private void tell(ResourceBatch batch) {
        if (sink != null) {
            sink.apply(batch);
            loop.runReady();
        }
    }

    /** Forgets what was written; returns how many Services' statuses were among it. */
    int takeServiceWrites() {
        int count = (int) writes.stream().filter(StatusUpdate.ServiceStatus.class::isInstance).count();
        writes.clear();
        return count;
    }

    Service service(String displayName) {
        return (Service) Objects.requireNonNull(objects.get(key(displayName)), displayName);
    }

    /** What is stored. */
    List<String> addresses(String displayName) {
        return service(displayName).status().loadBalancerIngress().stream().map(IpAddress::toString).toList();
    }

    /** What is stored, as {@code True satisfied: message}; empty when there is no condition. */
    String condition(String displayName) {
        Optional<Condition> condition = IpamConditions.find(service(displayName).status().conditions());
        return condition.map(one -> one.status().text() + " " + one.reason() + ": " + one.message()).orElse("");
    }

    PoolView pool(String name) {
        return controller.snapshot().pools().stream().filter(pool -> pool.name().equals(name)).findFirst().orElseThrow();
    }

    static ResourceKey key(String displayName) {
        int slash = displayName.indexOf('/');
        return new ResourceKey(Service.KIND, displayName.substring(0, slash), displayName.substring(slash + 1));
    }

    static ResourceKey poolKey(String name) {
        return new ResourceKey(LoadBalancerIpPool.KIND, "", name);
    }

    static ServiceBuilder balancer(String displayName, String... addresses) {
        return ServiceBuilder.service(displayName).loadBalancer(addresses);
    }

    /** Blocks are {@code a.b.c.d/n}, {@code first-last} or one address. */
    static PoolBuilder pool(String name, String... blocks) {
        return new PoolBuilder(name, Stream.of(blocks).map(IpamCluster::block).toList());
    }

    private static Block block(String text) {
        if (text.contains("/")) {
            return new Block(IpPrefix.parse(text), null);
        }
        String[] ends = text.split("-", -1);
        return new Block(null, new IpRange(IpAddress.parse(ends[0]), IpAddress.parse(ends[ends.length - 1])));
    }

    /** Writes pools. */
    static final class PoolBuilder {
        private final String name;
        private final List<Block> blocks;
        private Instant created = Instant.EPOCH;
        private @Nullable LabelSelector selector;
        private boolean allowFirstLast = true;
        private boolean disabled;

        PoolBuilder(String name, List<Block> blocks) {
            this.name = name;
            this.blocks = blocks;
        }

        PoolBuilder created(int second) {
            created = Instant.ofEpochSecond(second);
            return this;
        }

        PoolBuilder selecting(String label, String value) {
            selector = LabelSelector.ofLabels(Map.of(label, value));
            return this;
        }

        PoolBuilder withoutFirstAndLast() {
            allowFirstLast = false;
            return this;
        }

        PoolBuilder disabled() {
            disabled = true;
            return this;
        }

        LoadBalancerIpPool build() {
            return new LoadBalancerIpPool(new ObjectMeta("", name, Map.of(), Map.of(), created), blocks, selector, allowFirstLast,
                    disabled);
        }
    }
}
