package io.roadstead.plugin.mesh.etcd.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.google.protobuf.ByteString;
import etcdserverpb.KVGrpc;
import etcdserverpb.KeyValue;
import etcdserverpb.RangeRequest;
import etcdserverpb.RangeResponse;
import etcdserverpb.WatchResponse;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.mesh.MeshStore.Event;
import io.roadstead.api.mesh.MeshStore.Watcher;
import io.roadstead.api.time.Backoff;
import io.roadstead.api.time.TimerHandle;

/**
 * One watched prefix. It lists, page by page at the revision of the first one, and then follows from the next revision on. What breaks the sequence makes it list
 * again; it never resumes, as only a list tells what happened in a gap. Confined to the store's loop.
 */
final class PrefixWatch {

    private final Prefix prefix;
    private final Watcher watcher;
    private final Watches watches;
    private final ClientOptions options;
    private final Backoff pauses;

    private volatile boolean ended;
    private @Nullable Connection connection;
    private @Nullable TimerHandle retry;
    /** Counts beginnings: what belongs to an earlier one is passed over. */
    private int round;
    private int pageSize;
    private Map<String, byte[]> listing = new LinkedHashMap<>();
    private final List<Event> parts = new ArrayList<>();
    /** The newest that the watcher was told. */
    private long revision;
    private long watchId;
    private boolean told;
    private String reason = "";

    PrefixWatch(String prefix, Watcher watcher, Watches watches, ClientOptions options, Backoff pauses) {
        this.prefix = Prefix.of(prefix);
        this.watcher = watcher;
        this.watches = watches;
        this.options = options;
        this.pauses = pauses;
        this.pageSize = options.pageSize();
    }

    Prefix prefix() {
        return prefix;
    }

    /** From now on nothing is told; from any thread. */
    void end() {
        ended = true;
    }

    private boolean isEnded() {
        return ended || watches.isClosed();
    }

    /** Where its events come from next. */
    long startRevision() {
        return revision + 1;
    }

    void begin(Connection made) {
        connection = made;
        list();
    }

    /** The connection is gone. */
    void lost(String why) {
        connection = null;
        pageSize = options.pageSize();
        pauses.reset();
        stop();
        interrupted(why);
    }

    private void list() {
        stop();
        revision = 0;
        listing = new LinkedHashMap<>();
        page(round, prefix.from());
    }

    private void page(int asked, ByteString from) {
        Connection present = connection;
        if (present == null || isEnded()) {
            return;
        }
        RangeRequest request =
                RangeRequest.newBuilder().setKey(from).setRangeEnd(prefix.to()).setLimit(pageSize).setRevision(revision).build();
        present.ask(KVGrpc.getRangeMethod(), request, RangeResponse::getHeader, options.requestTimeout(), new Connection.Answer<>() {
            @Override
            public void is(RangeResponse response) {
                if (asked == round) {
                    paged(response);
                }
            }

            @Override
            public void failed(Status status) {
                if (asked == round) {
                    notPaged(present, status, from);
                }
            }
        });
    }

    private void paged(RangeResponse response) {
        if (revision == 0) {
            revision = response.getHeader().getRevision();
        }
        for (KeyValue entry : response.getKvsList()) {
            listing.put(entry.getKey().toStringUtf8(), entry.getValue().toByteArray());
        }
        if (response.getMore() && response.getKvsCount() > 0) {
            page(round, Prefix.next(response.getKvs(response.getKvsCount() - 1).getKey()));
            return;
        }
        Map<String, byte[]> all = listing;
        listing = new LinkedHashMap<>();
        told = true;
        reason = "";
        if (!isEnded()) {
            watcher.listed(all);
        }
        if (connection != null && !isEnded()) {
            watchId = watches.follow(this);
        }
    }

    private void notPaged(Connection present, Status status, ByteString from) {
        switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, UNAUTHENTICATED, CANCELLED, INTERNAL, UNKNOWN ->
                    present.breaks(status.asRuntimeException());
            case RESOURCE_EXHAUSTED -> {
                if (pageSize > 1) {
                    pageSize = Math.max(1, pageSize / 4); // the page was larger than an answer may be
                    page(round, from);
                } else {
                    again(Failures.read(status));
                }
            }
            default -> again(Failures.read(status));
        }
    }

    /** What the watch says. */
    void heard(WatchResponse response) {
        if (response.getCompactRevision() != 0) {
            again("etcd compacted revision " + startRevision() + " before it was read");
        } else if (response.getCanceled()) {
            again("etcd ended the watch: " + response.getCancelReason());
        } else if (response.getEventsCount() > 0) {
            events(response);
        }
    }

    private void events(WatchResponse response) {
        if (parts.isEmpty() && response.getEvents(0).getKv().getModRevision() <= revision) {
            again("etcd told of revision " + response.getEvents(0).getKv().getModRevision() + " after " + revision);
            return;
        }
        for (etcdserverpb.Event event : response.getEventsList()) {
            parts.add(new Event(event.getType() == etcdserverpb.Event.EventType.DELETE ? Event.Type.DELETE : Event.Type.PUT,
                    event.getKv().getKey().toStringUtf8(), event.getKv().getValue().toByteArray()));
        }
        if (!response.getFragment()) {
            revision = response.getEvents(response.getEventsCount() - 1).getKv().getModRevision();
            pauses.reset();
            List<Event> whole = List.copyOf(parts);
            parts.clear();
            if (!isEnded()) {
                watcher.changed(whole);
            }
        }
    }

    /** Lists again, after a pause. */
    private void again(String why) {
        stop();
        interrupted(why);
        retry = watches.after(pauses.next(), this::list);
    }

    private void interrupted(String why) {
        if (!isEnded() && (told || !why.equals(reason))) {
            told = false;
            reason = why;
            watcher.interrupted(why);
        }
    }

    /** Ends what is under way. */
    void stop() {
        round++;
        parts.clear();
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
        if (watchId != 0) {
            watches.leave(watchId);
            watchId = 0;
        }
    }
}
