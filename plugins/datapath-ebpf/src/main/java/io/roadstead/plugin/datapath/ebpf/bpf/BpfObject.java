package io.roadstead.plugin.datapath.ebpf.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.plugin.datapath.ebpf.bpf.ElfFile.Relocation;
import io.roadstead.plugin.datapath.ebpf.bpf.ElfFile.Section;
import io.roadstead.plugin.datapath.ebpf.bpf.ElfFile.Symbol;

/**
 * An eBPF object file: programs, the maps that they declare in BTF, and their constants. One thread; the file's bytes are only read while parsing.
 *
 * <p>Refused, with what to do: calls between functions that were not inlined, variables that programs write, relocations against types of the kernel.
 */
public final class BpfObject {

    private static final int INSTRUCTION = 8;
    private static final int LOAD_WIDE = 0x18;
    private static final int CALL = 0x85;
    private static final int PSEUDO_CALL = 1;
    private static final int RELOCATE_64_64 = 1;

    private final String name;
    private final String license;
    private final Map<String, MapLayout> maps;
    private final Map<String, ProgramSource> programs;
    private final Map<String, Constant> constants;
    /** By section, {@code .rodata} and its like; patched by {@link #constant}. */
    private final Map<String, byte[]> readOnlyData;
    private final byte @Nullable [] types;
    private final Map<String, MapTypes> mapTypes;

    private BpfObject(String name, String license, Map<String, MapLayout> maps, Map<String, ProgramSource> programs,
            Map<String, Constant> constants, Map<String, byte[]> readOnlyData, byte @Nullable [] types,
            Map<String, MapTypes> mapTypes) {
        this.name = name;
        this.license = license;
        this.maps = maps;
        this.programs = programs;
        this.constants = constants;
        this.readOnlyData = readOnlyData;
        this.types = types;
        this.mapTypes = mapTypes;
    }

    /** As below, for who has no name for it. */
    public static BpfObject parse(byte[] file) {
        return parse("eBPF object", file);
    }

