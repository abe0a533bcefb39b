package io.roadstead.plugin.mesh.etcd.client;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;

import com.google.protobuf.ByteString;
import etcdserverpb.DeleteRangeRequest;
import etcdserverpb.DeleteRangeResponse;
import etcdserverpb.KVGrpc;
import etcdserverpb.LeaseGrantRequest;
import etcdserverpb.LeaseGrantResponse;
import etcdserverpb.LeaseGrpc;
import etcdserverpb.LeaseKeepAliveRequest;
import etcdserverpb.LeaseKeepAliveResponse;
import etcdserverpb.PutRequest;
import etcdserverpb.PutResponse;
import etcdserverpb.ResponseHeader;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** What a writer asks, over one connection. A failure that leaves open whether the request was carried out ends the connection. */
final class ConnectionCalls implements WriteCalls {

    private final Connection connection;
    private final ClientOptions options;
    private final LongConsumer leaseGone;
    private final Runnable answered;
    private @Nullable StreamObserver<LeaseKeepAliveRequest> renewals;

    /**
     * @param leaseGone told each lease that was to be renewed and is not there
     * @param answered  run after each answer
     */
    ConnectionCalls(Connection connection, ClientOptions options, LongConsumer leaseGone, Runnable answered) {
        this.connection = connection;
        this.options = options;
        this.leaseGone = leaseGone;
        this.answered = answered;
    }

    @Override
    public void put(String key, byte[] value, long lease, Consumer<Outcome> answer) {
        PutRequest request =
                PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setValue(ByteString.copyFrom(value)).setLease(lease).build();
        ask(KVGrpc.getPutMethod(), request, PutResponse::getHeader, key, value.length, response -> new Outcome.Done(), answer);
    }

    @Override
    public void delete(String key, Consumer<Outcome> answer) {
        DeleteRangeRequest request = DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        ask(KVGrpc.getDeleteRangeMethod(), request, DeleteRangeResponse::getHeader, key, 0, response -> new Outcome.Done(), answer);
    }

    @Override
    public void grant(Consumer<Outcome> answer) {
        LeaseGrantRequest request = LeaseGrantRequest.newBuilder().setTTL(Math.max(1, options.leaseTtl().toSeconds())).build();
        ask(LeaseGrpc.getLeaseGrantMethod(), request, LeaseGrantResponse::getHeader, "a lease", 0,
                response -> new Outcome.Granted(response.getID()), answer);
    }

    @Override
    public void renew(long lease) {
        if (renewals == null) {
            renewals = connection.open(LeaseGrpc.getLeaseKeepAliveMethod(), LeaseKeepAliveResponse::getHeader, this::renewed);
        }
        renewals.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
    }

    private void renewed(LeaseKeepAliveResponse response) {
        if (response.getTTL() <= 0) {
            leaseGone.accept(response.getID());
            answered.run();
        }
    }

    private <Q, R> void ask(MethodDescriptor<Q, R> method, Q request, Function<R, ResponseHeader> header, String subject, int bytes,
            Function<R, Outcome> outcome, Consumer<Outcome> answer) {
        connection.ask(method, request, header, options.requestTimeout(), new Connection.Answer<>() {
            @Override
            public void is(R response) {
                answer.accept(outcome.apply(response));
                answered.run();
            }

            @Override
            public void failed(Status status) {
                if (status.getCode() == Status.Code.NOT_FOUND) {
                    answer.accept(new Outcome.LeaseGone());
                } else if (isRefusal(status)) {
                    answer.accept(new Outcome.Refused(Failures.isFull(status), Failures.write(subject, bytes, status)));
                } else {
                    connection.breaks(status.asRuntimeException());
                }
                answered.run();
            }
        });
    }

    private static boolean isRefusal(Status status) {
        return switch (status.getCode()) {
            case PERMISSION_DENIED, INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, RESOURCE_EXHAUSTED, UNIMPLEMENTED -> true;
            default -> false;
        };
    }
}
