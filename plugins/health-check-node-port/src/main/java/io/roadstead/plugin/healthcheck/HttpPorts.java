package io.roadstead.plugin.healthcheck;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.time.Loop;

/**
 * Listens on ports and serves their clients, all on one loop: while a port is open, waiting for events is a task of that loop that gives itself again. The
 * JDK's own server would read requests on threads, which a few clients that say nothing could all hold. Confined to the loop except {@link #wakeUp}.
 */
final class HttpPorts {

    private static final Logger log = LoggerFactory.getLogger(HttpPorts.class);
    private static final Duration CLIENT_TIME = Duration.ofSeconds(5);
    private static final long MOST_WAIT_MILLIS = 500;
    private static final int MOST_CLIENTS = 256;
    private static final int BACKLOG = 128;

    private final Loop loop;
    private final Selector selector;
    private final Map<InetSocketAddress, ServerSocketChannel> listeners = new HashMap<>();
    /** In the order they came. */
    private final Deque<Connection> connections = new ArrayDeque<>();
    private boolean turning;
    private boolean closed;

    HttpPorts(Loop loop) throws IOException {
        this.loop = loop;
        this.selector = Selector.open();
    }

    /** Makes a loop that waits for clients look at its tasks. Any thread. */
    void wakeUp() {
        selector.wakeup();
    }

    /** Listens from now on. @throws IOException when the address is in use, or not one's own */
    void open(InetSocketAddress address, Responder responder) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address, BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT, responder);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
        listeners.put(address, listener);
        if (!turning) {
            turning = true;
            loop.execute(this::turn);
        }
    }

    /** Stops listening; the port is free when it returns. Clients that are being served stay. */
    void close(InetSocketAddress address) {
        ServerSocketChannel listener = listeners.remove(address);
        if (listener == null) {
            return;
        }
        try {
            listener.close();
            selector.selectNow(); // a registered channel keeps its port until its key is taken out
        } catch (IOException e) {
            log.warn("a port could not be closed address={} cause={}", address, e.toString());
        }
    }

    /** Ends everything. */
    void close() {
        closed = true;
        for (InetSocketAddress address : listeners.keySet().toArray(InetSocketAddress[]::new)) {
            close(address);
        }
        connections.forEach(Connection::close);
        connections.clear();
        try {
            selector.close();
        } catch (IOException e) {
            log.warn("the selector could not be closed cause={}", e.toString());
        }
    }

    private void turn() {
        if (closed || listeners.isEmpty() && connections.isEmpty()) {
            turning = false;
            return;
        }
        try {
            selector.select(this::ready, MOST_WAIT_MILLIS);
        } catch (IOException e) {
            log.warn("waiting for clients failed cause={}", e.toString());
        }
        connections.removeIf(connection -> !connection.isOpen());
        loop.execute(this::turn);
    }

    private void ready(SelectionKey key) {
        switch (key.attachment()) {
            case Responder responder -> accept((ServerSocketChannel) key.channel(), responder);
            case Connection connection -> connection.proceed();
            default -> throw new IllegalStateException("a key without meaning");
        }
    }

    private void accept(ServerSocketChannel listener, Responder responder) {
        try {
            for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
                client.configureBlocking(false);
                SelectionKey key = client.register(selector, SelectionKey.OP_READ);
                Connection connection = new Connection(client, key, responder);
                connection.closeAt(loop.schedule(CLIENT_TIME, connection::close));
                key.attach(connection);
                connections.add(connection);
                if (connections.size() > MOST_CLIENTS) {
                    connections.remove().close(); // the oldest had its time; whoever floods must not keep others out
                }
            }
        } catch (IOException e) {
            log.debug("a client could not be accepted cause={}", e.toString());
        }
    }
}