    /** Throws {@link RoadsteadException} with {@link BpfErrorCode#BPF_OBJECT_INVALID} for anything that is not such a file. */
    public static BpfObject parse(String name, byte[] file) {
        try {
            return new Parser(name, ElfFile.parse(file)).parse();
        } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException | NegativeArraySizeException e) {
            String problem = e instanceof IllegalArgumentException && e.getMessage() != null ? e.getMessage() : "the file is damaged";
            throw new RoadsteadException(BpfErrorCode.BPF_OBJECT_INVALID, name, problem,
                    "build it with clang for the target bpf, with -g, as docs/datapath.md says", e);
        }
    }

    /** What it is called in errors. */
    public String name() {
        return name;
    }

    /** By name, in the order of the file. */
    public Map<String, MapLayout> maps() {
        return maps;
    }

    /** Names of the programs' sections by the programs' names, in the order of the file. */
    public Map<String, String> programs() {
        Map<String, String> sections = new LinkedHashMap<>();
        programs.forEach((program, source) -> sections.put(program, source.section()));
        return sections;
    }

    /** The program of a section of exactly that name. */
    public Optional<String> programOfSection(String section) {
        return programs.values().stream().filter(program -> program.section().equals(section)).map(ProgramSource::name).findFirst();
    }

    /** Names of the read-only variables. */
    public List<String> constants() {
        return List.copyOf(constants.keySet());
    }

    /**
     * Sets a read-only variable ({@code const volatile}) of 1, 2, 4 or 8 bytes before the verifier sees the programs. Throws for a variable that does not
     * exist and for a value that does not fit, signed or unsigned.
     *
     * @return this
     */
    public BpfObject constant(String variable, long value) {
        Constant constant = constants.get(variable);
        if (constant == null) {
            throw new RoadsteadException(BpfErrorCode.BPF_OBJECT_INVALID, name, "it has no constant " + variable,
                    "name one of " + String.join(", ", constants.keySet()));
        }
        int bits = constant.size() * 8;
        if (bits < 64 && (value >= 1L << bits || value < -(1L << bits - 1))) {
            throw new RoadsteadException(BpfErrorCode.BPF_OBJECT_INVALID, name,
                    "the constant " + variable + " of " + constant.size() + " bytes cannot be " + value, "give it a value that fits");
        }
        ByteBuffer data = ByteBuffer.wrap(section(constant.section())).order(ByteOrder.LITTLE_ENDIAN);
        switch (constant.size()) {
            case 1 -> data.put(constant.offset(), (byte) value);
            case 2 -> data.putShort(constant.offset(), (short) value);
            case 4 -> data.putInt(constant.offset(), (int) value);
            case 8 -> data.putLong(constant.offset(), value);
            default -> throw new RoadsteadException(BpfErrorCode.BPF_OBJECT_INVALID, name,
                    "the constant " + variable + " has " + constant.size() + " bytes", "set only those of 1, 2, 4 or 8 bytes");
        }
        return this;
    }

    String license() {
        return license;
    }

    Map<String, ProgramSource> sources() {
        return programs;
    }

    Map<String, byte[]> readOnlyData() {
        return readOnlyData;
    }

    /** Type information for the kernel; null when there is none. */
    byte @Nullable [] types() {
        return types;
    }

    /** What a map's keys and values are in {@link #types}. */
    MapTypes mapTypes(String map) {
        return mapTypes.getOrDefault(map, MapTypes.NONE);
    }

    /** Ids of types; 0 for none. */
    record MapTypes(int key, int value) {
        static final MapTypes NONE = new MapTypes(0, 0);
    }

    private byte[] section(String section) {
        byte[] data = readOnlyData.get(section);
        if (data == null) {
            throw new IllegalStateException("no section " + section);
        }
        return data;
    }

    /** Where a read-only variable lies. */
    private record Constant(String section, int offset, int size) {
    }

    /** Reads one file. */
    private static final class Parser {

        private final String name;
        private final ElfFile elf;

        Parser(String name, ElfFile elf) {
            this.name = name;
            this.elf = elf;
        }

        BpfObject parse() {
            Map<String, byte[]> data = new LinkedHashMap<>();
            for (Section section : elf.sections()) {
                if (isReadOnlyData(section)) {
                    data.put(section.name(), section.content().clone());
                } else if (section.name().matches("\\.(data|bss)(\\..*)?") && carriesVariables(section)) {
                    throw new IllegalArgumentException("it has variables that programs write (" + section.name() + "); use a map");
                }
            }
            Optional<Btf> btf = elf.section(".BTF").map(section -> Btf.parse(section.content()));
            Map<String, MapLayout> maps = maps(btf);
            Map<String, ProgramSource> programs = programs();
            if (programs.isEmpty()) {
                throw new IllegalArgumentException("it has no program");
            }
            for (ProgramSource program : programs.values()) {
                for (ProgramSource.Reference reference : program.references()) {
                    if (reference.value() < 0 ? !maps.containsKey(reference.map()) : !data.containsKey(reference.map())) {
                        throw new IllegalArgumentException(
                                "program " + program.name() + " uses " + reference.map() + ", which is not declared");
                    }
                }
            }
            String license = elf.section("license").map(section -> ElfFile.text(section.content(), 0)).orElse("");
            return new BpfObject(name, license, Collections.unmodifiableMap(maps), programs, constants(data), data,
                    btf.map(this::typesForKernel).orElse(null), mapTypes(btf));
        }

        private static boolean isReadOnlyData(Section section) {
            return section.name().equals(".rodata") || section.name().startsWith(".rodata.");
        }

        private boolean carriesVariables(Section section) {
            return elf.symbols().stream().anyMatch(symbol -> symbol.section() == section.index() && symbol.type() == Symbol.OBJECT);
        }

        private Map<String, Constant> constants(Map<String, byte[]> data) {
            Map<String, Constant> constants = new LinkedHashMap<>();
            for (Symbol symbol : elf.symbols()) {
                if (symbol.type() == Symbol.OBJECT && symbol.section() > 0 && symbol.section() < elf.sections().size()) {
                    Section section = elf.sections().get(symbol.section());
                    if (data.containsKey(section.name())) {
                        if (symbol.value() + (long) symbol.size() > section.content().length) {
                            throw new IllegalArgumentException("the constant " + symbol.name() + " lies outside of its section");
                        }
                        constants.put(symbol.name(), new Constant(section.name(), symbol.value(), symbol.size()));
                    }
                }
            }
            return constants;
        }

        private Map<String, MapLayout> maps(Optional<Btf> btf) {
            Map<String, MapLayout> maps = new LinkedHashMap<>();
            if (elf.section(".maps").isEmpty()) {
                return maps;
            }
            Btf types = btf.orElseThrow(() -> new IllegalArgumentException("it declares maps but has no type information"));
            types.variables(".maps").forEach((map, type) -> maps.put(map, layout(types, map, types.members(type))));
            return maps;
        }

        private Map<String, MapTypes> mapTypes(Optional<Btf> btf) {
            Map<String, MapTypes> mapTypes = new LinkedHashMap<>();
            btf.ifPresent(types -> types.variables(".maps").forEach((map, type) -> {
                Map<String, Integer> members = types.members(type);
                if (members.containsKey("key") && members.containsKey("value")) {
                    mapTypes.put(map, new MapTypes(types.pointed(members.get("key")), types.pointed(members.get("value"))));
                }
            }));
            return mapTypes;
        }

        private static MapLayout layout(Btf types, String map, Map<String, Integer> members) {
            int type = 0;
            int keyBytes = 0;
            int valueBytes = 0;
            int entries = 0;
            int flags = 0;
            for (Map.Entry<String, Integer> member : members.entrySet()) {
                int declared = member.getValue();
                switch (member.getKey()) {
                    case "type" -> type = types.number(declared);
                    case "key" -> keyBytes = types.sizeOf(types.pointed(declared));
                    case "key_size" -> keyBytes = types.number(declared);
                    case "value" -> valueBytes = types.sizeOf(types.pointed(declared));
                    case "value_size" -> valueBytes = types.number(declared);
                    case "max_entries" -> entries = types.number(declared);
                    case "map_flags" -> flags = types.number(declared);
                    default -> throw new IllegalArgumentException(
                            "the map " + map + " declares " + member.getKey() + ", which is unknown here");
                }
            }
            return new MapLayout(map, type, keyBytes, valueBytes, entries, flags);
        }

        private Map<String, ProgramSource> programs() {
            Map<String, ProgramSource> programs = new LinkedHashMap<>();
            for (Section section : elf.sections()) {
                if (!section.isCode()) {
                    continue;
                }
                List<Relocation> relocations = elf.relocations(section);
                boolean named = false;
                for (Symbol symbol : elf.symbols()) {
                    if (symbol.section() == section.index() && symbol.type() == Symbol.FUNCTION) {
                        if (programs.put(symbol.name(), program(section, symbol, relocations)) != null) {
                            throw new IllegalArgumentException("two programs are named " + symbol.name());
                        }
                        named = true;
                    }
                }
                if (!named) {
                    throw new IllegalArgumentException("the section " + section.name() + " has code without a name");
                }
            }
            return programs;
        }

        private ProgramSource program(Section section, Symbol symbol, List<Relocation> relocations) {
            ProgramKind kind = ProgramKind.ofSection(section.name()).orElseThrow(() -> new IllegalArgumentException(
                    "the section " + section.name() + " is for no known kind of program"
                            + (section.name().equals(".text") ? "; inline the function " + symbol.name() : "")));
            int start = symbol.value();
            int end = Math.addExact(start, symbol.size());
            if (start % INSTRUCTION != 0 || end % INSTRUCTION != 0 || end > section.content().length || end == start) {
                throw new IllegalArgumentException("the program " + symbol.name() + " lies outside of its section");
            }
            byte[] code = Arrays.copyOfRange(section.content(), start, end);
            for (int at = 0; at < code.length; at += INSTRUCTION) {
                if (Byte.toUnsignedInt(code[at]) == CALL && (code[at + 1] & 0xf0) >> 4 == PSEUDO_CALL) {
                    throw new IllegalArgumentException(
                            "the program " + symbol.name() + " calls a function of its own; mark it __always_inline");
                }
            }
            List<ProgramSource.Reference> references = new ArrayList<>();
            for (Relocation relocation : relocations) {
                if (relocation.offset() >= start && relocation.offset() < end) {
                    references.add(reference(symbol.name(), code, relocation.offset() - start, relocation));
                }
            }
            return new ProgramSource(section.name(), symbol.name(), kind, code, references);
        }

        private ProgramSource.Reference reference(String program, byte[] code, int offset, Relocation relocation) {
            if (relocation.type() != RELOCATE_64_64 || offset % INSTRUCTION != 0 || offset + 2 * INSTRUCTION > code.length
                    || code[offset] != LOAD_WIDE) {
                throw new IllegalArgumentException("the program " + program + " needs a relocation of type " + relocation.type() + " for "
                        + relocation.symbol().name() + ", which is not done here; inline functions, and keep to maps and constants");
            }
            Symbol symbol = relocation.symbol();
            Section target = elf.sections().get(symbol.section());
            // A static variable is named by its section, with its place in the instruction.
            int place = Math.addExact(symbol.value(), ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).getInt(offset + 4));
            if (target.name().equals(".maps")) {
                return new ProgramSource.Reference(offset, mapAt(symbol, target, place), -1);
            }
            if (isReadOnlyData(target) && place >= 0 && place < target.content().length) {
                return new ProgramSource.Reference(offset, target.name(), place);
            }
            throw new IllegalArgumentException("the program " + program + " uses " + symbol.name() + " of " + target.name()
                    + ", which is neither a map nor a constant");
        }

        private String mapAt(Symbol symbol, Section maps, int place) {
            if (symbol.type() == Symbol.OBJECT) {
                return symbol.name();
            }
            return elf.symbols().stream()
                    .filter(other -> other.section() == maps.index() && other.type() == Symbol.OBJECT && other.value() == place)
                    .findFirst().orElseThrow(() -> new IllegalArgumentException("a program uses an unknown map")).name();
        }

        private byte[] typesForKernel(Btf btf) {
            return btf.forKernel(section -> elf.section(section).map(found -> found.content().length).orElse(0), variable -> elf.symbols()
                    .stream().filter(symbol -> symbol.type() == Symbol.OBJECT && symbol.name().equals(variable)).findFirst()
                    .map(Symbol::value).orElse(0));
        }
    }
}
