package io.roadstead.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a Cilium of cluster lyon (id 7) has in its store, as older and newer versions write it: nulls, unknown fields, both forms of CIDRs, masks absent and null. In
 * the files a key is followed by its value on a line of its own; {@code base64:} goes before octets that are no text. Lines with a # say what is seen.
 */
public final class MeshFixtures {

    private static final String BASE64 = "base64:";

    private MeshFixtures() {
    }

    /** Cluster-config, canaries, heartbeat and everything else of it, in order of being written; all of it can be read. */
    public static Map<String, byte[]> lyon() {
        return read("mesh-lyon.txt");
    }

    /** The same cluster's keys whose values break a rule, each alone. */
    public static Map<String, byte[]> refused() {
        return read("mesh-refused.txt");
    }

    /** What it has when it shares EndpointSlices instead of services: the slices of {@code shop/cart}. */
    public static Map<String, byte[]> slices() {
        return read("mesh-slices.txt");
    }

    private static Map<String, byte[]> read(String name) {
        try (InputStream in = Objects.requireNonNull(MeshFixtures.class.getResourceAsStream(name), name)) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
            Map<String, byte[]> all = new LinkedHashMap<>();
            for (int i = 0; i < lines.size(); i += 2) {
                all.put(lines.get(i), value(lines.get(i + 1)));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] value(String line) {
        return line.startsWith(BASE64)
                ? Base64.getDecoder().decode(line.substring(BASE64.length()))
                : line.getBytes(StandardCharsets.UTF_8);
    }
}
