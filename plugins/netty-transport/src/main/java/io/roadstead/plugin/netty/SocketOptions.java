package io.roadstead.plugin.netty;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;
import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.netty.api.SocketSettings;

/** Socket options by their Linux numbers, where Netty has no name for them. Only for epoll channels. */
final class SocketOptions {

    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_IPV6 = 41;
    private static final ChannelOption<Integer> IP_TTL = new IntegerUnixChannelOption("IP_TTL", IPPROTO_IP, 2);
    private static final ChannelOption<Integer> IP_MINTTL = new IntegerUnixChannelOption("IP_MINTTL", IPPROTO_IP, 21);
    private static final ChannelOption<Integer> IPV6_UNICAST_HOPS = new IntegerUnixChannelOption("IPV6_UNICAST_HOPS", IPPROTO_IPV6, 16);
    private static final ChannelOption<Integer> IPV6_MINHOPCOUNT = new IntegerUnixChannelOption("IPV6_MINHOPCOUNT", IPPROTO_IPV6, 73);
    private static final ChannelOption<Integer> IPV6_V6ONLY = new IntegerUnixChannelOption("IPV6_V6ONLY", IPPROTO_IPV6, 26);
    private static final int SOL_SOCKET = 1;
    private static final int IFNAMSIZ = 16;
    private static final ChannelOption<ByteBuffer> SO_BINDTODEVICE = new RawUnixChannelOption("SO_BINDTODEVICE", SOL_SOCKET, 25, IFNAMSIZ);

    private SocketOptions() {
    }

    /** What may still change later. */
    static void applyToConnected(Channel channel, InetAddress remote, SocketSettings settings) {
        applyTtl(channel, remote, settings);
        applyPassword(channel, remote, settings.password());
    }

    private static void applyTtl(Channel channel, InetAddress remote, SocketSettings settings) {
        // An IPv4 peer takes the IPv4 options even on a dual-stack socket.
        boolean ipv6 = remote instanceof Inet6Address;
        if (settings.ttl() != 0) {
            set(channel, ipv6 ? IPV6_UNICAST_HOPS : IP_TTL, settings.ttl());
        }
        if (settings.minTtl() != 0) {
            set(channel, ipv6 ? IPV6_MINHOPCOUNT : IP_MINTTL, settings.minTtl());
        }
    }

    /** Before an IPv6 address is bound: it is not to take IPv4 clients. */
    static void applyIpv6Only(Channel channel) {
        set(channel, IPV6_V6ONLY, 1);
    }

    /** What must be there before the connection is made. */
    static void applyBeforeConnect(Channel channel, InetAddress remote, SocketSettings settings) {
        applyToConnected(channel, remote, settings);
        String device = settings.device();
        if (device != null) {
            ByteBuffer name = ByteBuffer.allocateDirect(IFNAMSIZ);
            name.put(0, device.getBytes(StandardCharsets.UTF_8));
            set(channel, SO_BINDTODEVICE, name);
        }
    }

    private static void applyPassword(Channel channel, InetAddress remote, @Nullable Secret password) {
        if (password != null) {
            set(channel, EpollChannelOption.TCP_MD5SIG, keys(Map.of(remote, password)));
        }
    }

    /** The whole set replaces what was there. */
    static void applyPasswords(Channel listener, Map<InetAddress, Secret> passwords) {
        set(listener, EpollChannelOption.TCP_MD5SIG, keys(passwords));
    }

    private static Map<InetAddress, byte[]> keys(Map<InetAddress, Secret> passwords) {
        Map<InetAddress, byte[]> keys = new HashMap<>();
        passwords.forEach((remote, password) -> keys.put(remote, password.reveal().getBytes(StandardCharsets.UTF_8)));
        return keys;
    }

    private static <T> void set(Channel channel, ChannelOption<T> option, T value) {
        if (!channel.config().setOption(option, value)) {
            throw unsupported(option.name(), null);
        }
    }

    static RoadsteadException unsupported(String option, @Nullable Throwable cause) {
        return new RoadsteadException(TransportErrorCode.SOCKET_OPTION_UNSUPPORTED, "socket option " + option,
                "this transport cannot set it",
                "run on Linux with the native epoll library, or do without the setting", cause);
    }
}
