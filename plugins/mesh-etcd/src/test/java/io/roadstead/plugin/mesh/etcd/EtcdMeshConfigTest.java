package io.roadstead.plugin.mesh.etcd;

import static io.roadstead.testkit.ConfigRecordAssertions.assertDefaults;
import static io.roadstead.testkit.ConfigRecordAssertions.assertFullMapping;
import static io.roadstead.testkit.ConfigRecordAssertions.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.roadstead.api.config.Secret;
import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;

class EtcdMeshConfigTest {

    private static final String PATH = "roadstead.mesh.etcd";

    @Test
    void defaultsAreThoseOfTheReference() {
        assertDefaults(EtcdMeshConfig.class, PATH,
                new EtcdMeshConfig(null, Map.of(), null, Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(15),
                        Duration.ofSeconds(25), 256,
                        20, 10_000, Duration.ofMinutes(15)));
    }

    @Test
    void everyKeyIsRead() {
        assertFullMapping("""
                roadstead.mesh.etcd {
                  own { endpoints = ["127.0.0.1:2379"], username = u, password = p }
                  clusters.east {
                    endpoints = ["https://a:1", "b"]
                    tls { trusted-ca-file = /ca, cert-file = /c, key-file = /k, server-name = s, insecure-skip-verify = true }
                  }
                  clusters.north.file = /north
                  directory = /d
                  dial-timeout = 1s, request-timeout = 2s, keepalive-time = 20s, keepalive-timeout = 4s, page-size = 1, writes-per-second = 2
                  bootstrap-writes-per-second = 3, lease-ttl = 25s
                }""", PATH,
                new EtcdMeshConfig(new StoreConfig(List.of("127.0.0.1:2379"), null, null, "u", Secret.of("p")), Map.of(
                        "east", new StoreConfig(List.of("https://a:1", "b"), null,
                                new StoreConfig.Tls(Path.of("/ca"), Path.of("/c"), Path.of("/k"), "s", true), null, null),
                        "north", new StoreConfig(List.of(), Path.of("/north"), null, null, null)), Path.of("/d"), Duration.ofSeconds(1),
                        Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofSeconds(4), 1, 2, 3, Duration.ofSeconds(25)));
    }

    @Test
    void anEndpointWithoutASchemeIsHttpsWhereThereAreCertificates() {
        var tls = new StoreConfig.Tls(null, null, null, "s", null);

        var secure = new StoreConfig(List.of("b"), null, tls, null, null).target().orElseThrow();
        assertThat(secure.endpoints()).containsExactly(URI.create("https://b"));
        assertThat(secure.tls()).isEqualTo(new TlsFiles(null, null, null, false));
        assertThat(secure.serverName()).isEqualTo("s");
        assertThat(new StoreConfig(List.of("b"), null, null, null, null).target().orElseThrow().endpoints())
                .containsExactly(URI.create("http://b"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "clusters.a {}                                              | endpoints are missing",
        "clusters.a { endpoints = [x], file = /f }                  | file stands beside endpoints",
        "clusters.a { file = /f, username = u, password = p }       | file says everything",
        "clusters.a { endpoints = [x], username = u }               | username and password go together",
        "clusters.a { endpoints = [\"ftp://x\"] }                   | http://host:port or https://host:port",
        "clusters.a { endpoints = [\"http://\"] }                   | http://host:port or https://host:port",
        "clusters.a { endpoints = [x], tls.cert-file = /c }         | cert-file and key-file go together",
        "dial-timeout = 1ms                                         | dial-timeout 1ms",
        "request-timeout = 6m                                       | request-timeout",
        "keepalive-time = 1s                                        | keepalive-time",
        "keepalive-timeout = 0s                                     | keepalive-timeout",
        "page-size = 0                                              | page-size 0",
        "writes-per-second = 0                                      | writes-per-second 0",
        "bootstrap-writes-per-second = 100001                       | bootstrap-writes-per-second",
        "lease-ttl = 10s                                            | lease-ttl"})
    void whatCannotWorkIsRefused(String hocon, String message) {
        assertRefused("roadstead.mesh.etcd { " + hocon + " }", PATH, EtcdMeshConfig.class, message);
    }
}
