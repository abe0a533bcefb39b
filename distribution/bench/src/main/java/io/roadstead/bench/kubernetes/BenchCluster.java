package io.roadstead.bench.kubernetes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.roadstead.testkit.kubernetes.ApiServer;

/**
 * A process of its own that serves a cluster: Services as charts make them, with three slices of three endpoints each at most. Arguments: Services, EndpointSlices, and
 * the kubeconfig to write. It says {@code ready}; to each number on standard input it changes as many slices, one after the other, and at last the
 * one called {@link #END}, and says {@code changed}.
 */
public final class BenchCluster {
    /** The slice that is changed last. */
    static final String END = "end";

    private static final JsonMapper JSON = new JsonMapper();

    private BenchCluster() {
    }

    public static void main(String[] arguments) throws IOException {
        int services = Integer.parseInt(arguments[0]);
        int slices = Integer.parseInt(arguments[1]);
        try (ApiServer server = ApiServer.builder().historyLimit(1_000_000).start();
                BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (int i = 0; i < services; i++) {
                server.objects().apply(service(i));
            }
            for (int i = 0; i < slices; i++) {
                server.objects().apply(slice(i, Math.max(services, 1), 0));
            }
            Files.writeString(Path.of(arguments[2]), server.kubeconfig());
            System.out.println("ready");
            Random random = new Random(1);
            int round = 0;
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                round++;
                for (int i = 0, changes = Integer.parseInt(line); i < changes; i++) {
                    server.objects().apply(slice(random.nextInt(slices), services, round * 1_000_000 + i));
                }
                ObjectNode end = slice(0, 1, round);
                ((ObjectNode) end.get("metadata")).put("name", END);
                server.objects().apply(end);
                System.out.println("changed");
            }
        }
    }

    private static ObjectNode object(String apiVersion, String kind, String name) {
        ObjectNode object = JSON.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
        object.putObject("metadata").put("namespace", "default").put("name", name);
        return object;
    }

    private static ObjectNode service(int number) {
        String name = "service-" + number;
        ObjectNode service = object("v1", "Service", name);
        ObjectNode metadata = (ObjectNode) service.get("metadata");
        metadata.putObject("labels").put("app.kubernetes.io/name", name).put("app.kubernetes.io/instance", "release-" + number % 100)
                .put("app.kubernetes.io/managed-by", "Helm").put("helm.sh/chart", "chart-1.2.3").put("team", "team-" + number % 20);
        metadata.putObject("annotations").put("meta.helm.sh/release-name", "release-" + number % 100)
                .put("meta.helm.sh/release-namespace", "default");
        ObjectNode spec = service.putObject("spec").put("type", "LoadBalancer").put("allocateLoadBalancerNodePorts", false)
                .put("clusterIP", "10." + (96 + number / 62_500) + "." + number / 250 % 250 + "." + (number % 250 + 1));
        spec.putArray("clusterIPs").add(spec.get("clusterIP").asText());
        spec.putObject("selector").put("app.kubernetes.io/name", name);
        ArrayNode ports = spec.putArray("ports");
        ports.addObject().put("name", "http").put("protocol", "TCP").put("port", 80).put("targetPort", 8080);
        ports.addObject().put("name", "metrics").put("protocol", "TCP").put("port", 9090).put("targetPort", "metrics");
        return service;
    }

    /** @param change makes it differ from what it was before */
    private static ObjectNode slice(int number, int services, int change) {
        String service = "service-" + number % services;
        ObjectNode slice = object("discovery.k8s.io/v1", "EndpointSlice", service + "-" + number / services);
        ((ObjectNode) slice.get("metadata")).putObject("labels").put("kubernetes.io/service-name", service)
                .put("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io");
        slice.put("addressType", "IPv4");
        ArrayNode endpoints = slice.putArray("endpoints");
        for (int i = 0; i < 3; i++) {
            ObjectNode endpoint =
                    endpoints.addObject().put("nodeName", "node-" + (number + i) % 500).put("zone", "zone-" + (number + i) % 3);
            endpoint.putArray("addresses").add("10." + number / 62_500 % 250 + "." + number / 250 % 250 + "." + (number % 80 * 3 + i + 1));
            endpoint.putObject("conditions").put("ready", (change & 1 << i) == 0).put("serving", true).put("terminating", false);
            endpoint.putObject("targetRef").put("kind", "Pod").put("namespace", "default").put("name", service + "-" + change + "-" + i)
                    .put("uid", "00000000-0000-4000-8000-" + String.format("%012d", number));
        }
        ArrayNode ports = slice.putArray("ports");
        ports.addObject().put("name", "http").put("protocol", "TCP").put("port", 8080);
        ports.addObject().put("name", "metrics").put("protocol", "TCP").put("port", 9091 + change % 1000);
        return slice;
    }
}
