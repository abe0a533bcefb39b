package io.roadstead.plugin.datapath.ebpf.packet;

/** Of {@code enum rs_reason}. */
final class Reason {

    static final int TO_STACK = 0;
    static final int DISPATCHED = 1;
    static final int LOCAL = 2;
    static final int REPLY = 3;
    static final int TERMINATED = 4;
    static final int ECHO = 5;
    static final int REJECTED = 6;
    static final int TOO_BIG = 7;
    static final int ICMP = 8;
    static final int NO_BACKEND = 64;
    static final int UNKNOWN_PORT = 65;
    static final int SOURCE_RANGE = 66;
    static final int NO_DISPATCH = 67;
    static final int NO_NAT_PORT = 68;
    static final int NO_ROUTE = 69;
    static final int FRAGMENT = 70;
    static final int MALFORMED = 71;
    static final int NOT_ROUTABLE = 73;
    static final int NO_NODE = 75;
    static final int COLLISION = 76;
    static final int UNSUPPORTED = 77;
    static final int LOOP = 78;
    static final int BACKEND_GONE = 79;
    static final int RATE_LIMITED = 80;

    private Reason() {
    }
}
