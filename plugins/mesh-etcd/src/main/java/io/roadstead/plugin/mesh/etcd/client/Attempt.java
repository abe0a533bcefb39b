package io.roadstead.plugin.mesh.etcd.client;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

import etcdserverpb.AuthGrpc;
import etcdserverpb.AuthenticateRequest;
import etcdserverpb.AuthenticateResponse;
import etcdserverpb.MaintenanceGrpc;
import etcdserverpb.StatusRequest;
import etcdserverpb.StatusResponse;
import io.grpc.Status;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.time.Loop;
import io.roadstead.api.time.TimerHandle;
import io.roadstead.plugin.netty.api.TransportLoop;

/** One try to connect to an endpoint: its name, its addresses in turn, TLS, login, and a first answer of a server that has a leader. Confined to the store's loop. */
final class Attempt {

    private final Target target;
    private final URI endpoint;
    private final Dialer dialer;
    private final ClientOptions options;
    private final TransportLoop loop;
    private final Loop files;
    private final Result result;
    private final Deque<InetAddress> addresses = new ArrayDeque<>();
    private @Nullable Connection connection;
    private boolean ended;

    /** How it ended; called once, on the store's loop. */
    interface Result {
        /** @param version of the server */
        void connected(Connection connection, String version);

        void failed(Throwable failure);

        /** A connection that had been handed over has broken. */
        void broken(Connection connection, Throwable failure);
    }

    Attempt(Target target, URI endpoint, Dialer dialer, ClientOptions options, TransportLoop loop, Loop files, Result result) {
        this.target = target;
        this.endpoint = endpoint;
        this.dialer = dialer;
        this.options = options;
        this.loop = loop;
        this.files = files;
        this.result = result;
    }

    void start() {
        // A resolver asks several servers for several names in turn, each with a timeout of its own.
        TimerHandle timeout = loop.schedule(options.dialTimeout(), () -> fail(new UnknownHostException(endpoint.getHost())));
        dialer.resolve(target, endpoint).whenComplete((found, failure) -> loop.execute(() -> {
            timeout.cancel();
            if (failure != null) {
                fail(unwrapped(failure));
            } else {
                addresses.addAll(found);
                secure();
            }
        }));
    }

    /** Gives up, without telling. */
    void cancel() {
        ended = true;
        if (connection != null) {
            connection.close();
        }
    }

    /** Files are read on their own loop. */
    private void secure() {
        if (ended) {
            return;
        }
        TlsSource tls = endpoint.getScheme().equals("https") ? target.tls() : null;
        if (tls == null) {
            dial(null);
            return;
        }
        // Not submit: where that is the store's own loop, what is thrown would end this try untold.
        CompletableFuture.supplyAsync(tls::context, files).whenComplete((context, failure) -> loop.execute(() -> {
            if (failure != null) {
                fail(unwrapped(failure));
            } else {
                dial(context);
            }
        }));
    }

    private void dial(@Nullable SslContext tls) {
        InetAddress address = addresses.poll();
        if (ended) {
            return;
        }
        if (address == null) {
            fail(Status.UNAVAILABLE.withDescription("no address is known for " + endpoint.getHost()).asRuntimeException());
            return;
        }
        Connection[] made = new Connection[1];
        Consumer<Throwable> broken = failure -> {
            if (made[0] == connection) {
                notThis(tls, failure);
            } else {
                result.broken(made[0], failure);
            }
        };
        made[0] = new Connection(endpoint, dialer.channel(target, endpoint, address, tls, loop), broken);
        connection = made[0];
        logIn(made[0], tls);
    }

    private void logIn(Connection made, @Nullable SslContext tls) {
        Credentials credentials = target.credentials();
        if (credentials == null) {
            identify(made, tls);
            return;
        }
        AuthenticateRequest request = AuthenticateRequest.newBuilder().setName(credentials.username())
                .setPassword(credentials.password().reveal()).build();
        made.ask(AuthGrpc.getAuthenticateMethod(), request, AuthenticateResponse::getHeader, options.dialTimeout(),
                new Connection.Answer<>() {
                    @Override
                    public void is(AuthenticateResponse response) {
                        made.token(response.getToken());
                        identify(made, tls);
                    }

                    @Override
                    public void failed(Status status) {
                        if (String.valueOf(status.getDescription()).contains("authentication is not enabled")) {
                            identify(made, tls);
                        } else {
                            notThis(tls, status.asRuntimeException());
                        }
                    }
                });
    }

    private void identify(Connection made, @Nullable SslContext tls) {
        made.ask(MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), StatusResponse::getHeader, options.dialTimeout(),
                new Connection.Answer<>() {
                    @Override
                    public void is(StatusResponse response) {
                        if (response.getLeader() == 0) {
                            notThis(tls, Status.UNAVAILABLE
                                    .withDescription("it has no leader; see that most of its members run and reach one another")
                                    .asRuntimeException());
                        } else {
                            succeed(made, response.getVersion());
                        }
                    }

                    @Override
                    public void failed(Status status) {
                        if (status.getCode() == Status.Code.PERMISSION_DENIED || status.getCode() == Status.Code.UNIMPLEMENTED) {
                            succeed(made, ""); // it answers; who it is comes with the first thing that may be read
                        } else {
                            notThis(tls, status.asRuntimeException());
                        }
                    }
                });
    }

    private void succeed(Connection made, String version) {
        ended = true;
        connection = null;
        made.guard();
        result.connected(made, version);
    }

    /** The next address, if there is one. */
    private void notThis(@Nullable SslContext tls, Throwable failure) {
        if (connection != null) {
            connection.close();
        }
        if (addresses.isEmpty()) {
            fail(failure);
        } else {
            dial(tls);
        }
    }

    private void fail(Throwable failure) {
        if (!ended) {
            ended = true;
            result.failed(failure);
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
