package io.roadstead.bench.mesh;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import com.google.protobuf.ByteString;
import etcdserverpb.KVGrpc;
import etcdserverpb.PutRequest;
import etcdserverpb.WatchCreateRequest;
import etcdserverpb.WatchGrpc;
import etcdserverpb.WatchRequest;
import etcdserverpb.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;

/** The least that a change can take through an etcd: a put of one client, and the event at another one. */
final class RawEtcd implements AutoCloseable {

    private static final ByteString KEY = ByteString.copyFromUtf8("bench/raw");

    private final ManagedChannel writing;
    private final ManagedChannel watching;
    private final KVGrpc.KVBlockingStub keys;
    private final StreamObserver<WatchRequest> watch;
    private final AtomicLong seen = new AtomicLong();
    private long sent;

    RawEtcd(int port) {
        writing = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
        watching = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
        keys = KVGrpc.newBlockingStub(writing);
        watch = WatchGrpc.newStub(watching).watch(new Watcher(Thread.currentThread()));
        watch.onNext(WatchRequest.newBuilder().setCreateRequest(WatchCreateRequest.newBuilder().setKey(KEY)).build());
    }

    /** Puts a value, and returns the nanoseconds until the watch has told it. */
    long round(ByteString value) {
        long begin = System.nanoTime();
        keys.put(PutRequest.newBuilder().setKey(KEY).setValue(value).build());
        sent++;
        while (seen.get() < sent) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
        return System.nanoTime() - begin;
    }

    @Override
    public void close() {
        watch.onCompleted();
        watching.shutdownNow();
        writing.shutdownNow();
    }

    private final class Watcher implements StreamObserver<WatchResponse> {
        private final Thread waiting;

        private Watcher(Thread waiting) {
            this.waiting = waiting;
        }

        @Override
        public void onNext(WatchResponse response) {
            seen.addAndGet(response.getEventsCount());
            LockSupport.unpark(waiting);
        }

        @Override
        public void onError(Throwable failure) {
            // only when it is closed
        }

        @Override
        public void onCompleted() {
            // likewise
        }
    }
}
