package io.roadstead.plugin.proxy.relay;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.Flow;
import io.roadstead.api.lb.FlowTables.Connection;
import io.roadstead.api.lb.FlowTables.Translation;
import io.roadstead.api.lb.Frontend;
import io.roadstead.api.lb.FrontendState;
import io.roadstead.api.lb.ProxyDispatch.ClientAddress;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.plugin.netty.api.SocketSettings;
import io.roadstead.plugin.proxy.select.BackendKey;
import io.roadstead.plugin.proxy.select.Choice;
import io.roadstead.plugin.proxy.select.Client;
import io.roadstead.plugin.proxy.select.Reason;

/**
 * A client's connection and the one to its backend. Made where it was accepted, from then on confined to one worker. It keeps its backend whatever tables say
 * later; only when the backend is gone from them altogether does it end, after some time.
 */
public final class TcpSession implements Ticked {

    private final TcpBind bind;
    private final Worker worker;
    private final Client client;
    private final ClientAddress told;
    private final Set<BackendKey> tried = new HashSet<>();
    private final Side clientSide = new Side(this, true);
    private @Nullable Side backendSide;
    private Choice.Forward choice;
    private boolean counted;
    private boolean established;
    private boolean closed;
    private long lastActive;
    private long goneSince = -1;

    TcpSession(TcpBind bind, Worker worker, Client client, Choice.Forward choice, ClientAddress told) {
        this.bind = bind;
        this.worker = worker;
        this.client = client;
        this.choice = choice;
        this.told = told;
    }

    Side clientSide() {
        return clientSide;
    }

    ProxyConfig config() {
        return bind.environment().config().get();
    }

    private Traffic traffic() {
        return bind.environment().traffic();
    }

    /** The client's connection has arrived at its loop. */
    void begin() {
        ProxyConfig config = config();
        if (worker.isClosed()) {
            abort();
        } else if (!traffic().connectionBegins(config.maxConnections())) {
            refuse(Reason.CONNECTION_LIMIT);
        } else if (!bind.connectionBegins(config.maxConnectionsPerFrontend())) {
            traffic().connectionEnds();
            refuse(Reason.FRONTEND_LIMIT);
        } else {
            counted = true;
            lastActive = worker.now();
            worker.add(this);
            connect();
        }
    }

    private void connect() {
        Backend backend = choice.backend();
        Side side = new Side(this, false);
        backendSide = side;
        bind.environment().transport().connect(worker.loop(), new InetSocketAddress(backend.address().toInetAddress(), backend.port()),
                SocketSettings.DEFAULT, side).addListener(done -> {
                    if (closed) {
                        side.release(true);
                    } else if (done.isSuccess()) {
                        connected(side);
                    } else {
                        connectFailed();
                    }
                });
    }

    private void connected(Side side) {
        established = true;
        lastActive = worker.now();
        bind.environment().feed().began(frontend(), client, choice.state(), choice.backend());
        if (told == ClientAddress.PROXY_PROTOCOL_V2) {
            InetSocketAddress local = (InetSocketAddress) clientSide.channel().localAddress();
            side.write(ProxyHeader.encode(side.channel().alloc(), frontend().protocol(), client, IpAddress.of(local.getAddress()),
                    local.getPort()));
        }
        clientSide.link(side);
        side.link(clientSide);
    }

    /** The bind decides again, without those that did not answer. */
    private void connectFailed() {
        traffic().connectFailed();
        tried.add(BackendKey.of(choice.backend()));
        if (tried.size() >= config().connectAttempts()) {
            refuse(Reason.BACKEND_FAILED);
            return;
        }
        Set<BackendKey> avoid = Set.copyOf(tried);
        bind.worker().loop().execute(() -> {
            Choice next = bind.choose(client, avoid);
            worker.loop().execute(() -> retry(next));
        });
    }

