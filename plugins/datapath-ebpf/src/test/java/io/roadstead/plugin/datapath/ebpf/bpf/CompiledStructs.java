package io.roadstead.plugin.datapath.ebpf.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** How the compiler laid out the structs of an object, by its type information. Reads it by itself: what it tells is held against the code that this plugin reads and writes maps with. */
public final class CompiledStructs {

    private final ByteBuffer btf;
    private final int strings;
    private final List<Integer> types = new ArrayList<>(List.of(0)); // type 0 is void

    private CompiledStructs(byte[] section) {
        btf = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
        int header = btf.getInt(4);
        strings = header + btf.getInt(16);
        int end = header + btf.getInt(8) + btf.getInt(12);
        for (int at = header + btf.getInt(8); at < end; at += length(at)) {
            types.add(at);
        }
    }

    /** Of an object that build-objects made of src/test/c: a text per wanted struct, its name and size, and below it each member with offset and size. */
    public static List<String> of(String object, Predicate<String> wanted) {
        byte[] section = ElfFile.parse(TestObjects.bytes(object)).sections().stream().filter(one -> one.name().equals(".BTF")).findFirst()
                .orElseThrow().content();
        CompiledStructs all = new CompiledStructs(section);
        return all.types.stream().skip(1).filter(at -> all.kind(at) == 4 && wanted.test(all.name(at))).map(all::struct).toList();
    }

    private String struct(int at) {
        StringBuilder text = new StringBuilder(name(at) + " " + btf.getInt(at + 8));
        for (int i = 0; i < count(at); i++) {
            int member = at + 12 + 12 * i;
            text.append("\n  ").append(text(btf.getInt(member))).append(' ').append(btf.getInt(member + 8) / Byte.SIZE).append(' ')
                    .append(size(btf.getInt(member + 4)));
        }
        return text.toString();
    }

    private int size(int type) {
        int at = types.get(type);
        return switch (kind(at)) {
            case 1, 4, 5, 6 -> btf.getInt(at + 8); // number, struct, union, enumeration
            case 3 -> size(btf.getInt(at + 12)) * btf.getInt(at + 20); // array
            case 8, 9, 10 -> size(btf.getInt(at + 8)); // typedef, volatile, const
            default -> throw new IllegalStateException("a member of kind " + kind(at));
        };
    }

    private int length(int at) {
        return 12 + switch (kind(at)) {
            case 1, 14, 17 -> 4; // number, variable, tag
            case 3 -> 12; // array
            case 4, 5, 15, 19 -> 12 * count(at); // struct, union, section, wide enumeration
            case 6, 13 -> 8 * count(at); // enumeration, prototype
            default -> 0;
        };
    }

    private int kind(int at) {
        return btf.getInt(at + 4) >>> 24 & 0x1f;
    }

    private int count(int at) {
        return btf.getInt(at + 4) & 0xffff;
    }

    private String name(int at) {
        return text(btf.getInt(at));
    }

    private String text(int offset) {
        int start = strings + offset;
        int end = start;
        while (btf.get(end) != 0) {
            end++;
        }
        return new String(btf.array(), start, end - start, StandardCharsets.UTF_8);
    }
}
