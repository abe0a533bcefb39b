package io.roadstead.plugin.datapath.ebpf.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** The places that name how packets end, and what maps there are, are alike: the sources of the programs, what the agent shows, and the page that explains it. */
class ReasonTest {

    private static final Path HEADER = Path.of("src/main/c/include/roadstead/abi.h");
    private static final Path SOURCES = Path.of("src/main/c");
    private static final Path PAGE = Path.of("../../docs/datapath.md");
    private static final Pattern ENUMERATOR = Pattern.compile("\\s(RS_(?:OK|DROP)_\\w+) = (\\d+)");
    private static final Pattern ROW = Pattern.compile("\\| `([a-z-]+)` \\| `(RS_\\w+)` \\| (\\d+) \\| \\S.*\\|");

    private static final Pattern MAP = Pattern.compile("RS_MAP(?:_PROGS)?\\((?:BPF_\\w+, )?(rs_\\w+)|\\} (rs_\\w+) SEC");

    @Test
    void thePageSaysWhatEveryMapHolds() throws IOException {
        Set<String> maps = new TreeSet<>();
        try (Stream<Path> files = Files.find(SOURCES, 4, (path, attributes) -> path.toString().matches(".*\\.[ch]"))) {
            for (Path file : files.toList()) {
                Matcher map = MAP.matcher(Files.readString(file));
                while (map.find()) {
                    maps.add("`" + (map.group(1) == null ? map.group(2) : map.group(1)) + "`");
                }
            }
        }

        assertThat(maps).as("maps of the programs").hasSizeGreaterThan(20).contains("`rs_events`", "`rs_disp_tc`", "`rs_routes`");
        assertThat(Files.readString(PAGE)).contains(maps);
    }

    @Test
    void theHeaderTheAgentAndThePageAgree() throws IOException {
        Map<Integer, String> header = new TreeMap<>();
        Matcher enumerator = ENUMERATOR.matcher(Files.readString(HEADER));
        while (enumerator.find()) {
            if (!enumerator.group(1).equals("RS_DROP_FIRST")) {
                header.put(Integer.valueOf(enumerator.group(2)), enumerator.group(1));
            }
        }
        Map<Integer, String> pageConstants = new TreeMap<>();
        Map<Integer, String> pageNames = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(PAGE));
        while (row.find()) {
            pageNames.put(Integer.valueOf(row.group(3)), row.group(1));
            pageConstants.put(Integer.valueOf(row.group(3)), row.group(2));
        }
        Map<Integer, String> agent = new TreeMap<>();
        for (Reason reason : Reason.values()) {
            agent.put(reason.number(), reason.text());
        }

        assertThat(header).as("enumerators of abi.h").hasSizeGreaterThan(20);
        assertThat(pageConstants).as("docs/datapath.md and abi.h").isEqualTo(header);
        assertThat(pageNames).as("docs/datapath.md and the names that the agent shows").isEqualTo(agent);
    }
}
