package io.roadstead.plugin.kubernetes;

import java.nio.file.Path;
import java.time.Duration;

import io.roadstead.plugin.kubernetes.client.InCluster;
import io.roadstead.plugin.kubernetes.lead.LeaderConfig;
import io.roadstead.plugin.kubernetes.write.StatusConfig;

/** Configurations as tests want them. */
final class Configs {
    static final int PAGE = 500;
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
    static final Duration SILENCE = Duration.ofSeconds(150);
    static final Duration DISCOVERY = Duration.ofMinutes(1);

    private static final LeaderConfig LEADER =
            new LeaderConfig(true, "kube-system", "roadstead", Duration.ofSeconds(15), Duration.ofSeconds(10),
                    Duration.ofSeconds(2));

    private Configs() {
    }

    /** The defaults, to the server at that address, without credentials. */
    static KubernetesConfig of(String master) {
        return of(null, master, PAGE, DISCOVERY, LEADER);
    }

    static KubernetesConfig rarelyDiscovering(String master) {
        return of(null, master, PAGE, Duration.ofHours(10), LEADER);
    }

    static KubernetesConfig quicklyLeading(String master) {
        return of(null, master, PAGE, DISCOVERY,
                new LeaderConfig(true, "kube-system", "roadstead", Duration.ofSeconds(8), Duration.ofSeconds(6),
                        Duration.ofMillis(500)));
    }

    static KubernetesConfig of(Path kubeconfig) {
        return of(kubeconfig, null, PAGE, DISCOVERY, LEADER);
    }

    static KubernetesConfig of(String master, int pageSize) {
        return of(null, master, pageSize, DISCOVERY, LEADER);
    }

    static KubernetesConfig of(Path kubeconfig, String master, int pageSize, Duration discovery, LeaderConfig leader) {
        return new KubernetesConfig(kubeconfig, null, master, new InCluster(null, 443, Path.of("/nonexistent")), "kube-system", pageSize,
                Duration.ofSeconds(5), REQUEST_TIMEOUT, SILENCE,
                new KubernetesConfig.Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)),
                discovery, leader, new StatusConfig(10, 50));
    }
}
