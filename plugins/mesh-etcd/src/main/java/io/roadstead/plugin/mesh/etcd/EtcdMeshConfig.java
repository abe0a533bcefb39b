package io.roadstead.plugin.mesh.etcd;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.OpenKeys;
import io.roadstead.plugin.mesh.etcd.client.ClientOptions;

/** The section {@code roadstead.mesh.etcd}. */
@Doc("Joins clusters through etcd, with the keys and values that Cilium's Cluster Mesh uses.")
public record EtcdMeshConfig(
        @Doc("The own cluster's etcd, which its objects are published in; without it this agent only reads others.") @Nullable StoreConfig own,
        @Doc("Clusters to read, by name.") @OpenKeys Map<String, StoreConfig> clusters,
        @Doc(value = "A directory of etcd.config files, one per cluster to read and called as it is, followed as it changes.",
                example = "/var/lib/cilium/clustermesh") @Nullable Path directory,
        @Doc("How long making a connection may take, 100ms to 1m.") Duration dialTimeout,
        @Doc("How long a request may take before the connection is given up, 1s to 5m.") Duration requestTimeout,
        @Doc("After so long without a word the server is asked for a sign of life, 10s to 1h.") Duration keepaliveTime,
        @Doc("How long that sign may take, 1s to 1h.") Duration keepaliveTimeout,
        @Doc("Keys per page of a list, 1 to 10000.") int pageSize,
        @Doc("Writes per second, 1 to 100000.") int writesPerSecond,
        @Doc("Writes per second until all that there was at the start has been written, 1 to 100000.") int bootstrapWritesPerSecond,
        @Doc("How long what this cluster published outlives its agents, 25s to 24h.") Duration leaseTtl) {

    private static final int MOST_PER_PAGE = 10_000;
    private static final int MOST_PER_SECOND = 100_000;

    public EtcdMeshConfig {
        clusters = Map.copyOf(clusters);
        check("dial-timeout", dialTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
        check("request-timeout", requestTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5));
        check("keepalive-time", keepaliveTime, Duration.ofSeconds(10), Duration.ofHours(1));
        check("keepalive-timeout", keepaliveTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
        check("page-size", pageSize, MOST_PER_PAGE);
        check("writes-per-second", writesPerSecond, MOST_PER_SECOND);
        check("bootstrap-writes-per-second", bootstrapWritesPerSecond, MOST_PER_SECOND);
        check("lease-ttl", leaseTtl, Duration.ofSeconds(25), Duration.ofHours(24));
    }

    ClientOptions options() {
        return new ClientOptions(dialTimeout, requestTimeout, keepaliveTime, keepaliveTimeout, pageSize, writesPerSecond,
                bootstrapWritesPerSecond,
                leaseTtl);
    }

    /** The same with what another one says of stores. */
    EtcdMeshConfig withStoresOf(EtcdMeshConfig other) {
        return new EtcdMeshConfig(other.own, other.clusters, directory, dialTimeout, requestTimeout, keepaliveTime, keepaliveTimeout,
                pageSize,
                writesPerSecond, bootstrapWritesPerSecond, leaseTtl);
    }

    private static void check(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " " + value.toMillis() + "ms is not in " + least + " to " + most);
        }
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " " + value + " is not in 1 to " + most);
        }
    }
}
