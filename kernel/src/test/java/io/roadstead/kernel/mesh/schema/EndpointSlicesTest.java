package io.roadstead.kernel.mesh.schema;

import static io.roadstead.kernel.mesh.schema.Samples.LYON;
import static io.roadstead.kernel.mesh.schema.Samples.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.roadstead.api.model.mesh.RemoteService;
import io.roadstead.api.model.mesh.RemoteService.Condition;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.testkit.MeshFixtures;

class EndpointSlicesTest {

    private static final String PREFIX = new MeshLayout("lyon", false).prefix(MeshKind.ENDPOINT_SLICES);

    @Test
    void slicesOfAServiceBecomeOne() throws RefusedValueException {
        List<EndpointSliceEntry> slices = new ArrayList<>();
        for (Map.Entry<String, byte[]> each : MeshFixtures.slices().entrySet()) {
            if (each.getKey().startsWith(PREFIX)) {
                slices.add(EndpointSliceEntry.decode(LYON, each.getKey().substring(PREFIX.length()), each.getValue()));
            }
        }
        RemoteService.Port http = new RemoteService.Port("http", Protocol.TCP, 8080);
        RemoteService.Port metrics = new RemoteService.Port("metrics", Protocol.TCP, 9153);
        RemoteService.Port admin = new RemoteService.Port("admin", Protocol.TCP, 9000);

        assertThat(slices).hasSize(3).allMatch(slice -> slice.serviceName().equals("cart"));
        RemoteService cart = EndpointSliceEntry.remoteService(LYON, "shop", "cart", slices);
        assertThat(cart.key()).isEqualTo(RemoteService.key("lyon", "shop", "cart"));
        // 10.70.4.23 is neither ready nor serves; conditions that are not told count as ready; where one slice says ready, it is.
        assertThat(cart.endpoints()).containsExactly(
                new RemoteService.Endpoint(ip("10.70.3.21"), List.of(http, metrics, admin), "lyon-a", List.of("lyon-a", "lyon-b"),
                        Condition.ACTIVE),
                new RemoteService.Endpoint(ip("10.70.3.22"), List.of(http, metrics, admin), "lyon-a", List.of(), Condition.ACTIVE),
                new RemoteService.Endpoint(ip("10.70.4.24"), List.of(http, metrics), "", List.of(), Condition.ACTIVE),
                new RemoteService.Endpoint(ip("fd00:70:3::15"), List.of(http), "lyon-a", List.of(), Condition.ACTIVE));
        RemoteService first = EndpointSliceEntry.remoteService(LYON, "shop", "cart", slices.subList(0, 1));
        assertThat(first.endpoints()).extracting(RemoteService.Endpoint::condition).containsExactly(Condition.ACTIVE, Condition.TERMINATING,
                Condition.ACTIVE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"paris | 7 | cart-1 | IPv4 | 10.0.0.1 | 80 | names cluster 'paris', not 'lyon'",
        "lyon | 8 | cart-1 | IPv4 | 10.0.0.1 | 80 | names cluster id 8, not 7",
        "lyon | 4294967303 | cart-1 | IPv4 | 10.0.0.1 | 80 | names cluster id 2147483647, not 7",
        "lyon | 7 | cart-2 | IPv4 | 10.0.0.1 | 80 | names slice 'shop/cart-2'",
        "lyon | 7 | '' | IPv4 | 10.0.0.1 | 80 | names slice 'shop/'",
        "lyon | 7 | cart-1 | FQDN | 10.0.0.1 | 80 | has address type 'FQDN'",
        "lyon | 7 | cart-1 | IPv4 | www | 80 | 'www' is not an IP address",
        "lyon | 7 | cart-1 | IPv6 | 10.0.0.1 | 80 | has 10.0.0.1 among addresses of another family",
        "lyon | 7 | cart-1 | IPv4 | 10.0.0.1 | 65536 | has port 65536", "lyon | 7 | cart-1 | IPv4 | 10.0.0.1 | -1 | has port -1"})
    void everyBrokenRuleIsARefusalThatSaysWhy(String cluster, long id, String name, String type, String address, long port, String reason) {
        byte[] value = frame(slice(cluster, id, name, type, address, port));

        assertThatThrownBy(() -> EndpointSliceEntry.decode(LYON, "shop/cart-1", value)).isInstanceOf(RefusedValueException.class)
                .hasMessage(reason);
    }

