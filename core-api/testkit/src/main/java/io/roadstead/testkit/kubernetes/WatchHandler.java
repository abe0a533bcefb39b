package io.roadstead.testkit.kubernetes;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Begins watches, and drains them until they end. On the threads of connections. */
final class WatchHandler {

    /** The real server takes a random time between half an hour and an hour. */
    private static final long DEFAULT_TIMEOUT_SECONDS = 1800;

    private final Store store;
    private final long bookmarkMillis;

    WatchHandler(Store store, Duration bookmarkPeriod) {
        this.store = store;
        this.bookmarkMillis = bookmarkPeriod.toMillis();
    }

    /** @param begun runs when the watch is accepted */
    void watch(Kind kind, ApiRequest request, HttpReply reply, Runnable begun) throws IOException {
        var query = request.query();
        var selector = Selectors.of(kind, query.getOrDefault("labelSelector", ""), query.getOrDefault("fieldSelector", ""));
        boolean initial = query.getOrDefault("sendInitialEvents", "").equals("true");
        var since = query.getOrDefault("resourceVersion", "");
        long timeout = Lists.number(query.getOrDefault("timeoutSeconds", "0"), "timeoutSeconds");
        var watch = new Watch(kind, request.namespace(), selector, query.getOrDefault("allowWatchBookmarks", "").equals("true"));
        long from = since.isEmpty() ? 0 : Lists.number(since, "resourceVersion");
        begun.run();
        reply.begin(200, Map.of("Content-Type", "application/json"));
        try {
            store.locked(() -> begin(watch, kind, request.namespace(), from, initial));
        } catch (ApiException e) {
            // a watch from too far back is accepted, and told so by its only event
            Watch.event(reply, "ERROR", e.status());
            reply.finish();
            return;
        }
        try {
            reply.onClientGone(watch::cut);
            watch.drain(reply, Duration.ofSeconds(timeout == 0 ? DEFAULT_TIMEOUT_SECONDS : timeout).toMillis(), bookmarkMillis,
                    action -> store.locked(() -> action.accept(store.version())));
        } finally {
            store.locked(() -> store.remove(watch));
        }
    }

    private void begin(Watch watch, Kind kind, String namespace, long from, boolean initial) {
        if (initial || from == 0) {
            watch.offerInitial(store.list(kind.storedIn(), namespace));
            if (initial) {
                watch.offerBookmark(store.version(), true);
            }
        } else {
            store.since(from).forEach(watch::offer);
        }
        store.add(watch);
    }
}
