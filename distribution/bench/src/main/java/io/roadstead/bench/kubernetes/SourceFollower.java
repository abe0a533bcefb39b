package io.roadstead.bench.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.roadstead.api.config.ConfigRecordReader;
import io.roadstead.api.model.service.EndpointSlice;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ClusterSource;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.ResourceBatch;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.kernel.cluster.ClusterState;
import io.roadstead.kernel.loop.LoopThread;
import io.roadstead.kernel.resource.KubernetesDecoder;
import io.roadstead.plugin.kubernetes.KubernetesConfig;
import io.roadstead.plugin.kubernetes.KubernetesSourceFactory;
import io.roadstead.testkit.lab.LabContext;

/** The plugin with the kernel's state behind it, as an agent has them. */
final class SourceFollower implements Follower {
    private final LoopThread control = new LoopThread("control");
    private final LabContext context = new LabContext("source-kubernetes", Thread.ofPlatform().daemon().name("kubernetes-", 0).factory());
    private final AtomicBoolean synced = new AtomicBoolean();
    private final AtomicLong endsTold = new AtomicLong();
    private final AtomicLong slicesTold = new AtomicLong();
    private final ClusterSource<KubernetesConfig> source;
    private final ClusterSink state;

    SourceFollower(Path kubeconfig) {
        ClusterState cluster = new ClusterState(control, "node-1");
        state = control.submit(() -> cluster.sink("source")).join();
        List<String> texts = new ArrayList<>(List.of("roadstead.source.kubernetes.kubeconfig = \"" + kubeconfig + "\""));
        ClassLoader.getSystemClassLoader().resources("reference.conf").forEach(url -> texts.add(text(url)));
        KubernetesConfig config = ServiceLoader.load(ConfigRecordReader.class).findFirst().orElseThrow().read(Path.of("."), texts,
                "roadstead.source.kubernetes", KubernetesConfig.class);
        source = new KubernetesSourceFactory(new KubernetesDecoder()).create("kubernetes", config, context);
    }

    private static String text(URL url) {
        try (InputStream input = url.openStream()) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void start() {
        source.need(Needs.OWN_NODE);
        source.start(new ClusterSink() {
            @Override
            public void apply(ResourceBatch batch) {
                state.apply(batch);
                long slices = batch.upserts().stream().filter(EndpointSlice.class::isInstance).count();
                boolean last = batch.upserts().stream().anyMatch(object -> object.meta().name().equals(BenchCluster.END));
                control.execute(() -> { // when the kernel has them
                    slicesTold.addAndGet(slices);
                    if (last) {
                        endsTold.incrementAndGet();
                    }
                });
            }

            @Override
            public void synced() {
                state.synced();
                control.execute(() -> synced.set(true));
            }

            @Override
            public void problems(List<SourceProblem> all) {
                state.problems(all);
            }
        });
    }

    @Override
    public boolean synced() {
        return synced.get();
    }

    @Override
    public long endsTold() {
        return endsTold.get();
    }

    @Override
    public long slicesTold() {
        return slicesTold.get();
    }

    @Override
    public void close() {
        source.close();
        context.close();
        control.close();
    }
}
