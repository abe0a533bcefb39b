package io.roadstead.bench.mesh;

import java.util.Map;
import java.util.TreeMap;

/** What another cluster's agents would have stored, as text: some nodes, and endpoints that are behind Services, a hundred each. */
final class StoredCluster {

    private static final int PER_SERVICE = 100;
    private static final String NOW = "2026-01-01T00:00:00Z";

    private StoredCluster() {
    }

    static Map<String, String> of(String cluster, int id, int endpoints, int nodes) {
        Map<String, String> keys = new TreeMap<>();
        for (int node = 0; node < nodes; node++) {
            keys.put("cilium/state/nodes/v1/" + cluster + "/node-" + node,
                    ("{\"Name\":\"node-%d\",\"Cluster\":\"%s\",\"IPAddresses\":[{\"Type\":\"InternalIP\",\"IP\":\"%s\"}],"
                            + "\"IPv4AllocCIDR\":{\"IP\":\"%s\",\"Mask\":\"////wA==\"},\"ClusterID\":%d,\"Source\":\"custom-resource\"}")
                            .formatted(node, cluster, address(150 + id, node), address(10 + id, node * 64), id));
        }
        for (int service = 0; service < endpoints / PER_SERVICE; service++) {
            StringBuilder backends = new StringBuilder();
            int identity = (id << 16) + 256 + service;
            String name = "service-" + service;
            keys.put("cilium/state/identities/v1/id/" + identity,
                    "k8s:app=%s;k8s:io.cilium.k8s.policy.cluster=%s;k8s:io.kubernetes.pod.namespace=default;".formatted(name, cluster));
            for (int i = service * PER_SERVICE; i < (service + 1) * PER_SERVICE; i++) {
                String ip = address(10 + id, i);
                keys.put("cilium/state/ip/v1/default/" + ip,
                        "{\"IP\":\"%s\",\"Mask\":null,\"HostIP\":\"%s\",\"ID\":%d,\"Key\":0,\"Metadata\":\"\",\"K8sNamespace\":\"default\",\"K8sPodName\":\"pod-%d\"}"
                                .formatted(ip, address(150 + id, i % Math.max(1, nodes)), identity, i));
                backends.append(backends.isEmpty() ? "" : ",")
                        .append("\"%s\":{\"http\":{\"Protocol\":\"TCP\",\"Port\":8080}}".formatted(ip));
            }
            keys.put("cilium/state/services/v1/" + cluster + "/default/" + name,
                    ("{\"cluster\":\"%s\",\"namespace\":\"default\",\"name\":\"%s\",\"frontends\":{},\"backends\":{%s},\"labels\":{},\"selector\":{},"
                            + "\"includeExternal\":true,\"shared\":true,\"clusterID\":%d}").formatted(cluster, name, backends, id));
        }
        for (String kind : new String[] {"nodes", "services", "identities", "ip"}) {
            keys.put("cilium/synced/" + cluster + "/cilium/state/" + kind + "/v1", NOW);
        }
        keys.put("cilium/cluster-config/" + cluster,
                "{\"id\":" + id + ",\"capabilities\":{\"syncedCanaries\":true,\"maxConnectedClusters\":255}}");
        keys.put("cilium/.heartbeat", NOW);
        return keys;
    }

    private static String address(int first, int number) {
        return first + "." + (number >> 16 & 0xff) + "." + (number >> 8 & 0xff) + "." + (number & 0xff);
    }
}
