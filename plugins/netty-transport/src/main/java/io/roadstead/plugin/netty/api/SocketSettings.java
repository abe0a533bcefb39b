package io.roadstead.plugin.netty.api;

import java.net.InetAddress;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.config.Secret;

/**
 * How a connection's socket is set up.
 *
 * @param source   local address; null means that routing decides
 * @param device   sent and received through this interface only; null for any
 * @param ttl      time to live or hop limit of what is sent, 1 to 255; 0 leaves the system's default
 * @param minTtl   what arrives with less is dropped (GTSM, RFC 5082), 1 to 255; 0 accepts all
 * @param password TCP MD5 (RFC 2385); null means none
 */
public record SocketSettings(@Nullable InetAddress source, @Nullable String device, int ttl, int minTtl, @Nullable Secret password) {

    /** Everything as the system has it. */
    public static final SocketSettings DEFAULT = new SocketSettings(null, null, 0, 0, null);

    /** Longest interface name of Linux, in bytes (IFNAMSIZ without the closing zero). */
    private static final int LONGEST_DEVICE_NAME = 15;

    public SocketSettings {
        checkTtl("ttl", ttl);
        checkTtl("minTtl", minTtl);
        if (device != null && (device.isEmpty() || device.length() > LONGEST_DEVICE_NAME)) {
            throw new IllegalArgumentException("interface name '" + device + "' does not have 1 to 15 characters");
        }
    }

    public SocketSettings withTtl(int changed) {
        return new SocketSettings(source, device, changed, minTtl, password);
    }

    public SocketSettings withMinTtl(int changed) {
        return new SocketSettings(source, device, ttl, changed, password);
    }

    public SocketSettings withSource(@Nullable InetAddress changed) {
        return new SocketSettings(changed, device, ttl, minTtl, password);
    }

    public SocketSettings withDevice(@Nullable String changed) {
        return new SocketSettings(source, changed, ttl, minTtl, password);
    }

    public SocketSettings withPassword(@Nullable Secret changed) {
        return new SocketSettings(source, device, ttl, minTtl, changed);
    }

    private static void checkTtl(String name, int value) {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException(name + " " + value + " is not in 0 to 255");
        }
    }
}
