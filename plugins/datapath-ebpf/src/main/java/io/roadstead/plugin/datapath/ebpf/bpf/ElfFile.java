package io.roadstead.plugin.datapath.ebpf.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An ELF64 relocatable file for the eBPF machine, little-endian: sections, symbols, relocations. What is out of bounds ends in an
 * {@link IllegalArgumentException} or an {@link IndexOutOfBoundsException}.
 */
final class ElfFile {

    static final int FLAG_CODE = 4;
    private static final int MACHINE_BPF = 247;
    private static final int HEADER = 64;
    private static final int SECTION_HEADER = 64;
    private static final int TYPE_NO_BITS = 8;
    private static final int TYPE_SYMBOLS = 2;
    private static final int TYPE_REL = 9;
    private static final int SYMBOL = 24;
    private static final int RELOCATION = 16;

    private final List<Section> sections;
    private final List<Symbol> symbols;

    private ElfFile(List<Section> sections, List<Symbol> symbols) {
        this.sections = sections;
        this.symbols = symbols;
    }

    static ElfFile parse(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < HEADER || bytes.getInt(0) != 0x464c457f) {
            throw new IllegalArgumentException("not an ELF file");
        }
        // Class 64 bits, little-endian, relocatable.
        if (bytes.get(4) != 2 || bytes.get(5) != 1 || bytes.getShort(16) != 1 || bytes.getShort(18) != MACHINE_BPF) {
            throw new IllegalArgumentException("not an object for the little-endian eBPF machine");
        }
        int headers = offset(bytes.getLong(40), file.length);
        int count = Short.toUnsignedInt(bytes.getShort(60));
        int nameSection = Short.toUnsignedInt(bytes.getShort(62));
        if (Short.toUnsignedInt(bytes.getShort(58)) != SECTION_HEADER || nameSection >= count
                || headers + (long) count * SECTION_HEADER > file.length) {
            throw new IllegalArgumentException("unknown section headers");
        }
        byte[] names = content(file, bytes, headers + nameSection * SECTION_HEADER);
        List<Section> sections = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int header = headers + i * SECTION_HEADER;
            sections.add(new Section(i, text(names, bytes.getInt(header)), bytes.getInt(header + 4), bytes.getLong(header + 8),
                    bytes.getInt(header + 40), bytes.getInt(header + 44), content(file, bytes, header)));
        }
        return new ElfFile(List.copyOf(sections), symbols(sections));
    }

    List<Section> sections() {
        return sections;
    }

    Optional<Section> section(String name) {
        return sections.stream().filter(section -> section.name().equals(name)).findFirst();
    }

    List<Symbol> symbols() {
        return symbols;
    }

    /** Relocations within a section. */
    List<Relocation> relocations(Section target) {
        List<Relocation> relocations = new ArrayList<>();
        for (Section section : sections) {
            if (section.type() != TYPE_REL || section.info() != target.index()) {
                continue;
            }
            ByteBuffer bytes = ByteBuffer.wrap(section.content()).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = 0; at + RELOCATION <= section.content().length; at += RELOCATION) {
                long info = bytes.getLong(at + 8);
                relocations.add(
                        new Relocation(offset(bytes.getLong(at), target.content().length), (int) info, symbols.get((int) (info >>> 32))));
            }
        }
        return relocations;
    }

    private static List<Symbol> symbols(List<Section> sections) {
        List<Symbol> symbols = new ArrayList<>();
        for (Section table : sections) {
            if (table.type() != TYPE_SYMBOLS) {
                continue;
            }
            byte[] names = sections.get(table.link()).content();
            ByteBuffer bytes = ByteBuffer.wrap(table.content()).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = 0; at + SYMBOL <= table.content().length; at += SYMBOL) {
                symbols.add(new Symbol(text(names, bytes.getInt(at)), bytes.get(at + 4) & 15, Short.toUnsignedInt(bytes.getShort(at + 6)),
                        offset(bytes.getLong(at + 8), Integer.MAX_VALUE), offset(bytes.getLong(at + 16), Integer.MAX_VALUE)));
            }
        }
        return List.copyOf(symbols);
    }

    private static byte[] content(byte[] file, ByteBuffer bytes, int header) {
        if (bytes.getInt(header + 4) == TYPE_NO_BITS) {
            return new byte[0];
        }
        int start = offset(bytes.getLong(header + 24), file.length);
        int size = offset(bytes.getLong(header + 32), file.length - start);
        return Arrays.copyOfRange(file, start, start + size);
    }

    private static int offset(long value, int limit) {
        if (value < 0 || value > limit) {
            throw new IllegalArgumentException("an offset lies outside of the file");
        }
        return (int) value;
    }

    /** Zero-terminated text of a string table. */
    static String text(byte[] table, int start) {
        int end = start;
        while (table[end] != 0) {
            end++;
        }
        return new String(table, start, end - start, StandardCharsets.US_ASCII);
    }

    /** A section with its content; {@code link} and {@code info} mean what the type says. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Section(int index, String name, int type, long flags, int link, int info, byte[] content) {
        boolean isCode() {
            return (flags & FLAG_CODE) != 0 && content.length > 0;
        }
    }

    /** A symbol at an offset of a section. */
    record Symbol(String name, int type, int section, int value, int size) {
        static final int OBJECT = 1;
        static final int FUNCTION = 2;
    }

    /** A place in a section that is about a symbol. */
    record Relocation(int offset, int type, Symbol symbol) {
    }
}