    private void retry(Choice next) {
        if (closed) {
            return;
        }
        switch (next) {
            case Choice.Refuse refusal -> refuse(refusal.reason());
            case Choice.Forward forward -> {
                choice = forward;
                connect();
            }
        }
    }

    private void refuse(Reason reason) {
        bind.refused(client, new Choice.Refuse(choice.state(), reason, false));
        abort();
    }

    /** Bytes have come from one side. */
    void moved(boolean fromClient, int bytes) {
        lastActive = worker.now();
        traffic().moved(fromClient, bytes);
    }

    /** A side has said, or taken, all that it will. */
    void sideEnded() {
        if (clientSide.ended() && backendSide != null && backendSide.ended()) {
            end(false);
        }
    }

    @Override
    public void tick(long now) {
        ProxyConfig config = config();
        BackendKey backend = BackendKey.of(choice.backend());
        if (bind.serving().keeps(frontend().scope(), backend)) {
            goneSince = -1;
        } else if (goneSince < 0) {
            goneSince = now;
        } else if (now - goneSince >= config.drainTimeout().toSeconds()) {
            traffic().end(Reason.BACKEND_GONE);
            abort();
            return;
        }
        Duration limit = idleTimeout(config);
        if (now - lastActive >= limit.toSeconds() && clientSide.quiet(limit) && (backendSide == null || backendSide.quiet(limit))) {
            traffic().end(Reason.IDLE);
            abort();
        }
    }

    private Duration idleTimeout(ProxyConfig config) {
        return halfClosed() ? config.halfClosedTimeout() : config.idleTimeout();
    }

    private boolean halfClosed() {
        return clientSide.inputEnded() || backendSide != null && backendSide.inputEnded();
    }

    /** Ends both connections with a reset. */
    void abort() {
        end(true);
    }

    private void end(boolean reset) {
        if (closed) {
            return;
        }
        closed = true;
        worker.remove(this);
        if (counted) {
            traffic().connectionEnds();
            bind.connectionEnds();
        }
        if (established) {
            bind.environment().feed().ended(frontend(), client, choice.state(), choice.backend());
        }
        clientSide.release(reset);
        if (backendSide != null) {
            backendSide.release(reset);
        }
    }

    boolean closed() {
        return closed;
    }

    /** For views; on the worker's loop. */
    public Connection view(long serviceId) {
        FrontendState state = choice.state();
        String phase = !established ? "syn" : halfClosed() ? "closing" : "established";
        Duration idle = Duration.ofSeconds(worker.now() - lastActive);
        Duration left = idleTimeout(config()).minus(idle);
        return new Connection(flow(), serviceId, state.service(), choice.backend().address(), choice.backend().port(), state.dispatch(),
                phase,
                idle, left.isNegative() ? Duration.ZERO : left);
    }

    /** For views; on the worker's loop; empty while there is no connection to a backend. */
    public Optional<Translation> translation(long serviceId) {
        Channel channel = established && backendSide != null ? backendSide.channel() : null;
        if (channel == null || !(channel.localAddress() instanceof InetSocketAddress local)) {
            return Optional.empty();
        }
        Flow reply = new Flow(frontend().protocol(), choice.backend().address(), choice.backend().port(), IpAddress.of(local.getAddress()),
                local.getPort());
        Flow translated = new Flow(frontend().protocol(), frontend().address(), frontend().port(), client.address(), client.port());
        return Optional.of(new Translation(reply, translated, serviceId, Duration.ofSeconds(worker.now() - lastActive)));
    }

    private Flow flow() {
        return new Flow(frontend().protocol(), client.address(), client.port(), frontend().address(), frontend().port());
    }

    /** The frontend that the client connected to. */
    public Frontend frontend() {
        return choice.state().frontend();
    }

    /** Bytes from the client, or from the backend. */
    public long bytes(boolean fromClient) {
        return fromClient ? clientSide.bytes() : backendSide == null ? 0 : backendSide.bytes();
    }
}
