package io.roadstead.kernel.mesh.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.zip.DataFormatException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that the reference implementation wrote ({@code zstd -LEVEL}) are read to the octet, and damaged ones are refused. */
class ZstdTest {

    private static final int MOST = 16 << 20;

    /** The content is made here, so that only what is compressed is kept. */
    private static byte[] content(String kind) {
        return switch (kind) {
            case "empty" -> new byte[0];
            case "one" -> new byte[] {'x'};
            case "zeros" -> new byte[300_000];
            case "words" -> words(20_000);
            case "many-words" -> words(200_000);
            case "noise" -> noise(3_000);
            case "skewed" -> skewed(9_000);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static byte[] words(int length) {
        Random random = new Random(7);
        String[] words = {"endpoint", "slice", "lyon", "10.70.", "ready", "serving", "port", "http", "edge-", "zone"};
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(words[random.nextInt(words.length)]).append(random.nextInt(300)).append(' ');
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static byte[] skewed(int length) {
        Random random = new Random(7);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) Math.min(255, Math.abs(random.nextGaussian() * 30));
        }
        return bytes;
    }

    private static byte[] file(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(ZstdTest.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @CsvSource({"empty, 3", "one, 3", "zeros, 3", "words, 1", "words, 19", "many-words, 1", "many-words, 19", "noise, 3", "skewed, 1",
        "skewed, 19"})
    void readsWhatTheReferenceWrites(String kind, int level) throws IOException, DataFormatException {
        assertThat(Zstd.decompress(file(kind + "-" + level + ".zst"), MOST)).isEqualTo(content(kind));
    }

    @Test
    void readsFramesOneAfterTheOtherAndPassesOverOthersData() throws IOException, DataFormatException {
        byte[] skipped = {0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9};

        assertThat(Zstd.decompress(joined(skipped, file("one-3.zst"), skipped, file("words-1.zst")), MOST))
                .isEqualTo(joined(content("one"), content("words")));
        assertThat(Zstd.decompress(new byte[0], MOST)).isEmpty();
    }

    @Test
    void nothingIsLargerThanAllowed() throws IOException, DataFormatException {
        byte[] zeros = file("zeros-3.zst");

        assertThat(Zstd.decompress(zeros, 300_000)).hasSize(300_000);
        assertThatThrownBy(() -> Zstd.decompress(zeros, 299_999)).isInstanceOf(DataFormatException.class)
                .hasMessage("decompressed it has more than 299999 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"words-1.zst", "words-19.zst", "skewed-1.zst", "noise-3.zst", "one-3.zst"})
    void whateverIsCutOffIsRefused(String name) throws IOException {
        byte[] whole = file(name);
        for (int length = 1; length < whole.length; length += whole.length > 2_000 ? 37 : 1) {
            byte[] cut = Arrays.copyOf(whole, length);

            assertThatThrownBy(() -> Zstd.decompress(cut, MOST)).as("%s cut to %s", name, length).isInstanceOf(DataFormatException.class);
        }
    }

    /** The checksum sees to what the format does not. */
    @ParameterizedTest
    @ValueSource(strings = {"words-1.zst", "words-19.zst", "skewed-1.zst", "many-words-19.zst"})
    void whateverIsDamagedIsRefused(String name) throws IOException {
        byte[] whole = file(name);
        Random random = new Random(11);
        for (int i = 0; i < 400; i++) {
            byte[] damaged = whole.clone();
            int at = 6 + random.nextInt(whole.length - 6); // behind what says how it is written, where a bit may be of no account
            damaged[at] ^= (byte) (1 << random.nextInt(8));

            assertThatThrownBy(() -> Zstd.decompress(damaged, MOST)).as("%s damaged at %s", name, at)
                    .isInstanceOf(DataFormatException.class);
        }
    }

    @Test
    void noiseIsRefused() {
        Random random = new Random(13);
        for (int i = 0; i < 2_000; i++) {
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            System.arraycopy(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 4, 88}, 0, noise, 0, Math.min(6, noise.length));

            assertThatThrownBy(() -> Zstd.decompress(noise, MOST)).isInstanceOf(DataFormatException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"'1f 8b 08 00', is not Zstandard", "'28 b5 2f fd 08 00', is of an unknown form",
        "'28 b5 2f fd 01 58 07', needs a dictionary",
        "'28 b5 2f fd 20 00 07 00 00', has a block of an unknown form", "'28 b5 2f fd 20 01 01 00 00', does not have the size that it says",
        "'28 b5 2f fd 20 00 05 00 10 00', is cut off", "'50 2a 4d 18 ff ff ff ff', is cut off", "'28 b5', is cut off or damaged"})
    void saysWhatIsWrong(String hex, String message) {
        assertThatThrownBy(() -> Zstd.decompress(HexFormat.ofDelimiter(" ").parseHex(hex), MOST))
                .isInstanceOf(DataFormatException.class).hasMessage(message);
    }

    private static byte[] joined(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
