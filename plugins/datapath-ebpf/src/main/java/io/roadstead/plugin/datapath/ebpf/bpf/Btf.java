package io.roadstead.plugin.datapath.ebpf.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The types of an object in BPF Type Format, as far as declarations of maps need them. Ids count from 1; 0 is void. What is out of bounds ends in an
 * {@link IllegalArgumentException} or an {@link IndexOutOfBoundsException}.
 */
final class Btf {

    private static final int INT = 1;
    private static final int POINTER = 2;
    private static final int ARRAY = 3;
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    private static final int ENUM = 6;
    private static final int FORWARD = 7;
    private static final int TYPEDEF = 8;
    private static final int VOLATILE = 9;
    private static final int CONST = 10;
    private static final int RESTRICT = 11;
    private static final int FUNCTION = 12;
    private static final int PROTOTYPE = 13;
    private static final int VARIABLE = 14;
    private static final int SECTION = 15;
    private static final int FLOAT = 16;
    private static final int DECLARATION_TAG = 17;
    private static final int TYPE_TAG = 18;
    private static final int ENUM_64 = 19;
    private static final int DEPTH = 32;

    private final byte[] raw;
    private final ByteBuffer bytes;
    private final int strings;
    /** Where type i + 1 lies. */
    private final List<Integer> types;

    private Btf(byte[] raw, ByteBuffer bytes, int strings, List<Integer> types) {
        this.raw = raw;
        this.bytes = bytes;
        this.strings = strings;
        this.types = types;
    }

    static Btf parse(byte[] section) {
        ByteBuffer bytes = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
        if (section.length < 24 || Short.toUnsignedInt(bytes.getShort(0)) != 0xeb9f || bytes.get(2) != 1) {
            throw new IllegalArgumentException("unknown type information");
        }
        int header = bytes.getInt(4);
        int start = Math.addExact(header, bytes.getInt(8));
        int end = Math.addExact(start, bytes.getInt(12));
        int strings = Math.addExact(header, bytes.getInt(16));
        if (header < 24 || start < header || end < start || end > section.length || strings < header || strings > section.length) {
            throw new IllegalArgumentException("type information is cut short");
        }
        List<Integer> types = new ArrayList<>();
        for (int at = start; at < end; at += size(bytes, at)) {
            types.add(at);
        }
        return new Btf(section, bytes, strings, types);
    }

    /** Variables of a section by name, in the order of the declaration; values are ids of their types. */
    Map<String, Integer> variables(String section) {
        Map<String, Integer> variables = new LinkedHashMap<>();
        for (int at : types) {
            if (kind(at) == SECTION && name(at).equals(section)) {
                for (int i = 0; i < count(at); i++) {
                    int variable = at(bytes.getInt(at + 12 + 12 * i));
                    variables.put(name(variable), bytes.getInt(variable + 8));
                }
            }
        }
        return variables;
    }

    /** Members of a struct by name; values are ids of their types. */
    Map<String, Integer> members(int type) {
        int at = at(resolve(type));
        if (kind(at) != STRUCT) {
            throw new IllegalArgumentException("a map is declared by something else than a struct");
        }
        Map<String, Integer> members = new LinkedHashMap<>();
        for (int i = 0; i < count(at); i++) {
            int member = at + 12 + 12 * i;
            members.put(text(bytes.getInt(member)), bytes.getInt(member + 4));
        }
        return members;
    }

    /** What the macro __uint says: the length of the array that the member points to. */
    int number(int type) {
        int array = at(resolve(pointed(type)));
        if (kind(array) != ARRAY) {
            throw new IllegalArgumentException("a map's number is not declared by __uint");
        }
        return bytes.getInt(array + 20);
    }

    /** What a pointer points to. */
    int pointed(int type) {
        int pointer = at(resolve(type));
        if (kind(pointer) != POINTER) {
            throw new IllegalArgumentException("a map's member is no pointer");
        }
        return bytes.getInt(pointer + 8);
    }

    /** Bytes of a type. */
    int sizeOf(int type) {
        return sizeOf(type, 0);
    }

    private int sizeOf(int type, int depth) {
        if (depth > DEPTH) {
            throw new IllegalArgumentException("types are nested too deeply");
        }
        int at = at(resolve(type));
        return switch (kind(at)) {
            case INT, STRUCT, UNION, ENUM, ENUM_64, FLOAT -> bytes.getInt(at + 8);
            case POINTER -> Long.BYTES;
            case ARRAY -> Math.multiplyExact(sizeOf(bytes.getInt(at + 12), depth + 1), bytes.getInt(at + 20));
            default -> throw new IllegalArgumentException("a type has no size");
        };
    }

    /**
     * The same for the kernel, which wants to know where the variables of a section lie: clang leaves that to a linker.
     *
     * @param sizes   bytes of a section by its name; 0 leaves it as it is
     * @param offsets of a variable by its name
     */
    byte[] forKernel(ToIntFunction<String> sizes, ToIntFunction<String> offsets) {
        byte[] fixed = raw.clone();
        ByteBuffer out = ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN);
        for (int at : types) {
            int size = kind(at) == SECTION ? sizes.applyAsInt(name(at)) : 0;
            if (size > 0) {
                out.putInt(at + 8, size);
                for (int i = 0; i < count(at); i++) {
                    out.putInt(at + 12 + 12 * i + 4, offsets.applyAsInt(name(at(bytes.getInt(at + 12 + 12 * i)))));
                }
            }
        }
        return fixed;
    }

    private int resolve(int type) {
        int id = type;
        for (int i = 0; i < DEPTH; i++) {
            int at = at(id);
            switch (kind(at)) {
                case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> id = bytes.getInt(at + 8);
                default -> {
                    return id;
                }
            }
        }
        throw new IllegalArgumentException("types are nested too deeply");
    }

    private int at(int type) {
        return types.get(type - 1);
    }

    private int kind(int at) {
        return bytes.getInt(at + 4) >>> 24 & 31;
    }

    private int count(int at) {
        return bytes.getInt(at + 4) & 0xffff;
    }

    private String name(int at) {
        return text(bytes.getInt(at));
    }

    private String text(int offset) {
        return ElfFile.text(raw, Math.addExact(strings, offset));
    }

    private static int size(ByteBuffer bytes, int at) {
        int info = bytes.getInt(at + 4);
        int count = info & 0xffff;
        return 12 + switch (info >>> 24 & 31) {
            case POINTER, FORWARD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNCTION, FLOAT, TYPE_TAG -> 0;
            case INT, VARIABLE, DECLARATION_TAG -> 4;
            case ARRAY -> 12;
            case STRUCT, UNION, SECTION, ENUM_64 -> 12 * count;
            case ENUM, PROTOTYPE -> 8 * count;
            default -> throw new IllegalArgumentException("unknown kind of type");
        };
    }
}
