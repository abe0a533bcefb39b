package io.roadstead.testkit.kubernetes;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import io.roadstead.testkit.kubernetes.Store.Change;

/** One client's watch. Fed under the store's lock, and drained by the thread of its connection. */
final class Watch {

    /** What wakes the draining thread. */
    private sealed interface Signal {
    }

    private record Changed(Change change) implements Signal {
    }

    /** @param initialEnd whether it ends the initial events of a watch that asked for them */
    private record Bookmark(long version, boolean initialEnd) implements Signal {
    }

    private record Initial(ObjectNode object) implements Signal {
    }

    private enum Order implements Signal {
        END, CUT
    }

    private final Kind kind;
    private final String namespace;
    private final Predicate<JsonNode> selector;
    private final boolean bookmarks;
    private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private volatile boolean frozen;

    Watch(Kind kind, String namespace, Predicate<JsonNode> selector, boolean bookmarks) {
        this.kind = kind;
        this.namespace = namespace;
        this.selector = selector;
        this.bookmarks = bookmarks;
    }

    ResourceType resource() {
        return kind.storedIn();
    }

    void offer(Change change) {
        if (change.resource().equals(kind.storedIn()) && (namespace.isEmpty() || namespace.equals(change.key().namespace()))) {
            signals.add(new Changed(change));
        }
    }

    /** Tells of objects as if they had just come to be. */
    void offerInitial(List<ObjectNode> objects) {
        objects.forEach(object -> signals.add(new Initial(object)));
    }

    void offerBookmark(long version, boolean initialEnd) {
        if (bookmarks) {
            signals.add(new Bookmark(version, initialEnd));
        }
    }

    /** Ends it as the server ends one whose time is over. */
    void end() {
        signals.add(Order.END);
    }

    /** Ends its connection in the middle of it. */
    void cut() {
        signals.add(Order.CUT);
    }

    /** Says nothing from now on, and keeps the connection. */
    void freeze() {
        frozen = true;
    }

    /**
     * Sends what happens until the time is over.
     *
     * @param timeoutMillis how long it lasts
     * @param version the version of the last write, for bookmarks
     */
    void drain(HttpReply reply, long timeoutMillis, long bookmarkMillis, VersionSource version) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        long nextBookmark = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(bookmarkMillis);
        while (true) {
            long until = bookmarks ? Math.min(deadline, nextBookmark) : deadline;
            var signal = poll(until - System.nanoTime());
            if (signal == Order.CUT) {
                reply.abort();
                return;
            }
            if (signal == Order.END || signal == null && System.nanoTime() - deadline >= 0 && !frozen) {
                reply.finish();
                return;
            }
            if (signal == null && bookmarks && System.nanoTime() - nextBookmark >= 0) {
                offerBookmarkOf(version);
                nextBookmark = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(bookmarkMillis);
            }
            if (signal != null && !frozen) {
                send(reply, signal);
            }
        }
    }

    /** Under the lock, so that no write of before comes behind it. */
    private void offerBookmarkOf(VersionSource version) {
        version.withVersion(now -> offerBookmark(now, false));
    }

    /** Runs something with the version of the last write, while nothing is written. */
    @FunctionalInterface
    interface VersionSource {
        void withVersion(LongConsumer action);
    }

    private @Nullable Signal poll(long nanos) throws IOException {
        try {
            return signals.poll(Math.max(0, frozen ? TimeUnit.HOURS.toNanos(1) : nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void send(HttpReply reply, Signal signal) throws IOException {
        switch (signal) {
            case Initial initial -> {
                if (selector.test(initial.object)) {
                    event(reply, "ADDED", Representation.of(kind, initial.object));
                }
            }
            case Changed changed -> changed(reply, changed.change);
            case Bookmark bookmark -> {
                var object = Json.object().put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
                var metadata =
                        object.putObject("metadata").put("resourceVersion", Long.toString(bookmark.version)).putNull("creationTimestamp");
                if (bookmark.initialEnd) {
                    metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
                }
                event(reply, "BOOKMARK", object);
            }
            case Order ignored -> {
                // drain has seen to it
            }
        }
    }

    /** An object that comes to satisfy the selector is new to the client, and one that ceases to is gone. */
    private void changed(HttpReply reply, Change change) throws IOException {
        boolean was = change.before() != null && selector.test(change.before());
        boolean is = change.after() != null && selector.test(change.after());
        if (is && change.after() != null) {
            event(reply, was ? "MODIFIED" : "ADDED", Representation.of(kind, change.after()));
        } else if (was && change.before() != null) {
            var last = Representation.of(kind, change.before()).deepCopy();
            Json.child(last, "metadata").put("resourceVersion", Long.toString(change.version()));
            event(reply, "DELETED", last);
        }
    }

    static void event(HttpReply reply, String type, JsonNode object) throws IOException {
        var event = Json.object().put("type", type);
        event.set("object", object);
        var bytes = Json.bytes(event);
        var line = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, line, 0, bytes.length);
        line[bytes.length] = '\n';
        reply.chunk(line);
    }
}
