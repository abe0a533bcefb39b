package io.roadstead.plugin.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.model.meta.ResourceKey;
import io.roadstead.api.plugin.InstanceStatus;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.source.ClusterSink;
import io.roadstead.api.source.ClusterSource;
import io.roadstead.api.source.LeaderElection;
import io.roadstead.api.source.Needs;
import io.roadstead.api.source.ResourceDecoder;
import io.roadstead.api.source.SourceProblem;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.api.source.StatusWriter;
import io.roadstead.api.time.Loop;
import io.roadstead.plugin.kubernetes.call.ApiCalls;
import io.roadstead.plugin.kubernetes.call.ClientCalls;
import io.roadstead.plugin.kubernetes.client.Connection;
import io.roadstead.plugin.kubernetes.lead.LeaseElection;
import io.roadstead.plugin.kubernetes.read.ClusterReader;
import io.roadstead.plugin.kubernetes.read.DocumentListener;
import io.roadstead.plugin.kubernetes.write.StatusSink;

/**
 * The objects of an API server, followed, and statuses written back to them. What is known lives on one loop of the plugin, what comes from the network is read
 * on another one; writing and leading have their own. The public methods only hand over.
 */
final class KubernetesSource implements ClusterSource<KubernetesConfig>, StatusWriter, LeaderElection {
    private static final Logger log = LoggerFactory.getLogger(KubernetesSource.class);
    private static final long CLOSE_TIMEOUT_SECONDS = 3;
    /** How often it is looked whether writing and leading have something to say. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final KubernetesConfig config;
    private final Loop loop;
    private final Connection connection;
    private final LeaseElection election;
    private final StatusSink statuses;
    private final ClusterReader reader;
    private final Registration metrics;
    private boolean closed;
    private volatile String ciliumVersion = "v2";

    KubernetesSource(KubernetesConfig config, PluginContext context, ResourceDecoder decoder) {
        this.config = config;
        this.loop = context.loop("kubernetes");
        this.connection = new Connection(config.connection("roadstead/" + context.pluginVersion()), context.loop("kubernetes-http"),
                () -> context.loop("kubernetes-credentials"));
        ApiCalls calls = new ClientCalls(connection, new Line());
        this.election = new LeaseElection(calls, context, config.leader(), this::catchUp);
        this.statuses = new StatusSink(calls, context, config.status(), () -> ciliumVersion, election);
        this.reader = reader(context, decoder);
        this.metrics = context.metrics().register(reader.figures());
    }

    private ClusterReader reader(PluginContext context, ResourceDecoder decoder) {
        return new ClusterReader(loop, context.clock(), context.random(), connection, config.reading(context.nodeName()), decoder,
                new DocumentListener() {
                    @Override
                    public void seen(Map<String, ?> document) {
                        statuses.seen(document);
                    }

                    @Override
                    public void gone(ResourceKey key) {
                        statuses.gone(key);
                    }
                }, this::problemsOfWriting, version -> ciliumVersion = version);
    }

    /** The connection, as the requests of writing and leading know it. */
    private final class Line implements ClientCalls.Line {
        @Override
        public void heard() {
            connection.heard();
        }

        @Override
        public long signs() {
            return connection.signs();
        }

        @Override
        public void silent(KubernetesClient client) {
            giveUp(client);
        }

        @Override
        public void refused(KubernetesClient client) {
            giveUp(client); // what it was made from may have been replaced, and watches that last do not ask
        }

        private void giveUp(KubernetesClient client) {
            loop.execute(() -> {
                if (!closed) {
                    reader.giveUp(client);
                }
            });
        }
    }

    @Override
    public void start(ClusterSink sink) {
        loop.execute(() -> {
            if (!closed) {
                reader.start(sink);
                look();
            }
        });
    }

    private void look() {
        if (!closed) {
            reader.nodes().ifPresent(election::contenders);
            reader.changed();
            loop.schedule(LOOK, this::look);
        }
    }

    @Override
    public CompletionStage<Void> need(Needs needs) {
        return loop.submit(() -> reader.need(needs)).thenCompose(Function.identity());
    }

    private CompletionStage<Void> catchUp() {
        return loop.submit(reader::refresh).thenCompose(Function.identity());
    }

    @Override
    public void write(List<StatusUpdate> updates) {
        statuses.write(updates);
    }

    @Override
    public Registration contend(String role, Consumer<Boolean> leads) {
        return election.contend(role, leads);
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
        statuses.close();
        election.close(); // while there still is a client: it gives the lease back
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

    private List<SourceProblem> problemsOfWriting() {
        return Stream.concat(statuses.problems().stream(), election.problems().stream()).toList();
    }
}
