package io.roadstead.plugin.datapath.ebpf.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.roadstead.testkit.GoldenFiles;
import io.roadstead.testkit.lab.Labs;

/**
 * This kernel takes every object of every plugin, all with the same maps, and no program costs the verifier much more than it is known to. The golden file
 * has the number of instructions that the verifier looks at; a tenth more or less is what kernels differ by.
 */
class CommittedObjectsTest {

    private static final Path PLUGINS = Path.of("..");
    private static final String GOLDEN = "verified-instructions.txt";
    private static final double KERNELS_DIFFER = 0.1;
    private static final int ENTRIES = 4096;

    @Test
    void everyObjectIsTakenByTheVerifierAtItsKnownCost() throws IOException {
        Labs.require();
        Map<String, Long> found = new TreeMap<>();
        Map<String, BpfObject> objects = objects();
        Map<String, Integer> small = new TreeMap<>();
        for (BpfObject object : objects.values()) {
            object.maps().values().stream().filter(map -> map.type() != MapType.RINGBUF && map.maxEntries() > ENTRIES)
                    .forEach(map -> small.put(map.name(), ENTRIES));
        }

        try (var loader = new BpfLoader(null, small)) {
            objects.forEach((name, object) -> {
                try (var loaded = loader.load(object)) {
                    loaded.programs().forEach((program, accepted) -> found.put(name + " " + program, accepted.verifiedInstructions()));
                }
            });
        }

        assertThat(found).isNotEmpty();
        if (Boolean.getBoolean("golden.update")) {
            GoldenFiles.assertMatches(getClass(), GOLDEN, found.entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue())
                    .collect(Collectors.joining("\n", "", "\n")));
        }
        Map<String, Long> golden = golden();
        assertThat(found.keySet()).as("programs; -Dgolden.update=true accepts them").isEqualTo(golden.keySet());
        found.forEach((program, instructions) -> assertThat((double) instructions)
                .as("instructions that the verifier looks at in %s; -Dgolden.update=true accepts them", program)
                .isBetween(golden.get(program) * (1 - KERNELS_DIFFER), golden.get(program) * (1 + KERNELS_DIFFER)));
    }

    private static Map<String, Long> golden() throws IOException {
        Map<String, Long> golden = new TreeMap<>();
        Path file =
                Path.of("src", "test", "resources").resolve(CommittedObjectsTest.class.getPackageName().replace('.', '/')).resolve(GOLDEN);
        for (String line : Files.readAllLines(file)) {
            int end = line.lastIndexOf(' ');
            golden.put(line.substring(0, end), Long.parseLong(line.substring(end + 1)));
        }
        return golden;
    }

    /** By plugin and file. */
    private static Map<String, BpfObject> objects() throws IOException {
        List<Path> files;
        try (var tree = Files.find(PLUGINS, 16, (path, attributes) -> path.toString().endsWith(".bpf.o")
                && path.toString().contains("/src/main/resources/"))) {
            files = tree.sorted().toList();
        }
        Map<String, BpfObject> objects = new LinkedHashMap<>();
        for (Path file : files) {
            String name = file.getName(1) + "/" + file.getFileName().toString().replace(".bpf.o", "");
            objects.put(name, BpfObject.parse(name, Files.readAllBytes(file)));
        }
        return objects;
    }
}
