package io.roadstead.plugin.datapath.ebpf.bpf;

import java.util.Map;
import java.util.Optional;

/** What came of an object: its programs, and the maps that they use. The programs belong to it, the maps to the loader. */
public final class LoadedObject implements AutoCloseable {

    private final String name;
    private final Map<String, BpfProgram> programs;
    private final Map<String, String> sections;
    private final Map<String, BpfMap> maps;

    LoadedObject(String name, Map<String, BpfProgram> programs, Map<String, String> sections, Map<String, BpfMap> maps) {
        this.name = name;
        this.programs = Map.copyOf(programs);
        this.sections = Map.copyOf(sections);
        this.maps = Map.copyOf(maps);
    }

    /** By the name of its function; throws {@link IllegalArgumentException} for one that the object does not have. */
    public BpfProgram program(String program) {
        BpfProgram found = programs.get(program);
        if (found == null) {
            throw new IllegalArgumentException(name + " has no program " + program + " but " + programs.keySet());
        }
        return found;
    }

    /** The program of a section of exactly that name. */
    public Optional<BpfProgram> section(String section) {
        return sections.entrySet().stream().filter(entry -> entry.getValue().equals(section)).map(entry -> program(entry.getKey()))
                .findFirst();
    }

    /** By name. */
    public Map<String, BpfProgram> programs() {
        return programs;
    }

    /** One that the object declares; throws {@link IllegalArgumentException} for another. */
    public BpfMap map(String map) {
        BpfMap found = maps.get(map);
        if (found == null) {
            throw new IllegalArgumentException(name + " has no map " + map + " but " + maps.keySet());
        }
        return found;
    }

    /** Gives the programs back; what is attached, pinned or in an array of programs lives on. */
    @Override
    public void close() {
        programs.values().forEach(BpfProgram::close);
    }
}
