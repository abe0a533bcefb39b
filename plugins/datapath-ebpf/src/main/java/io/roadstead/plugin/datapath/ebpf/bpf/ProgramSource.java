package io.roadstead.plugin.datapath.ebpf.bpf;

import java.util.List;

/**
 * A program of an object before it is loaded.
 *
 * @param section      its name says what the program is for
 * @param name         of the function
 * @param instructions 8 bytes each; not to be changed
 * @param references   places where it names a map
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ProgramSource(String section, String name, ProgramKind kind, byte[] instructions, List<Reference> references) {
    ProgramSource {
        references = List.copyOf(references);
    }

    /**
     * An instruction pair that loads a map's address, or that of a constant in read-only data.
     *
     * @param offset of the first instruction, in bytes
     * @param map    name of the map; of the section for constants
     * @param value  offset within read-only data; −1 for a map itself
     */
    record Reference(int offset, String map, int value) {
    }
}