    @Test
    void portsThatNoServiceCanHaveAreLeftOut() throws RefusedValueException {
        EndpointSliceEntry slice = EndpointSliceEntry.decode(LYON, "shop/cart-1", frame(slice("lyon", 7, "cart-1", "IPv4", "10.0.0.1", 0)));

        assertThat(EndpointSliceEntry.remoteService(LYON, "shop", "cart", List.of(slice)).endpoints()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0a", "0a05", "0aff", "0b", "10ffffffffffffffffffff01", "0d0102", "0901", "08", "1207", "0a80808080808080808001"})
    void whatIsNoProtobufIsRefused(String hex) {
        byte[] value = frame(HexFormat.of().parseHex(hex));

        assertThatThrownBy(() -> EndpointSliceEntry.decode(LYON, "shop/cart-1", value)).isInstanceOf(RefusedValueException.class)
                .hasMessage("is not protobuf that can be read");
    }

    @Test
    void whatIsNotCompressedOrTooLargeIsRefused() {
        assertThatThrownBy(() -> EndpointSliceEntry.decode(LYON, "shop/cart-1", "{}{}{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(RefusedValueException.class).hasMessage("as Zstandard, is not Zstandard");
        ByteArrayOutputStream bomb = new ByteArrayOutputStream(); // 128 KiB of zeros 129 times
        bomb.writeBytes(HexFormat.of().parseHex("28b52ffd0058"));
        for (int i = 0; i < 129; i++) {
            bomb.writeBytes(HexFormat.of().parseHex("02001000"));
        }
        assertThatThrownBy(() -> EndpointSliceEntry.decode(LYON, "shop/cart-1", bomb.toByteArray()))
                .isInstanceOf(RefusedValueException.class)
                .hasMessage("as Zstandard, decompressed it has more than 16777216 bytes");
    }

    @Test
    void whateverComesIsTakenOrRefused() {
        Random random = new Random(5);
        byte[] whole = slice("lyon", 7, "cart-1", "IPv4", "10.0.0.1", 80);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = whole.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            assertThatCode(() -> {
                try {
                    EndpointSliceEntry.decode(LYON, "shop/cart-1", frame(damaged));
                } catch (RefusedValueException refused) {
                    assertThat(refused.getMessage()).isNotEmpty();
                }
            }).doesNotThrowAnyException();
        }
    }

    private static byte[] slice(String cluster, long id, String name, String type, String address, long port) {
        Proto endpoint = new Proto().text(1, address);
        return new Proto().text(1, cluster).number(2, id).text(3, "shop").text(4, name).text(7, type).message(8, endpoint)
                .message(9, new Proto().text(1, "http").text(2, "TCP").number(3, port)).out.toByteArray();
    }

    /** Stored, not compressed. */
    private static byte[] frame(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HexFormat.of().parseHex("28b52ffd0058"));
        int header = content.length << 3 | 1;
        out.write(header);
        out.write(header >> 8);
        out.write(header >> 16);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static final class Proto {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        private Proto text(int field, String text) {
            return octets(field, text.getBytes(StandardCharsets.UTF_8));
        }

        private Proto message(int field, Proto message) {
            return octets(field, message.out.toByteArray());
        }

        private Proto octets(int field, byte[] octets) {
            varint(field << 3 | 2);
            varint(octets.length);
            out.writeBytes(octets);
            return this;
        }

        private Proto number(int field, long number) {
            varint(field << 3);
            varint(number);
            return this;
        }

        private void varint(long number) {
            long rest = number;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
