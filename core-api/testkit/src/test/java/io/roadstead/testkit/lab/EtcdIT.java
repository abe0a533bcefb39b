package io.roadstead.testkit.lab;

import static io.roadstead.testkit.lab.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EtcdIT {

    @BeforeAll
    static void require() {
        Labs.require(Tool.ETCD, Tool.ETCDCTL);
    }

    @Test
    void keepsWhatItStoredOverARestartAndLosesItWithItsIdWhenWiped() {
        try (var etcd = Etcd.start()) {
            var many = new TreeMap<String, String>();
            for (int i = 0; i < 250; i++) {
                many.put("a/" + i, "{\"number\": " + i + ", \"text\": \"\\\\ 'quoted'\\n\"}");
            }
            etcd.put("-one", "--a value");
            etcd.put(many);
            etcd.delete(many.keySet().stream().filter(key -> key.endsWith("7")).toList());
            many.keySet().removeIf(key -> key.endsWith("7"));
            var id = etcd.clusterId();

            assertThat(etcd.all("a/")).isEqualTo(many);
            etcd.kill();
            etcd.restart();
            assertThat(etcd.all("")).hasSize(many.size() + 1).containsEntry("-one", "--a value");
            assertThat(etcd.clusterId()).isEqualTo(id);
            etcd.compact();

            etcd.wipe();
            assertThat(etcd.all("")).isEmpty();
            assertThat(etcd.clusterId()).isNotEqualTo(id);
            var second = etcd.clusterId();
            etcd.put("b", "1");
            etcd.wipeKeepingId();
            assertThat(etcd.clusterId()).isEqualTo(second);
            assertThat(etcd.revision()).isEqualTo(1);
        }
    }

    @Test
    void runsInANamespaceWithTlsAndKnowsUsersByTheirCertificates() {
        var authority = Certificates.authority("test");
        try (var namespace = Namespace.create("etcd").up("lo");
                var etcd = Etcd.builder().in(namespace, "127.0.0.1", 2379).tls(authority).start()) {
            etcd.user("reader", "shown/");
            etcd.put("shown/a", "1");
            etcd.put("hidden/a", "1");
            etcd.enableAuth();

            var reader = authority.client("reader").write(etcd.file(""), "reader");
            assertThat(etcd.all("")).isEqualTo(Map.of("shown/a", "1", "hidden/a", "1"));
            assertThat(
                    etcd.tryCtl("--cert", reader.certificate().toString(), "--key", reader.key().toString(), "get", "shown/a").exitCode())
                    .isZero();
            assertThat(etcd.tryCtl("--cert", reader.certificate().toString(), "--key", reader.key().toString(), "get", "hidden/a").errors())
                    .contains("permission denied");
            etcd.restart();
            assertThat(etcd.all("shown/")).hasSize(1);
        }
    }

    @Test
    void threeMembersChangeTheirLeader() {
        var members = Etcd.builder().startCluster(3);
        try {
            members.getFirst().put("a", "1");
            var leader = eventually(Duration.ofSeconds(20), () -> members.stream().filter(Etcd::leads).findFirst().orElse(null),
                    member -> member != null);
            var other = members.stream().filter(member -> member != leader).findFirst().orElseThrow();

            leader.yieldTo(other);

            assertThat(leader.leads()).isFalse();
            assertThat(other.all("")).isEqualTo(Map.of("a", "1"));
        } finally {
            members.forEach(Etcd::close);
        }
    }

    @Test
    void refusesWritesWhenItsQuotaIsReachedUntilRoomIsMade() {
        try (var etcd = Etcd.builder().quota(1 << 20).start()) {
            var value = "x".repeat(100_000);
            eventually(Duration.ofSeconds(20), () -> etcd.tryCtl("put", "k", value).errors(), errors -> errors.contains("space exceeded"));

            etcd.makeRoom();

            etcd.put("k", "small");
            assertThat(etcd.all("")).isEqualTo(Map.of("k", "small"));
        }
    }
}
