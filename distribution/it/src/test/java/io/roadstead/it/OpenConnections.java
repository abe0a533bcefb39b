package io.roadstead.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.roadstead.testkit.lab.Namespace;

/** Many connections to an {@link EchoServer}'s address, all kept open. */
record OpenConnections(List<Connection> all) implements AutoCloseable {

    private static final int CONNECT_MS = 10_000;

    /**
     * One.
     *
     * @param pod the name that the server greeted with
     */
    record Connection(Socket socket, int localPort, String pod) {
        /** Whether a byte comes back within that time. */
        boolean lives(int millis) {
            try {
                socket.setSoTimeout(millis);
                socket.getOutputStream().write('x');
                return socket.getInputStream().read() == 'x';
            } catch (IOException broken) {
                return false;
            }
        }
    }

    /** Opens them, some at a time; one that cannot be opened fails the test. */
    static OpenConnections open(Namespace client, InetSocketAddress target, int count) {
        var opened = new ArrayList<Connection>();
        var failures = new ArrayList<String>();
        try (var threads = Executors.newFixedThreadPool(20, client.threads("open"))) {
            for (var i = 0; i < count; i++) {
                threads.execute(() -> {
                    try {
                        var connection = connect(target);
                        synchronized (opened) {
                            opened.add(connection);
                        }
                    } catch (IOException e) {
                        synchronized (failures) {
                            failures.add(e.toString());
                        }
                    }
                });
            }
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " of " + count + " connections could not be opened: " + failures.getFirst());
        }
        return new OpenConnections(List.copyOf(opened));
    }

    private static Connection connect(InetSocketAddress target) throws IOException {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(target, CONNECT_MS);
            socket.setSoTimeout(CONNECT_MS);
            var name = new StringBuilder();
            for (var next = socket.getInputStream().read(); next != '\n'; next = socket.getInputStream().read()) {
                if (next < 0) {
                    throw new IOException("closed before a greeting");
                }
                name.append((char) next);
            }
            return new Connection(socket, socket.getLocalPort(), name.toString());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Those that send a byte and get it back within that time, all asked at once. */
    List<Connection> living(int millis) throws InterruptedException {
        var living = ConcurrentHashMap.<Connection>newKeySet();
        var asked = new CountDownLatch(all.size());
        for (var connection : all) {
            Thread.ofVirtual().start(() -> {
                if (connection.lives(millis)) {
                    living.add(connection);
                }
                asked.countDown();
            });
        }
        if (!asked.await(2L * millis, TimeUnit.MILLISECONDS)) {
            throw new AssertionError(asked.getCount() + " connections gave neither an answer nor a failure");
        }
        return List.copyOf(living);
    }

    @Override
    public void close() throws IOException {
        for (var connection : all) {
            connection.socket().close();
        }
    }
}
