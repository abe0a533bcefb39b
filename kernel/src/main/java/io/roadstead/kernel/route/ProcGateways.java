package io.roadstead.kernel.route;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpAddress;

/** Reads Linux's {@code /proc/net/route} and {@code /proc/net/ipv6_route}. Of several default routes the one with the lowest metric counts, as in the kernel. */
public final class ProcGateways implements DefaultGateways {

    private static final int UP_BY_GATEWAY = 0x0003;
    private static final int REJECT = 0x0200;
    private static final int HEX = 16;

    private final Path directory;

    /** @param directory {@code /proc/net}, which shows the network namespace of the process */
    public ProcGateways(Path directory) {
        this.directory = directory;
    }

    @Override
    public Optional<Gateway> of(AddressFamily family) {
        Path file = directory.resolve(family == AddressFamily.IPV4 ? "route" : "ipv6_route");
        Function<String[], Stream<Route>> parser = family == AddressFamily.IPV4 ? ProcGateways::ipv4 : ProcGateways::ipv6;
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.trim().split("\\s+", -1)).flatMap(parser).filter(route -> usable(route.flags))
                    .min(Comparator.comparingLong(Route::metric)).map(Route::gateway);
        } catch (IOException | UncheckedIOException | IllegalArgumentException ignored) { // not Linux, or without this family, or not what it was
            return Optional.empty();
        }
    }

    private static boolean usable(int flags) {
        return (flags & (UP_BY_GATEWAY | REJECT)) == UP_BY_GATEWAY;
    }

    /** Iface Destination Gateway Flags RefCnt Use Metric Mask …; addresses are numbers in the machine's byte order. */
    private static Stream<Route> ipv4(String[] field) {
        if (field.length < 8 || !field[1].equals("00000000") || !field[7].equals("00000000")) {
            return Stream.empty();
        }
        int raw = Integer.parseUnsignedInt(field[2], HEX);
        int bits = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(raw) : raw;
        return Stream.of(new Route(new Gateway(IpAddress.ipv4(bits), field[0]), Integer.parseInt(field[3], HEX), Long.parseLong(field[6])));
    }

    /** Destination, its length, source, its length, next hop, metric, RefCnt, Use, flags, device. */
    private static Stream<Route> ipv6(String[] field) {
        if (field.length < 10 || !field[0].equals("0".repeat(32)) || !field[1].equals("00")) {
            return Stream.empty();
        }
        IpAddress nextHop = IpAddress.ofBytes(HexFormat.of().parseHex(field[4]));
        return Stream.of(new Route(new Gateway(nextHop, field[9]), Integer.parseUnsignedInt(field[8], HEX), Long.parseLong(field[5], HEX)));
    }

    private record Route(Gateway gateway, int flags, long metric) {
    }
}
