package io.roadstead.kernel.route;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/** Reads Linux's {@code /proc/net/route} and {@code /proc/net/ipv6_route}; lines that are no usable route are passed over. */
public final class ProcRoutes implements KernelRoutes {

    private static final int UP = 0x0001;
    private static final int REJECT = 0x0200;
    private static final int HEX = 16;

    private final Path directory;

    /** @param directory {@code /proc/net}, which shows the network namespace of the process */
    public ProcRoutes(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<Route> of(AddressFamily family) {
        boolean ipv4 = family == AddressFamily.IPV4;
        try (Stream<String> lines = Files.lines(directory.resolve(ipv4 ? "route" : "ipv6_route"))) {
            return lines.map(line -> line.trim().split("\\s+", -1)).flatMap(fields -> ipv4 ? ipv4(fields) : ipv6(fields)).toList();
        } catch (IOException | UncheckedIOException ignored) { // not Linux, or without this family
            return List.of();
        }
    }

    /** Iface Destination Gateway Flags RefCnt Use Metric Mask …; addresses are numbers in the machine's byte order. */
    private static Stream<Route> ipv4(String[] field) {
        if (field.length < 8 || field[0].equals("Iface")) {
            return Stream.empty();
        }
        try {
            int length = Integer.bitCount(Integer.parseUnsignedInt(field[7], HEX));
            return route(Integer.parseInt(field[3], HEX), IpPrefix.containing(IpAddress.ipv4(network(field[1])), length),
                    IpAddress.ipv4(network(field[2])), field[0], Long.parseLong(field[6]));
        } catch (IllegalArgumentException ignored) { // not what it was
            return Stream.empty();
        }
    }

    /** Destination, its length, source, its length, next hop, metric, RefCnt, Use, flags, device. */
    private static Stream<Route> ipv6(String[] field) {
        if (field.length < 10) {
            return Stream.empty();
        }
        try {
            IpPrefix destination = IpPrefix.containing(address(field[0]), Integer.parseInt(field[1], HEX));
            return route(Integer.parseUnsignedInt(field[8], HEX), destination, address(field[4]), field[9], Long.parseLong(field[5], HEX));
        } catch (IllegalArgumentException ignored) { // not what it was
            return Stream.empty();
        }
    }

    private static Stream<Route> route(int flags, IpPrefix destination, IpAddress gateway, String device, long metric) {
        return (flags & (UP | REJECT)) == UP
                ? Stream.of(new Route(destination, gateway.isUnspecified() ? null : gateway, device, metric))
                : Stream.empty();
    }

    private static IpAddress address(String hex) {
        return IpAddress.ofBytes(HexFormat.of().parseHex(hex));
    }

    private static int network(String hex) {
        int raw = Integer.parseUnsignedInt(hex, HEX);
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(raw) : raw;
    }
}
