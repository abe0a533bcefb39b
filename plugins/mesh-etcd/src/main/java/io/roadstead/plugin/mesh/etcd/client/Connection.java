package io.roadstead.plugin.mesh.etcd.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import etcdserverpb.ResponseHeader;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;

/**
 * A connection to one server, from the first try to its end. Every answer's header must name the same etcd cluster: behind one address may stand two of them,
 * whose revisions have nothing to do with one another. Confined to the store's loop, where all answers come, and none after {@link #close}.
 */
final class Connection {

    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> NEEDS_LEADER = Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private final URI endpoint;
    private final ManagedChannel managed;
    private final Consumer<Throwable> broken;
    private Channel channel;
    private long clusterId;
    private boolean closed;

    /** @param broken called once at most, when it has become useless by itself */
    Connection(URI endpoint, ManagedChannel managed, Consumer<Throwable> broken) {
        this.endpoint = endpoint;
        this.managed = managed;
        this.channel = managed;
        this.broken = broken;
    }

    /** An answer to one request. */
    interface Answer<R> {
        void is(R response);

        void failed(Status status);
    }

    URI endpoint() {
        return endpoint;
    }

    /** 0 until the first answer. */
    long clusterId() {
        return clusterId;
    }

    /** All further requests carry it. */
    void token(String token) {
        Metadata metadata = new Metadata();
        metadata.put(TOKEN, token);
        channel = ClientInterceptors.intercept(managed, MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    /** Breaks as soon as the channel is no longer what it is now. gRPC would connect again by itself, which is the store's to decide. */
    void guard() {
        ConnectivityState state = managed.getState(false);
        if (state == ConnectivityState.READY) {
            managed.notifyWhenStateChanged(state, this::guard);
        } else if (state != ConnectivityState.SHUTDOWN) {
            breaks(Status.UNAVAILABLE.withDescription("the connection was cut").asRuntimeException());
        }
    }

    <Q, R> void ask(MethodDescriptor<Q, R> method, Q request, Function<R, ResponseHeader> header, Duration within, Answer<R> answer) {
        ClientCalls.asyncUnaryCall(
                channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(within.toNanos(), TimeUnit.NANOSECONDS)), request,
                new StreamObserver<>() {
                    @Override
                    public void onNext(R response) {
                        if (accepts(header.apply(response))) {
                            answer.is(response);
                        }
                    }

                    @Override
                    public void onError(Throwable failure) {
                        if (!closed) {
                            answer.failed(Status.fromThrowable(failure));
                        }
                    }

                    @Override
                    public void onCompleted() {
                        // the answer has been given
                    }
                });
    }

    /** A stream of requests and answers; its end, whatever the reason, is the connection's. */
    <Q, R> StreamObserver<Q> open(MethodDescriptor<Q, R> method, Function<R, ResponseHeader> header, Consumer<R> each) {
        Metadata metadata = new Metadata();
        metadata.put(NEEDS_LEADER, "true");
        Channel needsLeader = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
        return ClientCalls.asyncBidiStreamingCall(needsLeader.newCall(method, CallOptions.DEFAULT), new StreamObserver<>() {
            @Override
            public void onNext(R response) {
                if (accepts(header.apply(response))) {
                    each.accept(response);
                }
            }

            @Override
            public void onError(Throwable failure) {
                breaks(failure);
            }

            @Override
            public void onCompleted() {
                breaks(Status.UNAVAILABLE.withDescription("the server ended a stream").asRuntimeException());
            }
        });
    }

    /** Gives it up: the store connects anew. */
    void breaks(Throwable failure) {
        if (!closed) {
            close();
            broken.accept(failure);
        }
    }

    void close() {
        closed = true;
        managed.shutdownNow();
    }

    private boolean accepts(ResponseHeader header) {
        if (closed) {
            return false;
        }
        long answering = header.getClusterId();
        if (clusterId == 0) {
            clusterId = answering;
        } else if (answering != 0 && answering != clusterId) {
            breaks(Status.UNAVAILABLE.withDescription("cluster " + Long.toHexString(answering) + " answers instead of "
                    + Long.toHexString(clusterId) + "; name the servers of one etcd cluster only").asRuntimeException());
            return false;
        }
        return true;
    }
}
