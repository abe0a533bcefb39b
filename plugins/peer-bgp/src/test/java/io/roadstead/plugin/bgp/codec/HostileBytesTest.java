package io.roadstead.plugin.bgp.codec;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import io.roadstead.plugin.bgp.Seeds;

/** The same octets in every run: the seeds are fixed, printed, and stand in the failure. */
class HostileBytesTest {

    private static final List<CodecOptions> SESSIONS =
            List.of(CodecOptions.INITIAL, Wire.EXTERNAL, Wire.INTERNAL, Wire.TWO_OCTET, Wire.EXTENDED);
    private static final List<String> VALID = List.of(
            Wire.message(1,
                    "04 5ba0 005a c0000201 2e 02 2c 010400010001 010400020001 0200 4600 4104fa56ea01 4006c07800010180 0600 0506000100010002 490201ff"),
            Wire.message(1, "04 fde9 005a c0000201 ff ff 0009 02 0006 010400010001"), Wire.message(3, "0602 03627965"), Wire.message(4, ""),
            Wire.message(5, "00010001"),
            Wire.update("10 0a01",
                    "40010102 4002140202 0000fde9 fa56ea01 0102 00000002 00000003 400304c0000201 80040400000032 400504ffffffff"
                            + "400600 c00708 fa56ea01 c0000205 c00808 fde90064 ffffff01 800904 c0000207 800a04 c0000208 c01008 0002fde900000064"
                            + "c0200c 0000fc00 00000001 ffffffff e06302abcd",
                    "10 0a01 20 cb007107 00"),
            Wire.update("",
                    "900e0026 0002 01 20 20010db8000000000000000000000009 fe800000000000000000000000000001 00 00 40010100 4002060201 0000fde9"
                            + "900f000a 0002 01 30 20010db80001",
                    ""),
            Wire.update("",
                    "40010100 4002060202 fde95ba0 400304c0000201 c007065ba0c0000205 c0110a02020000fde9fa56ea01 c01208fa56ea01c0000205",
                    "100a01"));

    @Test
    void randomOctetsBehindAGoodHeaderAreAnswered() {
        for (int seed : Seeds.many(HostileBytesTest.class, 40_000)) {
            Random random = new Random(seed);
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            check(seed, Wire.message(1 + random.nextInt(5), ByteBufUtil.hexDump(body)), random);
        }
    }

    @Test
    void randomAttributesAreAnswered() {
        for (int seed : Seeds.many(HostileBytesTest.class, 40_000)) {
            Random random = new Random(seed);
            StringBuilder attributes = new StringBuilder();
            for (int i = random.nextInt(8); i > 0; i--) {
                byte[] value = new byte[random.nextInt(30)];
                random.nextBytes(value);
                PathAttribute[] known = PathAttribute.values();
                PathAttribute attribute = known[random.nextInt(known.length)];
                attributes.append(Hex.octet(attribute.flags())).append(Hex.octet(attribute.code())).append(Hex.octet(value.length))
                        .append(ByteBufUtil.hexDump(value));
            }
            check(seed, Wire.update("", attributes.toString(), random.nextBoolean() ? "100a01" : ""), random);
        }
    }

    @Test
    void validMessagesWithFlippedBitsOrCutOffAreAnswered() {
        for (int seed : Seeds.many(HostileBytesTest.class, 40_000)) {
            Random random = new Random(seed);
            byte[] octets = ByteBufUtil.decodeHexDump(VALID.get(random.nextInt(VALID.size())));
            for (int flips = 1 + random.nextInt(6); flips > 0; flips--) {
                octets[16 + random.nextInt(octets.length - 16)] ^= (byte) (1 << random.nextInt(8));
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(octets.length) : octets.length;
            check(seed, ByteBufUtil.hexDump(octets, 0, length), random);
        }
    }

    private static void check(int seed, String hex, Random random) {
        CodecOptions options = SESSIONS.get(random.nextInt(SESSIONS.size()));
        assertThatCode(() -> decodeAll(options, ByteBufUtil.decodeHexDump(hex))).as("seed %d, %s, %s", seed, options, hex)
                .doesNotThrowAnyException();
    }

    static void decodeAll(CodecOptions options, byte[] octets) {
        MessageDecoder decoder = new MessageDecoder();
        decoder.options(options);
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        while (decoder.decode(in).isPresent()) { // every message
        }
    }
}
