package io.roadstead.plugin.datapath.ebpf.view;

import io.roadstead.plugin.datapath.ebpf.map.Abi;

/** Where a flow is in its life. */
enum FlowState {
    SYN("syn"), ESTABLISHED("established"), CLOSING("closing"), ANY("any");

    private static final int TCP = 6;
    private static final int BOTH = Abi.FLOW_CLIENT_FIN | Abi.FLOW_BACKEND_FIN;

    private final String text;

    FlowState(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** Of an entry's {@code FLOW_} flags. Where no replies are seen, the client's word is enough, as it is for the programs. */
    static FlowState of(int protocol, int flags) {
        if (protocol != TCP) {
            return ANY;
        }
        boolean repliesAreSeen = (flags & Abi.FLOW_TRANSLATED) != 0;
        boolean closed = (flags & BOTH) == BOTH || !repliesAreSeen && (flags & Abi.FLOW_CLIENT_FIN) != 0;
        if ((flags & Abi.FLOW_RST) != 0 || closed) {
            return CLOSING;
        }
        return (flags & Abi.FLOW_SYN) != 0 ? SYN : ESTABLISHED;
    }
}
