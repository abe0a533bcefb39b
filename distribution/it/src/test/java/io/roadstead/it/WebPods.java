package io.roadstead.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpServer;

/** Web servers in place of Pods, each at an address of its own out of 127.0.0.0/8, all on one port. They answer with their name and keep connections open. */
final class WebPods implements AutoCloseable {

    private static final int ATTEMPTS = 20;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<HttpServer> servers = new ArrayList<>();
    private int port;

    /** By name, with their addresses. */
    static WebPods start(Map<String, String> pods) throws IOException {
        for (var attempt = 1;; attempt++) {
            var started = new WebPods();
            try {
                for (var pod : pods.entrySet()) {
                    started.add(pod.getKey(), pod.getValue());
                }
                return started;
            } catch (IOException e) { // the port that the first was given is another's at the next address
                started.close();
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void add(String name, String address) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), port), 1024);
        servers.add(server);
        port = server.getAddress().getPort();
        var body = name.getBytes(StandardCharsets.US_ASCII);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.setExecutor(threads);
        server.start();
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }

    /** One that was free a moment ago. */
    static int freePort(String address) throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.ofLiteral(address))) {
            return probe.getLocalPort();
        }
    }

    /** A connection that stays open from request to request. */
    static final class Visitor implements AutoCloseable {
        private static final int TIMEOUT_MS = 5_000;
        private final Socket socket = new Socket();
        private final BufferedReader reader;

        Visitor(String address, int port) throws IOException {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), TIMEOUT_MS);
            reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        /** Who answers. */
        String ask() throws IOException {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: web\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var length = 0;
            for (var line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            var body = new char[length];
            if (length == 0 || reader.read(body) != length) {
                throw new IOException("no answer");
            }
            return new String(body);
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
