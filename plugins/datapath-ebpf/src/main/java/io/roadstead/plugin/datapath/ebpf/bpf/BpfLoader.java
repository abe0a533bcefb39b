package io.roadstead.plugin.datapath.ebpf.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.RoadsteadException;

/**
 * Loads objects into the kernel. A map is made once, whatever objects declare it, and found again by its pin after a restart. One thread at a time.
 *
 * <p>A load is whole or has no effect: what it made is taken back when one of its programs is refused.
 */
public final class BpfLoader implements AutoCloseable {

    private static final int INSTRUCTION = 8;
    private static final int PSEUDO_MAP = 1;
    private static final int PSEUDO_MAP_VALUE = 2;

    private final @Nullable Path pinDirectory;
    private final Map<String, Integer> sizes;
    /** Read by any thread. */
    private final Map<String, KernelMap> maps = new ConcurrentSkipListMap<>();

    /**
     * @param pinDirectory within a bpffs, made when it is absent; null pins nothing
     * @param sizes        entries of maps by name, instead of what objects declare. A pinned map keeps its size
     */
    public BpfLoader(@Nullable Path pinDirectory, Map<String, Integer> sizes) {
        Libc.requirePlatform();
        Pins.createDirectory(pinDirectory);
        this.pinDirectory = pinDirectory;
        this.sizes = Map.copyOf(sizes);
    }

    /**
     * Makes the object's maps that are not there yet, and loads all its programs.
     *
     * @throws RoadsteadException BPF_MAP_LAYOUT when a map of that name is otherwise, BPF_VERIFIER with a {@link VerifierRejection} as its cause when a
     *     program is refused, BPF_PERMISSION and others as they say
     */
    public LoadedObject load(BpfObject object) {
        List<KernelMap> made = new ArrayList<>();
        Map<String, BpfProgram> programs = new LinkedHashMap<>();
        boolean whole = false;
        try (var types = new KernelTypes(object.types())) {
            Map<String, BpfMap> used = new LinkedHashMap<>();
            for (MapLayout declared : object.maps().values()) {
                used.put(declared.name(), shared(object, declared, types, made));
            }
            Map<String, KernelMap> constants = readOnlyData(object);
            try {
                for (ProgramSource source : object.sources().values()) {
                    programs.put(source.name(), load(object, source, constants, types));
                }
            } finally {
                // The programs hold what they use of it.
                constants.values().forEach(KernelMap::close);
            }
            whole = true;
            return new LoadedObject(object.name(), programs, object.programs(), used);
        } finally {
            if (!whole) {
                programs.values().forEach(BpfProgram::close);
                made.forEach(this::discard);
            }
        }
    }

    /** All maps so far, by name, as they come. Any thread. */
    public Map<String, BpfMap> maps() {
        return Collections.unmodifiableMap(maps);
    }

    /** Gives the maps back; pinned ones live on. */
    @Override
    public void close() {
        maps.values().forEach(KernelMap::close);
        maps.clear();
    }

    private KernelMap shared(BpfObject object, MapLayout declared, KernelTypes types, List<KernelMap> made) {
        KernelMap known = maps.get(declared.name());
        if (known != null) {
            requireSame(object, declared, known.layout());
            return known;
        }
        MapLayout wanted = declared.entries(sizes.getOrDefault(declared.name(), declared.maxEntries()));
        String subject = "eBPF map " + declared.name();
        Optional<Descriptor> pinned = pinDirectory == null ? Optional.empty() : Pins.open(pinDirectory.resolve(declared.name()), subject);
        KernelMap map;
        if (pinned.isPresent()) {
            Descriptor descriptor = pinned.get();
            try {
                MapLayout found = layout(declared.name(), descriptor, subject);
                requireSame(object, declared, found);
                map = new KernelMap(found, descriptor);
            } catch (RuntimeException e) {
                descriptor.close();
                throw e;
            }
        } else {
            map = create(wanted, types, object.mapTypes(declared.name()));
            made.add(map);
            if (pinDirectory != null) {
                map.pin(pinDirectory.resolve(declared.name()));
            }
        }
        maps.put(declared.name(), map);
        return map;
    }

    private void discard(KernelMap map) {
        maps.remove(map.name());
        if (pinDirectory != null) {
            Pins.remove(pinDirectory.resolve(map.name()));
        }
        map.close();
    }

    private static void requireSame(BpfObject object, MapLayout declared, MapLayout found) {
        String difference = declared.difference(found);
        if (!difference.isEmpty()) {
            throw new RoadsteadException(BpfErrorCode.BPF_MAP_LAYOUT, object.name(),
                    "it was built for another layout of the map " + declared.name() + ": there it has " + difference,
                    "use parts of one version; after an upgrade that changes maps, run `roadstead datapath detach` first");
        }
    }

