package io.roadstead.plugin.datapath.ebpf.packet;

/** Where packets come in, with the verdicts of that hook. */
enum Hook {
    XDP(2, 1, 3, 4), TC(-1, 2, 7, 7);

    /** To the stack. */
    final int pass;
    final int drop;
    /** Out of the device that it came in by. */
    final int back;
    /** Out of another. */
    final int redirect;

    Hook(int pass, int drop, int back, int redirect) {
        this.pass = pass;
        this.drop = drop;
        this.back = back;
        this.redirect = redirect;
    }
}
