package io.roadstead.kernel.mesh.schema;

import java.nio.charset.StandardCharsets;

/** Reads the fields of one protobuf message, one after the other; what is not asked for is passed over. */
final class ProtoInput {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final byte[] bytes;
    private final int end;
    private int position;
    private int type;

    ProtoInput(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private ProtoInput(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    /** Takes one field's value. */
    interface Fields {
        /** Calls exactly one method of the input for the value. */
        void take(int field, ProtoInput in) throws RefusedValueException;
    }

    void fields(Fields fields) throws RefusedValueException {
        while (position < end) {
            long tag = readVarint();
            type = (int) tag & 7;
            fields.take((int) (tag >>> 3), this);
        }
    }

    void message(Fields fields) throws RefusedValueException {
        int length = length();
        new ProtoInput(bytes, position, position + length).fields(fields);
        position += length;
    }

    String text() throws RefusedValueException {
        int length = length();
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    long number() throws RefusedValueException {
        require(type == VARINT);
        return readVarint();
    }

    boolean flag() throws RefusedValueException {
        return number() != 0;
    }

    void skip() throws RefusedValueException {
        switch (type) {
            case VARINT -> readVarint();
            case FIXED64 -> advance(8);
            case LENGTH -> advance(length());
            case FIXED32 -> advance(4);
            default -> throw damaged(); // groups, which nobody writes any more
        }
    }

    private void advance(int octets) throws RefusedValueException {
        require(octets <= end - position);
        position += octets;
    }

    private int length() throws RefusedValueException {
        require(type == LENGTH);
        long length = readVarint();
        require(length >= 0 && length <= end - position);
        return (int) length;
    }

    private long readVarint() throws RefusedValueException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            require(position < end);
            byte octet = bytes[position++];
            value |= (octet & 0x7fL) << shift;
            if (octet >= 0) {
                return value;
            }
        }
        throw damaged();
    }

    private static void require(boolean sound) throws RefusedValueException {
        if (!sound) {
            throw damaged();
        }
    }

    private static RefusedValueException damaged() {
        return new RefusedValueException("is not protobuf that can be read");
    }
}
