package io.roadstead.kernel.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;

/**
 * A plugin's bytes.
 *
 * @param sha256 of the jar; of a directory, that of its listing
 * @param listing of a directory: {@code <sha256>  <relative path>} per file, ordered by path, as {@code sha256sum} prints it; empty for a jar
 */
public record PluginContent(String sha256, String listing) {

    /** Reads a jar or a directory, hidden files aside. */
    public static PluginContent of(Path plugin) {
        try {
            if (!Files.isDirectory(plugin)) {
                return new PluginContent(hash(plugin), "");
            }
            StringBuilder listing = new StringBuilder();
            for (Path file : files(plugin)) {
                listing.append(hash(plugin.resolve(file))).append("  ").append(file.toString().replace('\\', '/')).append('\n');
            }
            return new PluginContent(hex(newDigest().digest(listing.toString().getBytes(StandardCharsets.UTF_8))), listing.toString());
        } catch (IOException e) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_UNREADABLE, String.valueOf(plugin.getFileName()),
                    "cannot be read: " + e.getMessage(),
                    "make it readable for the agent's user", e);
        }
    }

    /** What the lock has for the plugin. */
    public static PluginLock.Entry entry(Path plugin) {
        PluginManifest manifest = new ManifestReader().read(plugin, String.valueOf(plugin.getFileName()));
        return new PluginLock.Entry(manifest.id(), manifest.version(), of(plugin).sha256);
    }

    /** Relative paths of the files in a directory that belong to the plugin, ordered. */
    static List<Path> files(Path directory) throws IOException {
        List<Path> result = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(Files::isRegularFile).map(directory::relativize).sorted().forEach(file -> {
                for (Path name : file) {
                    if (name.toString().startsWith(".")) {
                        return;
                    }
                }
                result.add(file);
            });
        }
        return result;
    }

    private static String hash(Path file) throws IOException {
        MessageDigest digest = newDigest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return hex(digest.digest());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
