package io.roadstead.bench.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;

/** The client library's own informers with their caches of whole objects, as most programs follow an API server. */
final class InformerFollower implements Follower {
    private final KubernetesClient client;
    private final AtomicLong endsTold = new AtomicLong();
    private final AtomicLong slicesTold = new AtomicLong();
    private List<SharedIndexInformer<?>> informers = List.of();

    InformerFollower(Path kubeconfig) throws IOException {
        Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
        config.setOnlyHttpWatches(true);
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    @Override
    public void start() {
        SharedIndexInformer<Service> services = client.services().inAnyNamespace().withLimit(500L).runnableInformer(0);
        SharedIndexInformer<EndpointSlice> slices =
                client.discovery().v1().endpointSlices().inAnyNamespace().withLimit(500L).runnableInformer(0)
                        .addEventHandler(new ResourceEventHandler<>() {
                            @Override
                            public void onAdd(EndpointSlice slice) {
                                told(slice);
                            }

                            @Override
                            public void onUpdate(EndpointSlice before, EndpointSlice slice) {
                                told(slice);
                            }

                            @Override
                            public void onDelete(EndpointSlice slice, boolean unknown) {
                                told(slice);
                            }
                        });
        informers = List.of(services, slices);
        informers.forEach(SharedIndexInformer::start);
    }

    @Override
    public boolean synced() {
        return informers.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    @Override
    public long endsTold() {
        return endsTold.get();
    }

    @Override
    public long slicesTold() {
        return slicesTold.get();
    }

    private void told(EndpointSlice slice) {
        slicesTold.incrementAndGet();
        if (slice.getMetadata().getName().equals(BenchCluster.END)) {
            endsTold.incrementAndGet();
        }
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
        client.close();
    }
}
