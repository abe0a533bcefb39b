package io.roadstead.plugin.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.roadstead.testkit.lab.FreePorts;

/** A backend: does one thing with each connection, on a thread of its own. */
final class Peer implements AutoCloseable {

    /** What becomes of a connection; it is closed afterwards. */
    interface Talk {
        void with(Socket socket) throws IOException;
    }

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private Peer(String address, Talk talk) {
        try {
            server = new ServerSocket(0, 1000, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> accept(talk));
    }

    static Peer on(String address, Talk talk) {
        return new Peer(address, talk);
    }

    /** Sends its name first, then back whatever comes. */
    static Peer named(String name) {
        return on("127.0.0.1", socket -> {
            socket.getOutputStream().write((name + "\n").getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
    }

    private void accept(Talk talk) {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> talk(talk, socket));
            }
        } catch (IOException ignored) { // closed: that is the end of it
            close();
        }
    }

    private void talk(Talk talk, Socket socket) {
        try (socket) {
            talk.with(socket);
        } catch (IOException ignored) { // the other side has its own view of that
            open.remove(socket);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port that nobody listens on. */
    static InetSocketAddress nobody() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
    }

    /** One that was free a moment ago. */
    static int freePort() {
        return FreePorts.next();
    }

    /** Whether nobody listens there. */
    static boolean refuses(int port) {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !probe.isConnected();
        } catch (IOException refused) {
            return true;
        }
    }
}
