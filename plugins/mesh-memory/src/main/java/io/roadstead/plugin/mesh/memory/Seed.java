package io.roadstead.plugin.mesh.memory;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a cluster's store is to hold.
 *
 * @param complete whether its file could be read
 * @param problems of its file, each a clause with subject and remedy
 */
record Seed(Map<String, byte[]> entries, boolean complete, List<String> problems) {

    static Seed of(MemoryConfig.Cluster cluster) {
        Map<String, byte[]> entries = new HashMap<>();
        cluster.keys().forEach((key, value) -> entries.put(key, value.getBytes(StandardCharsets.UTF_8)));
        Path file = cluster.file();
        return file == null ? new Seed(entries, true, List.of()) : withFile(entries, file);
    }

    private static Seed withFile(Map<String, byte[]> entries, Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException missing) {
            return new Seed(entries, false, List.of(file + ": there is no such file; create it or correct roadstead.mesh.memory.clusters"));
        } catch (CharacterCodingException binary) {
            return new Seed(entries, false, List.of(file + ": is not text in UTF-8; write a key, a space and a value in each line"));
        } catch (IOException unreadable) {
            return new Seed(entries, false, List.of(file + ": cannot be read: " + unreadable.getMessage() + "; make it readable"));
        }
        List<String> problems = new ArrayList<>();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            int space = line.indexOf(' ');
            if (space > 0 && !line.startsWith("#")) {
                entries.put(line.substring(0, space), line.substring(space + 1).strip().getBytes(StandardCharsets.UTF_8));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                problems.add(file + ":" + number + ": has no value; write the key, a space and the value");
            }
        }
        return new Seed(entries, true, problems);
    }
}
