package io.roadstead.plugin.datapath.ebpf.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.api.lb.Backend;
import io.roadstead.api.lb.DispatchMode;
import io.roadstead.api.lb.EbpfDispatch;
import io.roadstead.api.lb.EbpfDispatch.Termination;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfErrorCode;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfLoader;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfMap;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfObject;
import io.roadstead.plugin.datapath.ebpf.bpf.BpfProgram;
import io.roadstead.plugin.datapath.ebpf.bpf.LoadedObject;
import io.roadstead.plugin.datapath.ebpf.bpf.Pins;
import io.roadstead.plugin.datapath.ebpf.map.Abi;
import io.roadstead.plugin.datapath.ebpf.map.DispatchIndexes;

/**
 * Programs of dispatch modes in the arrays from which packets find them. A mode is exchanged by one store, under traffic; one that went keeps its place while
 * services name it. Which mode has which place outlives the agent as the name of a pin. On the datapath's loop.
 */
final class DispatchSlots {
    private static final Logger log = LoggerFactory.getLogger(DispatchSlots.class);
    private static final Pattern PIN = Pattern.compile("([0-9]+)-(tc|xdp)-(.+)");
    /** What a mode's name may be for it to be a pin's: a bpffs knows no dots. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Map<String, String> ARRAYS = Map.of("xdp/dispatch", Abi.DISPATCH_XDP, "tc/dispatch", Abi.DISPATCH_TC,
            "xdp/terminate", Abi.TERMINATE_XDP, "tc/terminate", Abi.TERMINATE_TC);

    private final Path directory;
    private final BpfLoader loader;
    private final DispatchIndexes indexes;
    private final Map<String, Installed> installed = new TreeMap<>();
    private final Map<String, String> problems = new TreeMap<>();
    private final Map<Integer, String> terminations = new HashMap<>();

    /** What a mode's slots came from, by which the same is known again. */
    private record Installed(int index, int digest, Map<String, Long> constants, List<Termination> terminations) {
    }

