package io.roadstead.plugin.kubernetes;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;
import io.roadstead.plugin.kubernetes.client.ConnectionOptions;
import io.roadstead.plugin.kubernetes.client.InCluster;
import io.roadstead.plugin.kubernetes.lead.LeaderConfig;
import io.roadstead.plugin.kubernetes.read.ReadOptions;
import io.roadstead.plugin.kubernetes.write.StatusConfig;

/** The section {@code roadstead.source.kubernetes}. */
@Doc("Reads the cluster's objects from a Kubernetes API server, follows their changes, and writes statuses back.")
public record KubernetesConfig(
        @Doc(value = "A kubeconfig file; without it the agent connects to the cluster that it is a Pod of. No variable and no home directory is searched for one.",
                example = "/etc/roadstead/kubeconfig") @Nullable Path kubeconfig,
        @Doc(value = "The context of the kubeconfig. Default: its current one.", example = "kind") @Nullable String context,
        @Doc(value = "The API server's address in place of the one that the kubeconfig or the cluster names: https, or http without credentials.",
                example = "https://k8s-api.internal:6443") @Nullable String master,
        @Doc("What a Pod is given to reach the API server with.") InCluster inCluster,
        @Doc("Namespace whose Secrets are read, of each the key password alone. Default: roadstead.bgp.secrets-namespace.") String bgpSecretsNamespace,
        @Doc("Objects per page of a list, 0 to 100000; 0 asks for all at once.") int pageSize,
        @Doc("How long making a connection may take, 100ms to 1m.") Duration connectTimeout,
        @Doc("How long an answer may take to begin, and a list to go on, 1s to 5m.") Duration requestTimeout,
        @Doc("How long a watch may say nothing before it is made anew, 10s to 1h. API servers say something each minute.") Duration silenceLimit,
        @Doc("Pauses between failed tries.") Backoff backoff,
        @Doc("How often the API server is asked which kinds of cilium.io it serves while one is missing, 1s to 1d; a tenth as often otherwise.") Duration discoveryInterval,
        @Doc("Who leads.") LeaderConfig leader,
        @Doc("Statuses that are written.") StatusConfig status) {

    private static final int MOST_PER_PAGE = 100_000;

    public KubernetesConfig {
        if (master != null && !master.startsWith("https://") && !master.startsWith("http://")) {
            throw new IllegalArgumentException("master " + master + " begins neither with https:// nor with http://");
        }
        if (context != null && kubeconfig == null) {
            throw new IllegalArgumentException("context needs a kubeconfig");
        }
        if (pageSize < 0 || pageSize > MOST_PER_PAGE) {
            throw new IllegalArgumentException("page-size must be 0 to " + MOST_PER_PAGE);
        }
        check("connect-timeout", connectTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
        check("request-timeout", requestTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5));
        check("silence-limit", silenceLimit, Duration.ofSeconds(10), Duration.ofHours(1));
        check("discovery-interval", discoveryInterval, Duration.ofSeconds(1), Duration.ofDays(1));
    }

    /** The section {@code backoff}. */
    public record Backoff(
            @Doc("The first pause, 10ms to 1m; each further one is twice as long, less up to half by chance.") Duration min,
            @Doc("The longest pause, up to 1h.") Duration max) {
        public Backoff {
            check("min", min, Duration.ofMillis(10), Duration.ofMinutes(1));
            check("max", max, min, Duration.ofHours(1));
        }
    }

    ConnectionOptions connection(String userAgent) {
        return new ConnectionOptions(kubeconfig, context, master, inCluster, connectTimeout, userAgent);
    }

    ReadOptions reading(String nodeName) {
        return new ReadOptions(nodeName, bgpSecretsNamespace, pageSize, requestTimeout, silenceLimit, backoff.min, backoff.max,
                discoveryInterval);
    }

    private static void check(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " " + value.toMillis() + "ms is not in " + least + " to " + most);
        }
    }
}