    private static MapLayout layout(String name, Descriptor descriptor, String subject) {
        ObjectInfo info = ObjectInfo.of(descriptor.number(), subject);
        return new MapLayout(name, info.int32(0), info.int32(8), info.int32(12), info.int32(16), info.int32(20));
    }

    private static KernelMap create(MapLayout layout, KernelTypes types, BpfObject.MapTypes keyAndValue) {
        try (var call = new Attributes()) {
            call.int32(0, layout.type()).int32(4, layout.keyBytes()).int32(8, layout.valueBytes()).int32(12, layout.maxEntries())
                    .int32(16, layout.flags()).name(28, layout.name());
            int result = -Errno.EINVAL;
            if (types.number() != 0 && keyAndValue.value() != 0 && layout.type() != MapType.PROG_ARRAY) {
                result = call.int32(48, types.number()).int32(52, keyAndValue.key()).int32(56, keyAndValue.value())
                        .call(Attributes.MAP_CREATE);
            }
            if (result == -Errno.EINVAL || result == -Errno.ENOTSUPP) {
                result = call.int32(48, 0).int32(52, 0).int32(56, 0).call(Attributes.MAP_CREATE);
            }
            if (result < 0) {
                throw Errno.failure("eBPF map " + layout.name(), "make it (" + MapType.text(layout.type()) + ", " + layout.maxEntries()
                        + " entries)", -result);
            }
            var descriptor = new Descriptor(result);
            try {
                return new KernelMap(layout, descriptor);
            } catch (RuntimeException e) {
                descriptor.close();
                throw e;
            }
        }
    }

    /** One array of one element per section of constants, which no one writes any more: the verifier takes its values as known. */
    private static Map<String, KernelMap> readOnlyData(BpfObject object) {
        Map<String, KernelMap> sections = new LinkedHashMap<>();
        boolean whole = false;
        try (var call = new Attributes()) {
            for (Map.Entry<String, byte[]> section : object.readOnlyData().entrySet()) {
                byte[] content = section.getValue();
                if (content.length == 0) {
                    continue;
                }
                KernelMap map = create(new MapLayout(section.getKey(), MapType.ARRAY, 4, content.length, 1, MapType.READ_ONLY_PROGRAM),
                        KernelTypes.NONE, BpfObject.MapTypes.NONE);
                sections.put(section.getKey(), map);
                MemorySegment value = call.allocate(content.length);
                MemorySegment.copy(content, 0, value, JAVA_BYTE, 0, content.length);
                map.put(call.allocate(4), value);
                map.freeze();
            }
            whole = true;
            return sections;
        } finally {
            if (!whole) {
                sections.values().forEach(KernelMap::close);
            }
        }
    }

    private BpfProgram load(BpfObject object, ProgramSource source, Map<String, KernelMap> constants, KernelTypes types) {
        byte[] code = source.instructions().clone();
        ByteBuffer instructions = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
        for (ProgramSource.Reference reference : source.references()) {
            boolean constant = reference.value() >= 0;
            KernelMap map = constant ? constants.get(reference.map()) : maps.get(reference.map());
            if (map == null) {
                throw new IllegalStateException("no map " + reference.map());
            }
            int at = reference.offset();
            code[at + 1] = (byte) (code[at + 1] & 0x0f | (constant ? PSEUDO_MAP_VALUE : PSEUDO_MAP) << 4);
            instructions.putInt(at + 4, map.fd());
            instructions.putInt(at + INSTRUCTION + 4, constant ? reference.value() : 0);
        }
        return new ProgramLoad(object, source, code, types).load();
    }

    /** Type information in the kernel, for people who look at maps and programs with bpftool; a kernel that does not want it does without. */
    static final class KernelTypes implements AutoCloseable {

        static final KernelTypes NONE = new KernelTypes(null);

        private final @Nullable Descriptor descriptor;

        KernelTypes(byte @Nullable [] types) {
            descriptor = types == null ? null : upload(types);
        }

        /** 0 for none. */
        int number() {
            return descriptor == null ? 0 : descriptor.number();
        }

        private static @Nullable Descriptor upload(byte[] types) {
            try (var call = new Attributes()) {
                int result = call.pointer(0, types).int32(16, types.length).call(Attributes.BTF_LOAD);
                return result < 0 ? null : new Descriptor(result);
            }
        }

        @Override
        public void close() {
            if (descriptor != null) {
                descriptor.close();
            }
        }
    }

    /** Names a text of the verifier's in one line: its last word on the matter. */
    static String lastWord(String log) {
        return log.lines().filter(line -> !line.isBlank() && !line.startsWith("processed ") && !line.startsWith("verification time")
                && !line.startsWith("stack depth")).reduce((before, after) -> after).orElse("it gave no reason").strip();
    }

    static String text(byte[] zeroTerminated) {
        int end = 0;
        while (end < zeroTerminated.length && zeroTerminated[end] != 0) {
            end++;
        }
        return new String(zeroTerminated, 0, end, StandardCharsets.UTF_8);
    }
}
