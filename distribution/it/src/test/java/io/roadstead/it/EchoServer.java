package io.roadstead.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;

import io.roadstead.testkit.lab.Namespace;

/** Greets each connection with its name, one line, and sends back every byte (RFC 862). */
final class EchoServer implements AutoCloseable {

    private static final int BACKLOG = 4096;

    private final ServerSocket server;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    private EchoServer(ServerSocket server) {
        this.server = server;
    }

    static EchoServer start(Namespace host, String name, int port) {
        var echo = new EchoServer(host.call(() -> {
            var socket = new ServerSocket();
            socket.bind(new InetSocketAddress(port), BACKLOG);
            return socket;
        }));
        ThreadFactory connections = Thread.ofVirtual().name(name + "-", 0).factory();
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                while (true) {
                    var socket = echo.server.accept();
                    echo.accepted.add(socket);
                    connections.newThread(() -> serve(socket, name)).start();
                }
            } catch (IOException ignored) { // closed
            }
        });
        return echo;
    }

    private static void serve(Socket socket, String name) {
        try (socket) {
            socket.getOutputStream().write((name + "\n").getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException ignored) { // the other side sees it
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : accepted) {
            socket.close();
        }
    }
}
