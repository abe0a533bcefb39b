package io.roadstead.it;

import java.util.List;

/** The seed lab's Service webpod as an echo server's, with an endpoint on each of some nodes. */
final class EchoService {

    static final int PORT = 7;

    private EchoService() {
    }

    /** Its Service and EndpointSlice; zone and annotation are empty for none. */
    static String manifests(String annotation, List<Endpoint> endpoints) {
        var text = new StringBuilder("""
                apiVersion: v1
                kind: Service
                metadata:
                  name: webpod
                  namespace: default
                  labels:
                    app: webpod
                %sspec:
                  type: LoadBalancer
                  externalTrafficPolicy: Cluster
                  clusterIP: 10.96.32.80
                  clusterIPs:
                    - 10.96.32.80
                  selector:
                    app: webpod
                  ports:
                    - name: echo
                      protocol: TCP
                      port: 7
                      targetPort: 7
                      nodePort: 30007
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: webpod-1
                  namespace: default
                  labels:
                    app: webpod
                    kubernetes.io/service-name: webpod
                addressType: IPv4
                ports:
                  - name: echo
                    protocol: TCP
                    port: 7
                endpoints:
                """.formatted(annotation.isEmpty() ? "" : "  annotations:\n    " + annotation + "\n"));
        for (var endpoint : endpoints) {
            text.append("  - addresses:\n      - ").append(SeedLab.POD_CIDRS.get(endpoint.node()).replace(".0/24", ".10"))
                    .append("\n    nodeName: ").append(endpoint.node())
                    .append(endpoint.zone().isEmpty() ? "" : "\n    zone: " + endpoint.zone())
                    .append("\n    conditions:\n      ready: true\n      serving: true\n      terminating: false\n");
        }
        return text.toString();
    }

    /** The Pod of a node. */
    record Endpoint(String node, String zone) {
    }
}
