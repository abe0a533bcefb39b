package io.roadstead.plugin.netlink.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.plugin.netlink.table.Change.Kind;

class RouteMessagesTest {

    private static final int TABLE = 254;

    @Test
    void aRouteIsWrittenAsTheKernelReadsIt() {
        ByteBuffer out = write(change("10.1.0.0/24", "192.0.2.2"));

        assertThat(ByteOrder.nativeOrder()).as("the golden bytes are those of").isEqualTo(ByteOrder.LITTLE_ENDIAN);
        byte[] bytes = new byte[out.limit()];
        out.get(0, bytes);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("3c000000180005000700000000000000" // header, sequence 7
                + "021800000058000100000000" // IPv4, /24, protocol 88, unicast
                + "08000f00fe000000" + "0800060000080000" // table 254, metric 2048
                + "080001000a010000" + "08000500c0000202"); // to 10.1.0.0 via 192.0.2.2
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        for (Change change : List.of(change("10.1.0.0/24", "192.0.2.2"), change("0.0.0.0/0", "192.0.2.2"),
                change("10.0.0.0/8", "192.0.2.2", "192.0.2.3", "198.51.100.7"), change("2001:db8::/32", "2001:db8:1::2"),
                change("2001:db8::/32", "2001:db8:1::2", "2001:db8:1::3"), change("10.1.0.0/24", "2001:db8:1::2"),
                change("10.1.0.0/24", "192.0.2.2", "2001:db8:1::2"))) {
            assertThat(RouteMessages.read(write(change), TABLE)).as(change.toString())
                    .contains(new TableRoute(change.prefix(), 88, 2048, Set.copyOf(change.nextHops())));
            assertThat(RouteMessages.read(write(change), 253)).isEmpty();
        }
    }

    @Test
    void garbageIsNoRouteAndEndsNothing() {
        long seed = 4711;
        Random random = new Random(seed);
        ByteBuffer good = write(change("10.0.0.0/8", "192.0.2.2", "2001:db8:1::2"));
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[good.limit()];
            good.get(0, bytes);
            for (int damage = random.nextInt(6); damage >= 0; damage--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            ByteBuffer datagram = ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1)).slice().order(ByteOrder.nativeOrder());
            List<Object> seen = new ArrayList<>();
            RouteMessages.forEach(datagram, (type, message) -> {
                seen.add(RouteMessages.read(message, TABLE));
                seen.add(RouteMessages.detail(message));
                seen.add(RouteMessages.errno(message));
            });
            assertThat(seen).as("seed %d, round %d", seed, i).doesNotContainNull();
        }
    }

    private static Change change(String prefix, String... nextHops) {
        return new Change(Kind.ADD, IpPrefix.parse(prefix), 2048, Stream.of(nextHops).map(IpAddress::parse).toList());
    }

    private static ByteBuffer write(Change change) {
        ByteBuffer out = RouteMessages.buffer(4096);
        RouteMessages.write(out, RouteMessages.REQUEST | RouteMessages.ACKNOWLEDGE, 7, change, 88, TABLE);
        return out.flip();
    }
}
