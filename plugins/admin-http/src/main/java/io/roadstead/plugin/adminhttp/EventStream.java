package io.roadstead.plugin.adminhttp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.lb.FlowEvents.FlowEvent;
import io.roadstead.api.lifecycle.Registration;

/**
 * Events to one reader, one JSON object a line, until it goes away. Holds no thread while nothing happens. A reader that is slower than the events is cut off: what
 * waits for it is bounded. Empty lines mean nothing: they show that the reader is still there.
 */
final class EventStream {

    private static final Logger log = LoggerFactory.getLogger(EventStream.class);
    private static final int MOST_WAITING = 4096;
    private static final int MOST_AT_ONCE = 256;
    private static final byte[] NOTHING = {'\n'};

    private final EventFilter filter;
    private final ViewJson json;
    private final Response response;
    private final Callback done;
    private final Executor executor;
    private final Consumer<EventStream> onEnd;
    private final BlockingQueue<FlowEvent> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean greeting = true;
    private @Nullable Registration registration;

    /** What is asked for: which events, and where they come from. */
    record Wish(EventFilter filter, Function<Consumer<FlowEvent>, CompletionStage<Registration>> source) {
    }

    EventStream(EventFilter filter, ViewJson json, Response response, Callback done, Executor executor, Consumer<EventStream> onEnd) {
        this.filter = filter;
        this.json = json;
        this.response = response;
        this.done = done;
        this.executor = executor;
        this.onEnd = onEnd;
    }

    /** Takes an event; on the datapath's thread, so it only puts it down. */
    void accept(FlowEvent event) {
        if (ended.get() || !filter.test(event)) {
            return;
        }
        if (waiting.offer(event)) {
            pump();
        } else {
            end(new IOException("the reader is slower than the events"));
        }
    }

    /** Begins, with the registration that its end closes. */
    void begin(Registration registered) {
        synchronized (this) {
            if (!ended.get()) {
                registration = registered;
                pump();
                return;
            }
        }
        registered.close();
    }

    /** Shows that it is still there, and finds out whether the reader is. */
    void touch() {
        greeting = true;
        pump();
    }

    private void pump() {
        if (!ended.get() && writing.compareAndSet(false, true)) {
            executor.execute(this::write);
        }
    }

    private void write() {
        try {
            ByteBuffer lines = lines();
            if (lines.hasRemaining()) {
                response.write(false, lines, Callback.from(() -> executor.execute(this::write), this::end));
                return;
            }
            writing.set(false);
            if (!waiting.isEmpty() || greeting) { // came between the look and the mark
                pump();
            }
        } catch (IOException | RuntimeException failed) {
            end(failed);
        }
    }

    private ByteBuffer lines() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (greeting) {
            greeting = false;
            bytes.write(NOTHING);
        }
        for (int count = 0; count < MOST_AT_ONCE; count++) {
            FlowEvent event = waiting.poll();
            if (event == null) {
                break;
            }
            bytes.write(json.write(event));
            bytes.write('\n');
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** Ends it and closes the connection. Idempotent. */
    void end(Throwable why) {
        Registration closing;
        synchronized (this) {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            closing = registration;
            registration = null;
        }
        log.debug("observer ended why=\"{}\"", why.toString());
        if (closing != null) {
            closing.close();
        }
        waiting.clear();
        onEnd.accept(this);
        done.failed(why);
    }
}