    DispatchSlots(Path directory, BpfLoader loader, DispatchIndexes indexes) {
        this.directory = directory;
        this.loader = loader;
        this.indexes = indexes;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new RoadsteadException(BpfErrorCode.BPF_FILE_SYSTEM, directory.toString(), "cannot make the directory: " + e.getMessage(),
                    "",
                    e);
        }
        pins().forEach((pin, matcher) -> indexes.take(matcher.group(3), Integer.parseInt(matcher.group(1))));
    }

    /** Installs these. Others go when nothing uses them; {@link #removeUnused} tries later. */
    void replace(Map<String, DispatchMode<?>> modes) {
        problems.clear();
        modes.forEach((name, mode) -> {
            try {
                install(name, mode);
            } catch (RoadsteadException e) {
                problems.put(name, "dispatch mode " + name + ": " + e.getMessage());
            } catch (RuntimeException e) { // of its plugin, whose others go on
                log.error("dispatch mode failed mode={}", name, e);
                problems.put(name, "dispatch mode " + name + ": its plugin failed: " + e + "; report it to its author");
            }
        });
    }

    /** Empties the places of modes that are wanted no more and that nothing uses. */
    void removeUnused(Map<String, DispatchMode<?>> wanted, Predicate<String> used) {
        for (String name : indexes.all().keySet()) {
            if (!wanted.containsKey(name) && !used.test(name)) {
                remove(name);
            }
        }
    }

    List<String> problems() {
        return List.copyOf(problems.values());
    }

    /** The place of a mode that gives packets this node's address: backends that are their own clients are reached by it. 0 for none. */
    int hairpin(Map<String, DispatchMode<?>> modes) {
        return modes.entrySet().stream()
                .filter(mode -> mode.getValue().needs().contains(DispatchMode.Need.ADDRESS_TRANSLATION)
                        && !mode.getValue().needs().contains(DispatchMode.Need.DIRECT_RETURN))
                .map(mode -> installed.get(mode.getKey())).filter(Objects::nonNull).mapToInt(Installed::index).min().orElse(0);
    }

    /** Whether all of these bring packets to the backend; one whose plugin fails is taken to. */
    boolean reach(Map<String, DispatchMode<?>> modes, Backend backend) {
        return modes.entrySet().stream().allMatch(mode -> {
            try {
                return !(mode.getValue() instanceof EbpfDispatch dispatch) || dispatch.reaches(backend);
            } catch (RuntimeException e) {
                log.error("dispatch mode failed mode={} backend={}", mode.getKey(), backend, e);
                return true;
            }
        });
    }

    private void install(String name, DispatchMode<?> mode) {
        if (!(mode instanceof EbpfDispatch dispatch)) {
            throw refusal("it has nothing for this datapath", "use another dispatch mode, or another datapath");
        }
        if (!NAME.matcher(name).matches()) {
            throw refusal("its name is none of letters, digits, '-' and '_'", "have its plugin call it otherwise");
        }
        if (dispatch.abiVersion() != EbpfDispatch.ABI_VERSION) {
            throw refusal("it was built against version " + dispatch.abiVersion() + " of the datapath's interface, which is at version "
                    + EbpfDispatch.ABI_VERSION, "install the plugin's release for this version of Roadstead");
        }
        byte[] file = dispatch.object();
        List<Termination> ends = List.copyOf(dispatch.terminations());
        Installed before = installed.get(name);
        int digest = Arrays.hashCode(file);
        if (before != null && before.digest() == digest && before.constants().equals(dispatch.constants())
                && before.terminations().equals(ends)) {
            return;
        }
        int index = indexes.of(name)
                .orElseThrow(() -> refusal("all " + (Abi.MAX_DISPATCH - 1) + " places of dispatch modes are taken", "use fewer"));
        requireFree(name, ends);
        BpfObject object = BpfObject.parse("dispatch mode " + name, file);
        dispatch.constants().forEach(object::constant);
        try (LoadedObject loaded = loader.load(object)) {
            put(name, index, loaded, ends);
        }
        installed.put(name, new Installed(index, digest, Map.copyOf(dispatch.constants()), ends));
        log.info("dispatch mode in place mode={} index={}", name, index);
    }

    private void requireFree(String name, List<Termination> ends) {
        for (Termination end : ends) {
            String owner = terminations.get(key(end));
            if (owner != null && !owner.equals(name)) {
                throw refusal("protocol " + end.protocol() + " port " + end.port() + " is unwrapped by the mode " + owner,
                        "give one of them another port, or leave one out");
            }
        }
    }

    private void put(String name, int index, LoadedObject loaded, List<Termination> ends) {
        if (loaded.section("tc/dispatch").isEmpty() && loaded.section("xdp/dispatch").isEmpty()) {
            throw refusal("its object has neither a section tc/dispatch nor xdp/dispatch", "build it as docs/datapath.md says");
        }
        Map<String, BpfProgram> programs = new LinkedHashMap<>();
        ARRAYS.keySet().forEach(section -> loaded.section(section).ifPresent(program -> programs.put(section, program)));
        // Unwrapping first: what this node sends may come back to one that just learned it.
        for (String section : List.of("tc/terminate", "xdp/terminate", "tc/dispatch", "xdp/dispatch")) {
            BpfMap array = map(ARRAYS.getOrDefault(section, ""));
            BpfProgram program = programs.get(section);
            if (array != null && program != null) {
                store(array, index, program.fd());
            } else if (array != null) {
                clear(array, index);
            }
        }
        pin(name, index, "tc", programs.get("tc/dispatch"));
        pin(name, index, "xdp", programs.get("xdp/dispatch"));
        BpfMap map = map(Abi.TERMINATE);
        if (map != null) {
            ends.forEach(end -> store(map, key(end), index));
            terminations.entrySet().removeIf(known -> {
                boolean gone = known.getValue().equals(name) && ends.stream().noneMatch(end -> key(end) == known.getKey());
                if (gone) {
                    clear(map, known.getKey());
                }
                return gone;
            });
        }
        ends.forEach(end -> terminations.put(key(end), name));
    }

    private void pin(String name, int index, String hook, @Nullable BpfProgram program) {
        Path pin = directory.resolve(index + "-" + hook + "-" + name);
        Pins.remove(pin);
        if (program != null) {
            program.pin(pin);
        }
    }

    private void remove(String name) {
        Integer index = indexes.all().get(name);
        if (index == null) {
            return;
        }
        BpfMap ends = map(Abi.TERMINATE);
        if (ends != null) {
            List<Integer> gone = new ArrayList<>();
            ends.forEach((key, value) -> {
                if (value.get(JAVA_INT, 0) == index) {
                    gone.add(key.get(JAVA_INT, 0));
                }
            });
            gone.forEach(key -> clear(ends, key));
        }
        ARRAYS.values().forEach(array -> Optional.ofNullable(map(array)).ifPresent(map -> clear(map, index)));
        for (String hook : List.of("tc", "xdp")) {
            Pins.remove(directory.resolve(index + "-" + hook + "-" + name));
        }
        terminations.values().removeIf(name::equals);
        installed.remove(name);
        indexes.release(name);
        log.info("dispatch mode taken out mode={} index={}", name, index);
    }

    private @Nullable BpfMap map(String name) {
        return loader.maps().get(name);
    }

    /** Protocol and port as the entry programs look them up. */
    private static int key(Termination end) {
        return end.protocol() << 16 | end.port();
    }

    private static void store(BpfMap map, int key, int value) {
        try (Arena arena = Arena.ofConfined()) {
            map.put(arena.allocateFrom(JAVA_INT, key), arena.allocateFrom(JAVA_INT, value));
        }
    }

    private static void clear(BpfMap map, int key) {
        try (Arena arena = Arena.ofConfined()) {
            map.remove(arena.allocateFrom(JAVA_INT, key));
        }
    }

    private Map<String, Matcher> pins() {
        Map<String, Matcher> pins = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Matcher matcher = PIN.matcher(String.valueOf(entry.getFileName()));
                if (matcher.matches() && matcher.group(1).length() < 4) {
                    pins.put(matcher.group(), matcher);
                }
            }
        } catch (IOException e) {
            throw new RoadsteadException(BpfErrorCode.BPF_FILE_SYSTEM, directory.toString(), "cannot be read: " + e.getMessage(), "", e);
        }
        return pins;
    }

    private static RoadsteadException refusal(String problem, String remedy) {
        return new RoadsteadException(BpfErrorCode.BPF_OBJECT_INVALID, "its plugin", problem, remedy);
    }
}
