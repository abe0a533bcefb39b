package io.roadstead.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;

import io.roadstead.testkit.lab.Eventually;
import io.roadstead.testkit.lab.Namespace;

/**
 * New connections to an {@link EchoServer}'s address at a fixed rate, up to a number: each is greeted, sends a byte, gets it back and is closed. None is tried twice, and one
 * that is late does not keep the others.
 */
final class ConnectionStream implements AutoCloseable {

    /** A lost SYN is sent again after a second, and one more time after three. */
    private static final int TIMEOUT_MS = 10_000;
    private static final int THREADS = 20;

    private final InetSocketAddress target;
    private final int most;
    private final ScheduledThreadPoolExecutor threads;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger succeeded = new AtomicInteger();
    private final LongAccumulator slowestNanos = new LongAccumulator(Math::max, 0);
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    private ConnectionStream(InetSocketAddress target, int most, ScheduledThreadPoolExecutor threads) {
        this.target = target;
        this.most = most;
        this.threads = threads;
    }

    /** Begins; lasts until it is closed or has made that many. */
    static ConnectionStream start(Namespace client, InetSocketAddress target, int perSecond, int most) {
        var threads = new ScheduledThreadPoolExecutor(THREADS, client.threads("stream"));
        var stream = new ConnectionStream(target, most, threads);
        var periodNanos = TimeUnit.SECONDS.toNanos(THREADS) / perSecond;
        for (var i = 0; i < THREADS; i++) {
            threads.scheduleAtFixedRate(stream::connect, i * periodNanos / THREADS, periodNanos, TimeUnit.NANOSECONDS);
        }
        return stream;
    }

    private void connect() {
        if (begun.incrementAndGet() > most) {
            begun.decrementAndGet();
            return;
        }
        var begin = System.nanoTime();
        var stage = "connecting";
        try (var socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(target, TIMEOUT_MS);
            stage = "greeting";
            for (var next = socket.getInputStream().read(); next != '\n'; next = socket.getInputStream().read()) {
                if (next < 0) {
                    throw new IOException("closed before a greeting");
                }
            }
            stage = "asking";
            socket.getOutputStream().write('x');
            if (socket.getInputStream().read() != 'x') {
                throw new IOException("closed before an answer");
            }
            succeeded.incrementAndGet();
        } catch (IOException | RuntimeException failed) {
            failures.add("after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms " + stage + ": " + failed);
        }
        slowestNanos.accumulate(System.nanoTime() - begin);
    }

    /** How many succeeded so far. */
    int succeeded() {
        return succeeded.get();
    }

    /** What became of the others. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Waits for that many more. */
    void awaitMore(int count) {
        var from = succeeded();
        Eventually.eventually(ScriptedLab.SOON, this::succeeded, now -> now >= from + count);
    }

    /** Begins no more and lets those under way end. */
    void stop() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(3L * TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("connections neither succeed nor fail");
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    @Override
    public String toString() {
        return begun.get() + " connections, " + failures.size() + " failed, slowest " + TimeUnit.NANOSECONDS.toMillis(slowestNanos.get())
                + " ms";
    }
}
