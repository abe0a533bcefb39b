package io.roadstead.plugin.proxy.relay;

import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.ChannelFuture;

import io.roadstead.api.lb.ProxyDispatch.ClientAddress;
import io.roadstead.plugin.netty.api.Acceptor;
import io.roadstead.plugin.proxy.select.Choice;
import io.roadstead.plugin.proxy.select.Client;
import io.roadstead.plugin.proxy.select.Reason;

/** Listens for connections. Each is decided here and lives on another worker. */
final class TcpBind extends Bind implements Acceptor {

    private final AtomicInteger connections = new AtomicInteger();

    TcpBind(Key key, Environment environment, Worker worker) {
        super(key, environment, worker);
    }

    @Override
    ChannelFuture open(InetSocketAddress local) {
        return environment().transport().listen(worker().loop(), local, environment().config().get().ipFreebind(), this);
    }

    @Override
    public Admission admit(InetSocketAddress remote) {
        Client client = Client.of(remote);
        return switch (choose(client, Set.of())) {
            case Choice.Refuse refusal -> refuse(client, refusal);
            case Choice.Forward forward -> {
                ClientAddress told = environment().modes().get().get(forward.state().dispatch());
                if (told == null) {
                    yield refuse(client, new Choice.Refuse(forward.state(), Reason.NO_DISPATCH, false));
                }
                Worker home = environment().nextWorker();
                yield new Admission(home.loop(), new TcpSession(this, home, client, forward, told).clientSide());
            }
        };
    }

    private Admission refuse(Client client, Choice.Refuse refusal) {
        refused(client, refusal);
        return new Admission(worker().loop(), new Refusal(!refusal.silent()));
    }

    /** Counts a connection of this frontend unless there are as many as may be; 0 is no limit. */
    boolean connectionBegins(int limit) {
        if (connections.incrementAndGet() > limit && limit > 0) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    void connectionEnds() {
        connections.decrementAndGet();
    }

    @Override
    public int flows() {
        return connections.get();
    }
}
