package io.roadstead.testkit.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A way to a server on loopback that can be cut, can fall silent and can be slow: connections to {@link #port} are carried on to the server. Any thread may call any
 * method. It carries everything at once until told otherwise.
 */
public final class TcpLink implements AutoCloseable {

    private static final int CHUNK = 1 << 16;

    private final InetSocketAddress server;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.CARRYING;
    private long delayNanos;

    private enum State {
        CARRYING, CUT, SILENT, CLOSED
    }

    private TcpLink(InetSocketAddress server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
    }

    /** A link to that port of loopback, with a port of its own. */
    public static TcpLink to(int port) {
        try {
            var loopback = InetAddress.getLoopbackAddress();
            var link = new TcpLink(new InetSocketAddress(loopback, port), new ServerSocket(0, 64, loopback));
            Thread.ofVirtual().name("link-" + link.port()).start(link::accept);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Closes every connection, and each new one at once, as a server does that is not there. */
    public void cut() {
        become(State.CUT);
        closeAll();
    }

    /** Carries no byte from now on and closes nothing, as when packets are lost on the way. */
    public void silence() {
        become(State.SILENT);
    }

    /** Carries again; what a silent link had taken goes on. */
    public void mend() {
        become(State.CARRYING);
    }

    /** Each piece takes so long for its way, in both directions. */
    public void delay(Duration each) {
        lock.lock();
        try {
            delayNanos = each.toNanos();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Connections that are open through it. */
    public int connections() {
        return open.size() / 2;
    }

    @Override
    public void close() {
        become(State.CLOSED);
        close(listener);
        closeAll();
    }

    private void become(State next) {
        lock.lock();
        try {
            if (state != State.CLOSED) {
                state = next;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                Thread.ofVirtual().start(() -> carry(client));
            } catch (IOException ignored) {
                // closed
            }
        }
    }

    private void carry(Socket client) {
        var upstream = new Socket();
        open.add(client);
        open.add(upstream);
        try {
            if (!mayCarry()) {
                throw new IOException("cut");
            }
            upstream.connect(server);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            var back = Thread.ofVirtual().start(() -> pump(upstream, client));
            pump(client, upstream);
            back.join();
        } catch (IOException | InterruptedException ignored) {
            // no server, or closed meanwhile
        } finally {
            forget(client);
            forget(upstream);
        }
    }

    private void pump(Socket from, Socket to) {
        var chunk = new byte[CHUNK];
        try {
            for (var length = from.getInputStream().read(chunk); length >= 0; length = from.getInputStream().read(chunk)) {
                if (!mayCarry()) {
                    break;
                }
                to.getOutputStream().write(chunk, 0, length);
            }
        } catch (IOException ignored) {
            // one side is gone, and the other learns it
        }
        close(from);
        close(to);
    }

    /** Waits for as long as the link holds pieces back; whether it carries them then. */
    private boolean mayCarry() {
        lock.lock();
        try {
            var left = delayNanos;
            while (left > 0 && state == State.CARRYING) {
                left = changed.awaitNanos(left);
            }
            while (state == State.SILENT) {
                changed.await();
            }
            return state == State.CARRYING;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void closeAll() {
        open.forEach(this::forget);
    }

    private void forget(Socket socket) {
        open.remove(socket);
        close(socket);
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception ignored) {
            // it is gone either way
        }
    }
}
