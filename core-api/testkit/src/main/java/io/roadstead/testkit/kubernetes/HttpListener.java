package io.roadstead.testkit.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 on a socket of its own, a virtual thread per connection. The JDK's server hides its sockets, and a server of tests must be able to refuse, to cut and
 * to fall silent.
 */
final class HttpListener implements AutoCloseable {

    /** Answers one request; runs on the connection's thread. */
    @FunctionalInterface
    interface Handler {
        void handle(HttpRequest request, HttpReply reply) throws IOException;
    }

    private final @Nullable SSLContext tls;
    private final Handler handler;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final InetSocketAddress address;
    private volatile ServerSocket listening;
    private volatile @Nullable Thread accepting;

    HttpListener(InetSocketAddress address, @Nullable SSLContext tls, Handler handler) {
        this.tls = tls;
        this.handler = handler;
        this.listening = listen(address);
        this.address = new InetSocketAddress(address.getAddress(), listening.getLocalPort());
    }

    /** Takes connections from now on; those that came before wait until then. */
    void start() {
        accept(listening);
    }

    InetSocketAddress address() {
        return address;
    }

    /** Closes the port, as when nothing runs there; connections stay. When this returns, none is taken any more. */
    void refuse() {
        closeQuietly(listening);
        // the port itself is closed by the thread that accepts: it may take a last connection before it sees that it is to end
        var last = accepting;
        if (last != null) {
            await(last);
        }
    }

    /** Opens the port again after {@link #refuse}. */
    void accept() {
        if (listening.isClosed()) {
            listening = listen(address);
            accept(listening);
        }
    }

    /** Ends every connection. */
    void cut() {
        connections.forEach(HttpListener::closeQuietly);
    }

    @Override
    public void close() {
        refuse();
        cut();
    }

    private static ServerSocket listen(InetSocketAddress address) {
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(address, 1024);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + address, e);
        }
    }

    private void accept(ServerSocket server) {
        // no virtual thread: a poller of the JDK may hold a reference to the port and keep it open, with its backlog, until another event wakes that poller
        accepting = Thread.ofPlatform().daemon().name("api-server-accept").start(() -> {
            while (!server.isClosed()) {
                try {
                    serve(server.accept());
                } catch (IOException ignored) {
                    // closed, or the client was gone before it was accepted
                }
            }
        });
    }

    private void serve(Socket socket) {
        connections.add(socket);
        Thread.ofVirtual().name("api-server-connection").start(() -> {
            try (var connection = new HttpConnection(secured(socket), handler)) {
                connection.serve();
            } catch (IOException ignored) {
                // the client went, or a test cut the connection
            } finally {
                connections.remove(socket);
                closeQuietly(socket);
            }
        });
    }

    private Socket secured(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        if (tls == null) {
            return socket;
        }
        SSLSocketFactory factory = tls.getSocketFactory();
        var secured = (SSLSocket) factory.createSocket(socket, null, socket.getPort(), false);
        secured.setUseClientMode(false);
        secured.setWantClientAuth(true);
        secured.startHandshake();
        return secured;
    }

    private static void await(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception ignored) {
            // it is to be gone, and it is
        }
    }
}
