package io.roadstead.kernel.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.roadstead.api.error.CommonErrorCode;
import io.roadstead.api.error.RoadsteadException;

/** Which content each plugin must have: lines {@code <id> <version> <sha256>}, {@code #} starts a comment. Immutable. */
public final class PluginLock {

    private final Map<String, Entry> entries;

    private PluginLock(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /** One plugin. */
    public record Entry(String id, String version, String sha256) {
        @Override
        public String toString() {
            return id + " " + version + " " + sha256;
        }
    }

    /** The lock with these entries. */
    public static PluginLock of(List<Entry> entries) {
        Map<String, Entry> byId = new TreeMap<>();
        entries.forEach(entry -> byId.put(entry.id, entry));
        return new PluginLock(byId);
    }

    /** Reads the file; without a file the lock is empty. */
    public static PluginLock read(Path file) {
        List<String> lines;
        try {
            lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new RoadsteadException(CommonErrorCode.PLUGIN_NOT_LOCKED, file.toString(), "cannot be read: " + e.getMessage(),
                    "make it readable for the agent's user", e);
        }
        Map<String, Entry> entries = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").strip();
            String[] words = line.split("\\s+");
            if (line.isEmpty()) {
                continue;
            }
            if (words.length != 3 || !words[2].matches("[0-9a-f]{64}")) {
                throw bad(file, i, "is not <id> <version> <sha256>", "write the file with roadstead plugin install");
            }
            if (entries.put(words[0], new Entry(words[0], words[1], words[2])) != null) {
                throw bad(file, i, "lists " + words[0] + " a second time", "remove one of the lines");
            }
        }
        return new PluginLock(entries);
    }

    /** The file's content, ordered by id. */
    public String text() {
        return entries.values().stream().map(entry -> entry + "\n").collect(Collectors.joining());
    }

    /** Entries by id, ordered. */
    public Map<String, Entry> entries() {
        return Map.copyOf(entries);
    }

    private static RoadsteadException bad(Path file, int index, String problem, String remedy) {
        return new RoadsteadException(CommonErrorCode.PLUGIN_NOT_LOCKED, file + ": " + (index + 1), problem, remedy);
    }
}
