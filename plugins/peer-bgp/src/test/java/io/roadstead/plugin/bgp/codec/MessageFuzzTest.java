package io.roadstead.plugin.bgp.codec;

import java.util.Arrays;
import java.util.List;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/**
 * Octets off the wire, whatever they are, are decoded or refused. Goes over the kept inputs; with {@code JAZZER_FUZZ=1} in the environment it looks for new ones, and
 * keeps those that fail.
 */
@Tag("fuzz")
class MessageFuzzTest {

    private static final List<CodecOptions> SESSIONS =
            List.of(CodecOptions.INITIAL, Wire.EXTERNAL, Wire.INTERNAL, Wire.TWO_OCTET, Wire.EXTENDED);

    /** The first octet chooses what was agreed on, the others are messages. */
    @FuzzTest(maxDuration = "5m")
    void whateverComesIsAnswered(byte[] input) {
        if (input.length > 0) {
            HostileBytesTest.decodeAll(SESSIONS.get((input[0] & 0xff) % SESSIONS.size()), Arrays.copyOfRange(input, 1, input.length));
        }
    }
}
