package io.roadstead.plugin.bgp.codec;

/** The type octet of a message, with the least and the most octets it may have. In the order of the codes, which start at 1. */
enum MessageType {
    OPEN(1, 29, 4096), UPDATE(2, 23, 65535), NOTIFICATION(3, 21, 65535), KEEPALIVE(4, 19, 19), ROUTE_REFRESH(5, 23, 65535);

    static final int MARKER_BYTES = 16;
    static final int HEADER_BYTES = 19;
    private static final MessageType[] TYPES = values();

    private final int code;
    private final int least;
    private final int most;

    MessageType(int code, int least, int most) {
        this.code = code;
        this.least = least;
        this.most = most;
    }

    int code() {
        return code;
    }

    /** Whether there is a message of this type octet. */
    static boolean known(int code) {
        return code >= 1 && code <= TYPES.length;
    }

    static MessageType of(int code) {
        return TYPES[code - 1];
    }

    /** RFC 8654 §4 spares OPEN and KEEPALIVE the longer length. */
    boolean allows(int length, int negotiated) {
        return length >= least && length <= Math.min(most, negotiated);
    }
}
