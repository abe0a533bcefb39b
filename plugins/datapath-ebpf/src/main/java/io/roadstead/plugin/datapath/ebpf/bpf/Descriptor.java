package io.roadstead.plugin.datapath.ebpf.bpf;

import java.util.concurrent.atomic.AtomicInteger;

/** A file descriptor that is closed once. Any thread. */
final class Descriptor implements AutoCloseable {

    private final AtomicInteger number;

    Descriptor(int number) {
        this.number = new AtomicInteger(number);
    }

    /** Throws {@link IllegalStateException} after the close: the number may be another file's by then. */
    int number() {
        int open = number.get();
        if (open < 0) {
            throw new IllegalStateException("closed");
        }
        return open;
    }

    @Override
    public void close() {
        int open = number.getAndSet(-1);
        if (open >= 0) {
            Libc.close(open);
        }
    }
}
