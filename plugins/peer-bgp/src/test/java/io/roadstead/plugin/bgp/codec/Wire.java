package io.roadstead.plugin.bgp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.net.AddressFamily;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.plugin.bgp.rib.PrefixSource;

/** Messages as hexadecimal text, for tests. */
final class Wire {

    static final String MARKER = "ff".repeat(16);
    static final CodecOptions EXTERNAL = options(true, false, CodecOptions.STANDARD_LENGTH);
    static final CodecOptions INTERNAL = options(true, true, CodecOptions.STANDARD_LENGTH);
    static final CodecOptions TWO_OCTET = options(false, false, CodecOptions.STANDARD_LENGTH);
    static final CodecOptions EXTENDED = options(true, false, CodecOptions.EXTENDED_LENGTH);

    private Wire() {
    }

    static CodecOptions options(boolean fourOctetAs, boolean internal, int maxLength) {
        return new CodecOptions(fourOctetAs, internal, maxLength, maxLength, EnumSet.allOf(AfiSafi.class), Set.of(AfiSafi.IPV4_UNICAST));
    }

    /** Blanks and line ends do not count. */
    static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replaceAll("\\s", "")));
    }

    /** A message with marker and length. */
    static String message(int type, String body) {
        String octets = body.replaceAll("\\s", "");
        return MARKER + Hex.octets(19 + octets.length() / 2) + Hex.octet(type) + octets;
    }

    /** An UPDATE of three fields. */
    static String update(String withdrawn, String attributes, String nlri) {
        String first = withdrawn.replaceAll("\\s", "");
        String second = attributes.replaceAll("\\s", "");
        return message(2, Hex.octets(first.length() / 2) + first + Hex.octets(second.length() / 2) + second + nlri);
    }

    static Optional<DecodeResult> decode(CodecOptions options, String hex) {
        MessageDecoder decoder = new MessageDecoder();
        decoder.options(options);
        return decoder.decode(bytes(hex));
    }

    static BgpMessage message(CodecOptions options, String hex) {
        DecodeResult result = decode(options, hex).orElseThrow(() -> new AssertionError("not a whole message: " + hex));
        assertThat(result).isInstanceOf(DecodeResult.Decoded.class);
        return ((DecodeResult.Decoded) result).message();
    }

    static BgpMessage.Update update(CodecOptions options, String hex) {
        return (BgpMessage.Update) message(options, hex);
    }

    static BgpError error(CodecOptions options, String hex) {
        DecodeResult result = decode(options, hex).orElseThrow(() -> new AssertionError("not a whole message: " + hex));
        assertThat(result).isInstanceOf(DecodeResult.Refused.class);
        return ((DecodeResult.Refused) result).error();
    }

    static String written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return ByteBufUtil.hexDump(out);
    }

    static PrefixSource source(AddressFamily family, Collection<IpPrefix> prefixes) {
        return new Listed(family, new ArrayDeque<>(prefixes));
    }

    private record Listed(AddressFamily family, Deque<IpPrefix> left) implements PrefixSource {
        @Override
        public boolean hasNext() {
            return !left.isEmpty();
        }

        @Override
        public long high() {
            return left.getFirst().address().high();
        }

        @Override
        public long low() {
            return left.getFirst().address().low();
        }

        @Override
        public int length() {
            return left.getFirst().length();
        }

        @Override
        public void next() {
            left.removeFirst();
        }
    }
}
