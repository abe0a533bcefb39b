package io.roadstead.plugin.kubernetes;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.plugin.kubernetes.client.InCluster;
import io.roadstead.plugin.kubernetes.lead.LeaderConfig;
import io.roadstead.plugin.kubernetes.write.StatusConfig;

final class KubernetesConfigTest {
    private static final String PATH = "roadstead.source.kubernetes";

    @Test
    void defaultsAreThoseOfTheReference() {
        assertDefaults(KubernetesConfig.class, PATH,
                new KubernetesConfig(null, null, null, new InCluster(null, 443, Path.of("/var/run/secrets/kubernetes.io/serviceaccount")),
                        "kube-system", 500, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(150),
                        new KubernetesConfig.Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)), Duration.ofMinutes(1),
                        new LeaderConfig(true, "kube-system", "roadstead", Duration.ofSeconds(15), Duration.ofSeconds(10),
                                Duration.ofSeconds(2)),
                        new StatusConfig(10, 50)));
    }

    @Test
    void everyKeyIsRead() {
        assertFullMapping(PATH + """
                 { kubeconfig = /k, context = c, master = "https://m:1", in-cluster { host = h, port = 2, service-account = /s }
                   bgp-secrets-namespace = n, page-size = 3, connect-timeout = 4s, request-timeout = 5s, silence-limit = 60s
                   backoff { min = 7s, max = 8s }, discovery-interval = 9s
                   leader { contend = false, namespace = l, name = e, lease-duration = 20s, renew-deadline = 12s, retry-period = 3s }
                   status { requests-per-second = 11, burst = 12 } }""", PATH,
                new KubernetesConfig(Path.of("/k"), "c", "https://m:1", new InCluster("h", 2, Path.of("/s")), "n", 3, Duration.ofSeconds(4),
                        Duration.ofSeconds(5), Duration.ofSeconds(60),
                        new KubernetesConfig.Backoff(Duration.ofSeconds(7), Duration.ofSeconds(8)), Duration.ofSeconds(9),
                        new LeaderConfig(false, "l", "e", Duration.ofSeconds(20), Duration.ofSeconds(12), Duration.ofSeconds(3)),
                        new StatusConfig(11, 12)));
    }

    @ParameterizedTest
    @CsvSource({"page-size = -1,page-size", "page-size = 100001,page-size", "connect-timeout = 0s,connect-timeout",
        "request-timeout = 1h,request-timeout", "silence-limit = 1s,silence-limit", "backoff.min = 0s,min", "backoff.max = 1ms,max",
        "discovery-interval = 0s,discovery-interval", "master = \"ftp://a\",master", "context = a,context", "in-cluster.port = 0,port",
        "in-cluster.port = 65536,port"})
    void valuesOutOfRangeAreRefused(String key, String said) {
        assertRefused(PATH + "." + key, PATH, KubernetesConfig.class, said);
    }
}
