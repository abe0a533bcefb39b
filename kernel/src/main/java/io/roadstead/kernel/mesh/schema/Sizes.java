package io.roadstead.kernel.mesh.schema;

/** How large a value may be. */
public final class Sizes {

    /** etcd's own limit of a request, in bytes: nothing larger can be in one. */
    public static final int MAX_VALUE = 3 << 19;

    private Sizes() {
    }

    static void require(byte[] value) throws RefusedValueException {
        if (value.length > MAX_VALUE) {
            throw new RefusedValueException("has " + value.length + " bytes, more than " + MAX_VALUE);
        }
    }
}
