package io.roadstead.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import com.sun.net.httpserver.HttpServer;

/** Three tiny web servers in place of Pods, another in place of one of cluster east, and the Service in front of them: an address out of 127.0.0.0/8, which needs no privileges. */
final class Hello implements Web, AutoCloseable {

    private static final String ADDRESS = "127.16.1.1";
    private static final List<String> PODS = List.of("127.20.0.10", "127.20.1.10", "127.20.2.10");
    /** In place of a Pod of cluster east. */
    private static final String EAST = "127.21.0.10";
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int ATTEMPTS = 20;

    private final Consumer<String> apply;
    private final BiConsumer<String, String> putInEast;
    private final List<HttpServer> servers;
    private final HttpServer east;
    private final int port;
    private boolean global;

    private Hello(Consumer<String> apply, BiConsumer<String, String> putInEast, List<HttpServer> servers, HttpServer east, int port) {
        this.apply = apply;
        this.putInEast = putInEast;
        this.servers = servers;
        this.east = east;
        this.port = port;
    }

    /**
     * Starts the servers.
     *
     * @param putInEast puts a key with its value into cluster east's store
     */
    static Hello start(Consumer<String> apply, BiConsumer<String, String> putInEast) {
        try {
            List<HttpServer> servers = servers();
            for (int i = 0; i < servers.size(); i++) {
                answer(servers.get(i), "hello-" + (i + 1));
            }
            HttpServer east = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(EAST), 0), 0);
            answer(east, "hello-east");
            return new Hello(apply, putInEast, servers, east, freePort());
        } catch (IOException e) {
            throw new WalkFailure("cannot start web servers on " + PODS + ": " + e.getMessage());
        }
    }

    /** All on one port, as the Pods of a Service are: the first takes any, the others the same or all try again. */
    private static List<HttpServer> servers() throws IOException {
        for (int attempt = 1;; attempt++) {
            List<HttpServer> servers = new ArrayList<>();
            try {
                for (String pod : PODS) {
                    int wanted = servers.isEmpty() ? 0 : servers.getFirst().getAddress().getPort();
                    servers.add(HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(pod), wanted), 0));
                }
                return servers;
            } catch (IOException e) {
                servers.forEach(server -> server.stop(0));
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void answer(HttpServer server, String name) {
        byte[] body = (name + "\n").getBytes(StandardCharsets.US_ASCII);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral(ADDRESS))) {
            return probe.getLocalPort();
        }
    }

    @Override
    public String url() {
        return "http://" + ADDRESS + ":" + port + "/";
    }

    @Override
    public void publish(List<Integer> backends) {
        int target = servers.getFirst().getAddress().getPort();
        StringBuilder slice = new StringBuilder("""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: hello-1
              namespace: default
              labels:
                kubernetes.io/service-name: hello
            addressType: IPv4
            ports:
              - name: http
                protocol: TCP
                port: %d
            endpoints:%s
            """.formatted(target, backends.isEmpty() ? " []" : ""));
        for (int backend : backends) {
            slice.append("""
              - addresses:
                  - %s
                nodeName: %s
                conditions:
                  ready: true
                  serving: true
                  terminating: false
            """.formatted(PODS.get(backend - 1), Machine.NODES.get(backend - 1).name()));
        }
        apply.accept("""
            apiVersion: cilium.io/v2
            kind: CiliumLoadBalancerIPPool
            metadata:
              name: hello-pool
            spec:
              blocks:
                - cidr: %1$s/32
              serviceSelector:
                matchLabels:
                  app: hello
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: hello
              namespace: default
              labels:
                app: hello
                service.kubernetes.io/service-proxy-name: quickstart
              annotations:
                lbipam.cilium.io/ips: %1$s
                service.cilium.io/global: "%4$s"
            spec:
              type: LoadBalancer
              allocateLoadBalancerNodePorts: false
              clusterIP: 10.96.32.81
              clusterIPs:
                - 10.96.32.81
              ports:
                - name: http
                  protocol: TCP
                  port: %2$d
                  targetPort: %3$d
            """.formatted(ADDRESS, port, target, global));
        apply.accept(slice.toString());
    }

    @Override
    public void share() {
        global = true;
        String ports = "{\"http\":{\"Protocol\":\"TCP\",\"Port\":%d}}";
        putInEast.accept("cilium/state/services/v1/east/default/hello", """
            {"cluster":"east","namespace":"default","name":"hello","frontends":{"10.97.32.81":%s},"backends":{"%s":%s},\
            "labels":{},"selector":{"app":"hello"},"includeExternal":true,"shared":true,"clusterID":2}""".formatted(ports.formatted(port),
                EAST, ports.formatted(east.getAddress().getPort())));
    }

    @Override
    public Map<String, Integer> ask(int times) {
        Map<String, Integer> answers = new TreeMap<>();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url())).timeout(LIMIT).build();
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build()) {
            for (int i = 0; i < times; i++) {
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() != 200) {
                    throw new WalkFailure(url() + " answered " + response.statusCode());
                }
                answers.merge(response.body().strip(), 1, Integer::sum);
            }
            return answers;
        } catch (IOException e) {
            throw new WalkFailure(url() + " does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        east.stop(0);
    }
}
