package io.roadstead.api.model.net;

/** IPv4 or IPv6. */
public enum AddressFamily {
    IPV4(32), IPV6(128);

    private final int bits;

    AddressFamily(int bits) {
        this.bits = bits;
    }

    /** Length of an address in bits. */
    public int bits() {
        return bits;
    }

    /** Length of an address in bytes. */
    public int bytes() {
        return bits / Byte.SIZE;
    }
}
