package io.roadstead.kernel.mesh.schema;

import io.roadstead.api.model.net.IpAddress;

/** Keys of a cluster's own store, but for what {@link MeshLayout} tells of reading. */
public final class MeshKeys {

    /** Written every minute, so that readers see that the store lives. Its watchers name it without a slash behind. */
    public static final String HEARTBEAT = "cilium/.heartbeat";

    /** Tells readers of 2023 and 2024 that there is a cluster-config to wait for; others do not ask. */
    public static final String HAS_CLUSTER_CONFIG = "cilium/.has-cluster-config";

    private MeshKeys() {
    }

    /** What a cluster tells of itself. */
    public static String clusterConfig(String cluster) {
        return "cilium/cluster-config/" + cluster;
    }

    /** Where a cluster's canaries are, in whatever layout. */
    public static String canaryPrefix(String cluster) {
        return "cilium/synced/" + cluster + "/";
    }

    /** Tells, once it is there, that the first full list of a kind has been written in the cluster's own store. */
    public static String canary(String cluster, MeshKind kind) {
        return new MeshLayout(cluster, false).canary(kind);
    }

    public static String node(String cluster, String name) {
        return own(cluster, MeshKind.NODES) + name;
    }

    public static String service(String cluster, String namespace, String name) {
        return own(cluster, MeshKind.SERVICES) + namespace + "/" + name;
    }

    /** Not scoped by cluster. */
    public static String ip(IpEntry entry) {
        return own("", MeshKind.ENDPOINTS) + entry.keySuffix();
    }

    /** Of a single address. */
    public static String ip(IpAddress address) {
        return own("", MeshKind.ENDPOINTS) + GoText.ip(address);
    }

    /** Not scoped by cluster. */
    public static String identity(int id) {
        return own("", MeshKind.IDENTITIES) + id;
    }

    private static String own(String cluster, MeshKind kind) {
        return new MeshLayout(cluster, false).prefix(kind);
    }
}
