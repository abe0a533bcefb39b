package io.roadstead.plugin.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ClusterSource;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.ResourceDecoder;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.kubernetes.client.Connection;
import io.roadstead.plugin.kubernetes.read.ClusterReader;
import io.roadstead.plugin.kubernetes.read.DocumentListener;

/**
 * The objects of an API server. What is known lives on one loop of the plugin, what comes from the network is read on another one; the public methods only hand
 * over.
 */
final class KubernetesSource implements ClusterSource<KubernetesConfig> {
    private static final Logger log = LoggerFactory.getLogger(KubernetesSource.class);
    private static final long CLOSE_TIMEOUT_SECONDS = 3;

    private final KubernetesConfig config;
    private final Loop loop;
    private final Connection connection;
    private final ClusterReader reader;
    private final Registration metrics;
    private boolean closed;

    KubernetesSource(KubernetesConfig config, PluginContext context, ResourceDecoder decoder) {
        this.config = config;
        this.loop = context.loop("kubernetes");
        this.connection = new Connection(config.connection("roadstead/" + context.pluginVersion()), context.loop("kubernetes-http"));
        this.reader = new ClusterReader(loop, context.clock(), context.random(), connection, config.reading(context.nodeName()), decoder,
                new DocumentListener() {
                    @Override
                    public void seen(Map<String, ?> document) {
                        // nothing is written yet
                    }

                    @Override
                    public void gone(ResourceKey key) {
                        // nothing is written yet
                    }
                }, List::of);
        this.metrics = context.metrics().register(reader.figures());
    }

    @Override
    public void start(ClusterSink sink) {
        loop.execute(() -> {
            if (!closed) {
                reader.start(sink);
            }
        });
    }

    @Override
    public CompletionStage<Void> need(Needs needs) {
        return loop.submit(() -> reader.need(needs)).thenCompose(Function.identity());
    }

    @Override
    public boolean reconfigure(KubernetesConfig changed) {
        return changed.equals(config);
    }

    @Override
    public InstanceStatus status() {
        return reader.status();
    }

    @Override
    public void close() {
        metrics.close();
        try {
            loop.submit(() -> {
                closed = true;
                reader.stop();
                return true;
            }).get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the Kubernetes source did not close cleanly", e);
        }
        connection.close();
    }
}
