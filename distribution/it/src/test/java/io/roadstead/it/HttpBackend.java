package io.roadstead.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.roadstead.testkit.lab.Namespace;

/** A web server in a namespace that answers every request with its name and keeps connections open. Counts what it answered. */
final class HttpBackend implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads;
    private final LongAdder answered = new LongAdder();

    private HttpBackend(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    static HttpBackend start(Namespace host, String name, String address, int port) {
        var backend = new HttpBackend(host.call(() -> HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), port), 1024)),
                Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name(name + "-", 0).factory()));
        var body = name.getBytes(StandardCharsets.UTF_8);
        backend.server.createContext("/", exchange -> backend.answer(exchange, body));
        backend.server.setExecutor(backend.threads);
        backend.server.start();
        return backend;
    }

    /** Requests so far. */
    long answered() {
        return answered.sum();
    }

    @Override
    public void close() {
        stop();
    }

    /** Closes all connections and listens no more. Idempotent. */
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange, byte[] body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            answered.increment();
        }
    }
}
