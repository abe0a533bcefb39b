package io.roadstead.plugin.mesh.etcd.diagnose;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import com.google.protobuf.ByteString;
import etcdserverpb.AuthGrpc;
import etcdserverpb.AuthenticateRequest;
import etcdserverpb.DeleteRangeRequest;
import etcdserverpb.KVGrpc;
import etcdserverpb.RangeRequest;
import etcdserverpb.RangeResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;

import io.roadstead.plugin.mesh.etcd.client.Credentials;

/** Asks etcd, one question after the other. Blocks, each time at most as long as a step may take. */
final class StoreProbe implements AutoCloseable {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel managed;
    private final Budget budget;
    private Channel channel;

    StoreProbe(ManagedChannel managed, Budget budget) {
        this.managed = managed;
        this.channel = managed;
        this.budget = budget;
    }

    /**
     * Logs in by password; what is asked afterwards is asked as that user.
     *
     * @return false when etcd asks nobody who they are
     * @throws StatusRuntimeException when it is refused
     */
    boolean logIn(Credentials credentials) {
        AuthenticateRequest request =
                AuthenticateRequest.newBuilder().setName(credentials.username()).setPassword(credentials.password().reveal()).build();
        try {
            Metadata metadata = new Metadata();
            metadata.put(TOKEN, ask(AuthGrpc.getAuthenticateMethod(), request).getToken());
            channel = ClientInterceptors.intercept(managed, MetadataUtils.newAttachHeadersInterceptor(metadata));
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.FAILED_PRECONDITION) { // authentication is not enabled
                return false;
            }
            throw e;
        }
    }

    /** How many keys there are, none of them read. Throws {@link StatusRuntimeException}. */
    RangeResponse count(Range range) {
        return ask(KVGrpc.getRangeMethod(),
                RangeRequest.newBuilder().setKey(bytes(range.key)).setRangeEnd(end(range)).setCountOnly(true).build());
    }

    /** Removes a key that nobody has ever written, which changes nothing and needs the permission to write it. Throws {@link StatusRuntimeException}. */
    void deleteNothing(String key) {
        ask(KVGrpc.getDeleteRangeMethod(), DeleteRangeRequest.newBuilder().setKey(bytes(key)).build());
    }

    @Override
    public void close() {
        managed.shutdownNow();
    }

    /** A key, or everything that begins with it. */
    record Range(String key, boolean prefix) {
    }

    private <Q, R> R ask(MethodDescriptor<Q, R> method, Q request) {
        return ClientCalls.blockingUnaryCall(channel, method,
                CallOptions.DEFAULT.withDeadlineAfter(budget.step().toNanos(), TimeUnit.NANOSECONDS),
                request);
    }

    private static ByteString bytes(String key) {
        return ByteString.copyFrom(key, StandardCharsets.UTF_8);
    }

    /** The first key that is greater than all with the prefix. */
    private static ByteString end(Range range) {
        if (!range.prefix) {
            return ByteString.EMPTY;
        }
        byte[] end = range.key.getBytes(StandardCharsets.UTF_8);
        end[end.length - 1]++; // ASCII
        return ByteString.copyFrom(end);
    }
}
