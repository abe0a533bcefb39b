package io.roadstead.testkit.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** What goes wrong, at a test's word. Safe for any thread. */
public final class Faults {

    private final List<Fault> active = new CopyOnWriteArrayList<>();
    private final Store store;
    private final HttpListener listener;

    Faults(Store store, HttpListener listener) {
        this.store = store;
        this.listener = listener;
    }

    /** A fault that lasts until it is closed, or has met as many requests as it was made for. */
    public final class Fault implements AutoCloseable {

        private final Predicate<ApiRequest> requests;
        private final Effect effect;
        private final int times;
        private final AtomicInteger hits = new AtomicInteger();
        private final CountDownLatch over = new CountDownLatch(1);

        private Fault(Predicate<ApiRequest> requests, int times, Effect effect) {
            this.requests = requests;
            this.times = times;
            this.effect = effect;
        }

        /** How many requests it has met. */
        public int hits() {
            return Math.min(hits.get(), times);
        }

        @Override
        public void close() {
            active.remove(this);
            over.countDown();
        }

        private boolean meets(ApiRequest request) {
            return requests.test(request) && hits.incrementAndGet() <= times;
        }
    }

    @FunctionalInterface
    private interface Effect {
        void on(Fault fault) throws InterruptedException;
    }

    /** Ends the connection instead of an answer. */
    static final class ConnectionCut extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Answers matching requests with a status; 429 and 503 ask to come again in a second. */
    public Fault answer(int status, Predicate<ApiRequest> requests) {
        return answer(status, Integer.MAX_VALUE, requests);
    }

    /** The same for the next matching requests only. */
    public Fault answer(int status, int times, Predicate<ApiRequest> requests) {
        return add(requests, times, fault -> {
            throw failure(status);
        });
    }

    /** Ends the connections of matching requests before they are worked on. */
    public Fault cut(int times, Predicate<ApiRequest> requests) {
        return add(requests, times, fault -> {
            throw new ConnectionCut();
        });
    }

    /** Works on matching requests that much later. */
    public Fault delay(Duration delay, Predicate<ApiRequest> requests) {
        return add(requests, Integer.MAX_VALUE, fault -> fault.over.await(delay.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Works on matching requests only when the fault is closed. */
    public Fault hold(Predicate<ApiRequest> requests) {
        return add(requests, Integer.MAX_VALUE, fault -> fault.over.await());
    }

    /** Closes the port, as when no server ran; connections stay. */
    public void refuseConnections() {
        listener.refuse();
    }

    /** Opens the port again after {@link #refuseConnections}. */
    public void acceptConnections() {
        listener.accept();
    }

    /** Ends every connection. */
    public void cutConnections() {
        listener.cut();
    }

    /** Ends the connections of all watches in the middle of them. */
    public void cutWatches() {
        store.locked(() -> store.watches().forEach(Watch::cut));
    }

    /** Ends all watches as when their time is over. */
    public void endWatches() {
        store.locked(() -> store.watches().forEach(Watch::end));
    }

    /** Says nothing more on the watches that there are, and keeps their connections: half-open, as when a middlebox forgot them. */
    public void freezeWatches() {
        store.locked(() -> store.watches().forEach(Watch::freeze));
    }

    /** Waits, throws or returns, as the active faults want it. */
    void meet(ApiRequest request) {
        for (var fault : active) {
            if (fault.meets(request)) {
                try {
                    fault.effect.on(fault);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted", e);
                }
            }
        }
    }

    void clear() {
        active.forEach(Fault::close);
    }

    private Fault add(Predicate<ApiRequest> requests, int times, Effect effect) {
        var fault = new Fault(requests, times, effect);
        active.add(fault);
        return fault;
    }

    private static ApiException failure(int status) {
        var reason = switch (status) {
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 409 -> "Conflict";
            case 410 -> "Expired";
            case 429 -> "TooManyRequests";
            case 503 -> "ServiceUnavailable";
            case 504 -> "Timeout";
            default -> "InternalError";
        };
        var details = Json.object();
        if (status == 429 || status == 503) {
            details.put("retryAfterSeconds", 1);
        }
        return new ApiException(status, reason, "a fault of the test", details);
    }
}
