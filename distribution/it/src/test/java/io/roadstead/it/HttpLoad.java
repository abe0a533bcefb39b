package io.roadstead.it;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import io.roadstead.testkit.lab.Namespace;

/**
 * Requests at a fixed rate from a namespace, whatever becomes of them: one that is late does not make the next one later. A quarter of its connections last
 * for as long as the load does, each of the others is used for some requests and then replaced, so that old connections and new ones are tried all the time.
 *
 * <p>A request fails when it gets anything but 200 and a body within {@link #TIMEOUT_MS}; nothing is tried twice.
 */
final class HttpLoad implements AutoCloseable {
    static final int TIMEOUT_MS = 5_000;

    private static final int CONNECTIONS = 40;
    private static final int REQUESTS_PER_CONNECTION = 20;
    private static final int FAILURES_KEPT = 20;
    private static final String CONTENT_LENGTH = "content-length:";

    private final InetSocketAddress target;
    private final byte[] request;
    private final ScheduledThreadPoolExecutor threads;
    private final List<Worker> workers = new ArrayList<>();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder connected = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAccumulator slowestNanos = new LongAccumulator(Math::max, 0);
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    private HttpLoad(InetSocketAddress target, ScheduledThreadPoolExecutor threads) {
        this.target = target;
        this.threads = threads;
        this.request = ("GET / HTTP/1.1\r\nHost: " + target.getHostString() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Starts; lasts until it is closed. */
    static HttpLoad start(Namespace client, InetSocketAddress target, int requestsPerSecond) {
        var threads = new ScheduledThreadPoolExecutor(CONNECTIONS, client.threads("load"));
        var load = new HttpLoad(target, threads);
        var periodNanos = TimeUnit.SECONDS.toNanos(CONNECTIONS) / requestsPerSecond;
        for (var i = 0; i < CONNECTIONS; i++) {
            var worker = load.new Worker(i);
            load.workers.add(worker);
            threads.scheduleAtFixedRate(worker, i * periodNanos / CONNECTIONS, periodNanos, TimeUnit.NANOSECONDS);
        }
        return load;
    }

    long succeeded() {
        return succeeded.sum();
    }

    long failed() {
        return failed.sum();
    }

    /** What went wrong with the first ones that failed. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public String toString() {
        return succeeded() + " requests answered over " + connected.sum() + " connections, " + failed() + " failed, slowest "
                + TimeUnit.NANOSECONDS.toMillis(slowestNanos.get()) + " ms";
    }

    @Override
    public void close() {
        stop();
    }

    /** Starts no more requests and lets those under way end. Idempotent. */
    void stop() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(2L * TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        workers.forEach(Worker::disconnect);
    }

    /** One connection after the other; no two requests at a time. */
    private final class Worker implements Runnable {
        private @Nullable Socket socket;
        private @Nullable InputStream in;
        private final boolean lasting;
        private int requestsLeft;

        /** The first connections end at different times. */
        Worker(int number) {
            requestsLeft = -(number % REQUESTS_PER_CONNECTION);
            lasting = number % 4 == 0;
        }

        @Override
        public void run() {
            var begin = System.nanoTime();
            try {
                ask();
                succeeded.increment();
                slowestNanos.accumulate(System.nanoTime() - begin);
            } catch (IOException | RuntimeException e) {
                failed.increment();
                if (failures.size() < FAILURES_KEPT) {
                    failures.add("after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms "
                            + (socket == null ? "connecting" : "asking")
                            + ": " + e);
                }
                disconnect();
            }
        }

        private void ask() throws IOException {
            if (socket == null) {
                var fresh = new Socket();
                fresh.setSoTimeout(TIMEOUT_MS);
                fresh.setTcpNoDelay(true);
                fresh.connect(target, TIMEOUT_MS);
                socket = fresh;
                in = new BufferedInputStream(fresh.getInputStream());
                requestsLeft += REQUESTS_PER_CONNECTION;
                connected.increment();
            }
            socket.getOutputStream().write(request);
            readAnswer(java.util.Objects.requireNonNull(in));
            if (!lasting && --requestsLeft <= 0) {
                disconnect();
                requestsLeft = 0;
            }
        }

        private void disconnect() {
            try {
                if (socket != null) {
                    socket.close();
                }
            } catch (IOException ignored) {
                // it is given up anyway
            }
            socket = null;
            in = null;
        }
    }

    private static void readAnswer(InputStream in) throws IOException {
        var status = line(in);
        if (!status.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("answered " + status);
        }
        var length = 0;
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.regionMatches(true, 0, CONTENT_LENGTH, 0, CONTENT_LENGTH.length())) {
                length = Integer.parseInt(header.substring(CONTENT_LENGTH.length()).strip());
            }
        }
        if (length == 0 || in.readNBytes(length).length < length) {
            throw new EOFException("the answer's body is short");
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("closed before the end of an answer");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
