package io.roadstead.plugin.mesh.etcd.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

import etcdserverpb.WatchCancelRequest;
import etcdserverpb.WatchCreateRequest;
import etcdserverpb.WatchGrpc;
import etcdserverpb.WatchRequest;
import etcdserverpb.WatchResponse;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.time.Scheduler;
import io.roadstead.api.time.TimerHandle;

/** All watches of a store, over one stream per connection. Confined to the store's loop. */
final class Watches {

    private final Scheduler scheduler;
    private final BooleanSupplier closed;
    private final Set<PrefixWatch> all = new LinkedHashSet<>();
    private final Map<Long, PrefixWatch> following = new HashMap<>();
    /** Ids whose creation has not been answered, in their order: a refusal of some servers names none. */
    private final Deque<Long> unanswered = new ArrayDeque<>();
    private @Nullable Connection connection;
    private @Nullable StreamObserver<WatchRequest> stream;
    private long lastId;

    /** @param closed whether nothing may be told any more; asked before each callback */
    Watches(Scheduler scheduler, BooleanSupplier closed) {
        this.scheduler = scheduler;
        this.closed = closed;
    }

    void add(PrefixWatch watch) {
        all.add(watch);
        if (connection != null) {
            watch.begin(connection);
        }
    }

    void remove(PrefixWatch watch) {
        all.remove(watch);
        watch.stop();
    }

    void connected(Connection made) {
        connection = made;
        List.copyOf(all).forEach(watch -> {
            if (connection == made) {
                watch.begin(made);
            }
        });
    }

    void disconnected(String reason) {
        connection = null;
        stream = null;
        following.clear();
        unanswered.clear();
        List.copyOf(all).forEach(watch -> watch.lost(reason));
    }

    /** Asks for what comes after the list; returns the id of the watch. */
    long follow(PrefixWatch watch) {
        long id = ++lastId;
        following.put(id, watch);
        unanswered.add(id);
        send(WatchRequest.newBuilder().setCreateRequest(WatchCreateRequest.newBuilder().setKey(watch.prefix().from())
                .setRangeEnd(watch.prefix().to()).setStartRevision(watch.startRevision()).setWatchId(id).setFragment(true)).build());
        return id;
    }

    /** Wants no more of it; what still comes is passed over. */
    void leave(long id) {
        if (following.remove(id) != null && stream != null) {
            send(WatchRequest.newBuilder().setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id)).build());
        }
    }

    boolean isClosed() {
        return closed.getAsBoolean();
    }

    TimerHandle after(Duration pause, Runnable task) {
        return scheduler.schedule(pause, task);
    }

    private void send(WatchRequest request) {
        Connection present = connection;
        if (present == null) {
            return;
        }
        if (stream == null) {
            stream = present.open(WatchGrpc.getWatchMethod(), WatchResponse::getHeader, this::heard);
        }
        stream.onNext(request);
    }

    private void heard(WatchResponse response) {
        long id = response.getWatchId();
        if (response.getCreated()) {
            Long expected = unanswered.poll();
            if (id < 0 && expected != null) {
                id = expected;
            }
        }
        PrefixWatch watch = following.get(id);
        if (watch == null) {
            return;
        }
        if (response.getCanceled()) {
            following.remove(id);
        }
        watch.heard(response);
    }
}
