package io.roadstead.plugin.netlink.table;

import java.nio.ByteBuffer;
import java.util.Optional;

import io.roadstead.plugin.netlink.socket.Errno;
import io.roadstead.plugin.netlink.socket.NetlinkSocket;

/** What the kernel tells unasked. Confined to one thread, beside the bell's {@code ring}. */
public final class Events implements AutoCloseable {

    private final NetlinkSocket socket = new NetlinkSocket(NetlinkSocket.LINKS_ADDRESSES_AND_ROUTES);
    private final int table;
    private final int protocol;
    private final long metric;

    /**
     * @param protocol of our own routes
     * @param metric   of our own routes
     */
    public Events(int table, int protocol, long metric) {
        this.table = table;
        this.protocol = protocol;
        this.metric = metric;
    }

    /** The socket to wait for. */
    public NetlinkSocket socket() {
        return socket;
    }

    /**
     * Reads one datagram that has come.
     *
     * @param ownPort what we changed ourselves is nothing new
     * @return what may have changed for our routes
     */
    public Effect read(int ownPort) {
        int errno = socket.receive();
        if (errno != 0) {
            return errno == Errno.EAGAIN ? Effect.NONE : Effect.ALL; // some were lost
        }
        Effect[] strongest = {Effect.NONE};
        RouteMessages.forEach(socket.received(), (type, message) -> {
            Effect effect = effect(type, message, ownPort);
            if (effect.compareTo(strongest[0]) > 0) {
                strongest[0] = effect;
            }
        });
        return strongest[0];
    }

    private Effect effect(int type, ByteBuffer message, int ownPort) {
        if (type != RouteMessages.NEW_ROUTE && type != RouteMessages.DELETE_ROUTE) {
            return type < RouteMessages.HEADER ? Effect.NONE : Effect.ALL; // below are answers, above links and addresses
        }
        if (RouteMessages.port(message) == ownPort) {
            return Effect.NONE;
        }
        Optional<TableRoute> route = RouteMessages.read(message, table);
        // One of the same prefix and metric is instead of ours, or has stood in its way.
        boolean ours = route.isPresent() && (route.get().protocol() == protocol || route.get().metric() == metric);
        return ours ? Effect.ALL : Effect.REFUSED;
    }

    @Override
    public void close() {
        socket.close();
    }

    /** What to look at again, from little to much. */
    public enum Effect {
        /** Nothing. */
        NONE,
        /** Routes that were refused: a way to their next hops may have come. */
        REFUSED,
        /** All of ours. */
        ALL
    }
}
