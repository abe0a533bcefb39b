package io.roadstead.plugin.bgp.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.config.Secret;
import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.peer.PeerSpec;
import io.roadstead.plugin.netty.api.Acceptor.Admission;
import io.roadstead.plugin.netty.api.NettyTransport;
import io.roadstead.plugin.netty.api.TransportListener;

/**
 * The listening ports: open while at least one session has its place there, which is its peer's address. Confined to the control loop; accepted connections look the
 * session up from the listener's own loop.
 */
final class Listeners {

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final NettyTransport transport;
    private final IpAddress address;
    private final Map<Integer, Port> ports = new HashMap<>();

    Listeners(NettyTransport transport, IpAddress address) {
        this.transport = transport;
        this.address = address;
    }

    /** Takes the place; opens the port where it is the first. */
    void join(PeerSpec spec, PeerLoop session) {
        Integer number = spec.localPort();
        if (number == null) {
            return;
        }
        Port port = ports.get(number);
        if (port == null) {
            port = open(spec.id().instance(), number);
            ports.put(number, port);
        }
        check(port, spec);
        try {
            port.peers.put(spec.peerAddress(), new Place(spec, session));
            port.applyPasswords();
        } catch (RoadsteadException e) {
            leave(spec);
            throw e;
        }
    }

    private static void check(Port port, PeerSpec spec) {
        if (!port.instance.equals(spec.id().instance())) {
            throw new RoadsteadException(CommonErrorCode.ADDRESS_IN_USE, "instance " + spec.id().instance(),
                    "port " + spec.localPort() + " is the local port of instance " + port.instance,
                    "give each instance its own local port");
        }
        Place taken = port.peers.get(spec.peerAddress());
        if (taken != null && !taken.spec.id().equals(spec.id())) {
            throw new RoadsteadException(CommonErrorCode.ADDRESS_IN_USE, "peer " + spec.id(),
                    "peer " + taken.spec.id() + " has the same address " + spec.peerAddress(),
                    "remove one of the two, accepted connections could be of either");
        }
    }

    /** Gives the place up; closes the port where it was the last. */
    void leave(PeerSpec spec) {
        Port port = spec.localPort() == null ? null : ports.get(spec.localPort());
        if (port == null) {
            return;
        }
        port.peers.computeIfPresent(spec.peerAddress(), (_, place) -> place.spec.id().equals(spec.id()) ? null : place);
        if (port.peers.isEmpty()) {
            ports.remove(spec.localPort());
            port.listener().close();
        } else {
            port.applyPasswords();
        }
    }

    /** From one place to another; stays in the old one when the new one cannot be had. */
    void move(PeerSpec before, PeerSpec after, PeerLoop session) {
        boolean samePlace = Objects.equals(before.localPort(), after.localPort()) && before.peerAddress().equals(after.peerAddress());
        join(after, session);
        if (!samePlace) {
            leave(before);
        }
    }

    private Port open(String instance, int number) {
        Port port = new Port(instance);
        InetSocketAddress local =
                address.isUnspecified() ? new InetSocketAddress(number) : new InetSocketAddress(address.toInetAddress(), number);
        port.listener = transport.listen(local, remote -> admit(port, remote));
        log.info("listening instance={} port={}", instance, number);
        return port;
    }

    private Admission admit(Port port, InetSocketAddress remote) {
        Place place = port.peers.get(Addresses.of(remote));
        if (place != null) {
            return place.session.admit();
        }
        log.info("connection refused, no such peer instance={} address={}", port.instance, remote.getAddress().getHostAddress());
        return new Admission(transport.nextLoop(), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext context) {
                context.close();
            }
        });
    }

    private record Place(PeerSpec spec, PeerLoop session) {
    }

    private static final class Port {
        private final String instance;
        private final Map<IpAddress, Place> peers = new ConcurrentHashMap<>();
        private @Nullable TransportListener listener;

        private Port(String instance) {
            this.instance = instance;
        }

        private TransportListener listener() {
            return Objects.requireNonNull(listener);
        }

        private void applyPasswords() {
            Map<InetAddress, Secret> passwords = new HashMap<>();
            peers.forEach((peer, place) -> {
                Secret password = place.spec.password();
                if (password != null) {
                    passwords.put(Addresses.scoped(peer, place.spec.sourceInterface()), password);
                }
            });
            listener().passwords(passwords);
        }
    }
}
