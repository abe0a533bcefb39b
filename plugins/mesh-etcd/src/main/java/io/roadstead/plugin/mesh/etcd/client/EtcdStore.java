package io.roadstead.plugin.mesh.etcd.client;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import com.google.protobuf.ByteString;
import etcdserverpb.KVGrpc;
import etcdserverpb.RangeRequest;
import etcdserverpb.RangeResponse;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lifecycle.Registration;
import io.roadstead.api.mesh.MeshStore;
import io.roadstead.api.mesh.StoreStatus;
import io.roadstead.api.plugin.PluginContext;
import io.roadstead.api.time.Backoff;
import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.netty.api.TransportLoop;

/**
 * One cluster's etcd. Its state belongs to one event loop, which it shares with other stores: it has no thread of its own, and nothing it does blocks.
 *
 * <p>
 * One server at a time is used, whichever answers, the next one after a failure. What it wrote and what it watches outlives connections: writes of unknown
 * outcome are repeated, watches list again.
 */
public final class EtcdStore implements MeshStore {

    private static final Logger log = LoggerFactory.getLogger(EtcdStore.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration FIRST_LIST_PAUSE = Duration.ofMillis(50);
    /** A connection that holds for so long was a good one: the next pause is short again. */
    private static final Duration GOOD = Duration.ofSeconds(2);

    private final String name;
    private final ClientOptions options;
    private final Dialer dialer;
    private final PluginContext context;
    private final TransportLoop loop;
    private final Loop files;
    private final Listener listener;
    private final Backoff pauses;
    private final Writer writer;
    private final Watches watches;
    private final Map<Long, CompletableFuture<?>> gets = new LinkedHashMap<>();

    private Target target;
    private List<URI> order;
    private int turn;
    private int failedInARow;
    /** Said already. */
    private boolean outage;
    private @Nullable Attempt attempt;
    private @Nullable Connection connection;
    private @Nullable TimerHandle timer;
    private String storeId = "";
    private String version = "";
    private long failures;
    private long lastGet;
    private @Nullable Instant lastFailure;
    private String failure = "";
    private volatile boolean closed;
    private volatile StoreStatus published;

    /**
     * Begins to connect.
     *
     * @param name  of the cluster, for messages
     * @param files a loop that may read files
     */
    public EtcdStore(String name, Target target, ClientOptions options, Dialer dialer, Loop files, PluginContext context,
            Listener listener) {
        this.name = name;
        this.target = target;
        this.options = options;
        this.dialer = dialer;
        this.files = files;
        this.context = context;
        this.listener = listener;
        this.loop = dialer.nextLoop();
        this.pauses = new Backoff(context.random(), FIRST_PAUSE, LONGEST_PAUSE);
        this.writer = new Writer(loop, context.clock(), context.random(), options);
        this.watches = new Watches(loop, () -> closed);
        this.order = shuffled(target);
        this.published = snapshot();
        onLoop(this::connect);
    }

    /** Connects anew when the target differs from the one before; what is known and wanted stays. */
    public void retarget(Target changed) {
        onLoop(() -> {
            if (!changed.equals(target)) {
                target = changed;
                order = shuffled(changed);
                turn = 0;
                failedInARow = 0;
                pauses.reset();
                hangUp("its configuration changed");
                connect();
            }
        });
    }

    @Override
    public void put(String key, byte[] value) {
        byte[] copy = value.clone();
        onLoop(() -> writer.put(key, copy));
    }

    @Override
    public void delete(String key) {
        onLoop(() -> writer.delete(key));
    }

    @Override
    public CompletionStage<Void> flush() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            if (closed) {
                done.completeExceptionally(closedNow());
                return;
            }
            writer.flush().whenComplete((nothing, reason) -> {
                if (reason == null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(reason);
                }
            });
            published = snapshot();
        });
        return done;
    }

    @Override
    public Registration watch(String prefix, Watcher watcher) {
        PrefixWatch watch =
                new PrefixWatch(prefix, watcher, watches, options, new Backoff(context.random(), FIRST_LIST_PAUSE, LONGEST_PAUSE));
        onLoop(() -> watches.add(watch));
        return () -> {
            watch.end();
            onLoop(() -> watches.remove(watch));
        };
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        CompletableFuture<Optional<byte[]>> value = new CompletableFuture<>();
        loop.execute(() -> get(key, value));
        return value;
    }

    private void get(String key, CompletableFuture<Optional<byte[]>> value) {
        Connection present = connection;
        if (present == null) {
            value.completeExceptionally(
                    closed ? closedNow() : unreadable(failure.isEmpty() ? "not connected yet" : "not connected: " + failure));
            return;
        }
        long number = ++lastGet;
        gets.put(number, value);
        RangeRequest request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        present.ask(KVGrpc.getRangeMethod(), request, RangeResponse::getHeader, options.requestTimeout(), new Connection.Answer<>() {
            @Override
            public void is(RangeResponse response) {
                gets.remove(number);
                value.complete(response.getKvsList().stream().map(entry -> entry.getValue().toByteArray()).findFirst());
            }

            @Override
            public void failed(Status status) {
                gets.remove(number);
                value.completeExceptionally(unreadable(Failures.read(status)));
            }
        });
    }

    @Override
    public void reconnect(String reason) {
        onLoop(() -> {
            if (connection != null) {
                URI endpoint = connection.endpoint();
                hangUp(reason);
                failed(endpoint + ": " + reason);
                turn++;
                connect();
            } else if (attempt == null) {
                cancelTimer();
                connect();
            }
        });
    }

    @Override
    public StoreStatus status() {
        StoreStatus last = published;
        return closed && last.connected() ? disconnected(last) : last;
    }

    private static StoreStatus disconnected(StoreStatus last) {
        List<StoreStatus.Endpoint> endpoints = last.endpoints().stream().map(each -> new StoreStatus.Endpoint(each.url(), false)).toList();
        return new StoreStatus(false, last.storeId(), endpoints, last.leases(), last.pendingWrites(), last.refusedWrites(),
                last.writeProblem(),
                last.failures(), last.lastFailure(), last.failure(), last.version());
    }

    /** Whether it was closed. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.execute(() -> {
            hangUp("closed");
            writer.close(closedNow());
            publish();
        });
    }

    private void connect() {
        URI endpoint = order.get(Math.floorMod(turn, order.size()));
        Attempt now = new Attempt(target, endpoint, dialer, options, loop, files, new Attempt.Result() {
            @Override
            public void connected(Connection made, String serverVersion) {
                onLoop(() -> EtcdStore.this.connected(made, serverVersion));
            }

            @Override
            public void failed(Throwable cause) {
                onLoop(() -> notConnected(endpoint, cause));
            }

            @Override
            public void broken(Connection broken, Throwable cause) {
                onLoop(() -> {
                    if (broken == connection) {
                        lost(Failures.connection(cause));
                    }
                });
            }
        });
        attempt = now;
        now.start();
    }

    private void connected(Connection made, String serverVersion) {
        attempt = null;
        if (closed) {
            made.close();
            return;
        }
        connection = made;
        failedInARow = 0;
        outage = false;
        version = serverVersion;
        String id = Long.toHexString(made.clusterId());
        boolean same = id.equals(storeId);
        storeId = id;
        log.info("connected to etcd cluster={} endpoint={} id={}{}", name, made.endpoint(), id, same ? "" : " (another one than before)");
        timer = loop.schedule(GOOD, pauses::reset);
        publish();
        listener.connected(id);
        writer.connected(new ConnectionCalls(made, options, writer::leaseLost, this::publish), same);
        watches.connected(made);
    }

    private void notConnected(URI endpoint, Throwable cause) {
        attempt = null;
        failed(endpoint + ": " + Failures.connection(cause));
        failedInARow++;
        if (failedInARow % order.size() == 0) {
            connectAfter(pauses.next());
        } else {
            turn++;
            connect();
        }
    }

    private void lost(String reason) {
        URI endpoint = Objects.requireNonNull(connection).endpoint();
        hangUp(reason);
        failed(endpoint + ": " + reason);
        connectAfter(pauses.next());
    }

    private void connectAfter(Duration pause) {
        turn++;
        timer = loop.schedule(pause, () -> onLoop(this::connect));
    }

    private void failed(String text) {
        failures++;
        lastFailure = context.clock().instant();
        if (outage) {
            log.debug("still no connection to etcd cluster={} reason={}", name, text);
        } else {
            log.warn("no connection to etcd cluster={} reason={}", name, text);
        }
        outage = true;
        failure = text;
        publish();
        if (!closed) {
            listener.disconnected(text);
        }
    }

    /** Ends what there is of a connection; what waits for it learns why. */
    private void hangUp(String reason) {
        cancelTimer();
        if (attempt != null) {
            attempt.cancel();
            attempt = null;
        }
        if (connection != null) {
            connection.close();
            connection = null;
            List.copyOf(gets.values()).forEach(get -> get.completeExceptionally(closed ? closedNow() : unreadable(reason)));
            gets.clear();
            writer.disconnected();
            watches.disconnected(reason);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void onLoop(Runnable task) {
        loop.execute(() -> {
            if (!closed) {
                task.run();
                publish();
            }
        });
    }

    private void publish() {
        published = snapshot();
    }

    private StoreStatus snapshot() {
        Connection present = connection;
        List<StoreStatus.Endpoint> endpoints = new ArrayList<>();
        target.endpoints().forEach(
                url -> endpoints.add(new StoreStatus.Endpoint(url.toString(), present != null && url.equals(present.endpoint()))));
        return new StoreStatus(present != null, storeId, endpoints, writer.leases(), writer.pending(), writer.refused(), writer.problem(),
                failures,
                lastFailure, failure, version);
    }

    private List<URI> shuffled(Target of) {
        List<URI> shuffled = new ArrayList<>(of.endpoints());
        Collections.shuffle(shuffled, Random.from(context.random()));
        return shuffled;
    }

    private RoadsteadException unreadable(String problem) {
        return new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, "etcd of cluster " + name, problem, "");
    }

    private RoadsteadException closedNow() {
        return unreadable("closed");
    }
}
