package io.roadstead.plugin.datapath.ebpf.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * The reading end of a map of type {@link MapType#RINGBUF}, of which there must be one only. Nothing wakes the reader: it looks when it likes, and what does not
 * fit in between is lost. One thread at a time.
 *
 * <p>Layout, see kernel/bpf/ringbuf.c: a page with the reader's position, a page with the writers', the records' memory twice in a row, so that no record is
 * broken in two.
 */
public final class RingBuffer implements AutoCloseable {

    private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle LENGTH = ValueLayout.JAVA_INT.varHandle();
    private static final int HEADER = 8;
    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment reader;
    private final MemorySegment writers;
    private final MemorySegment records;
    private final long size;

    /** Maps the memory of the buffer. The map stays its owner's and has to stay open. */
    public RingBuffer(BpfMap map) {
        if (map.type() != MapType.RINGBUF) {
            throw new IllegalArgumentException("the map " + map.name() + " is no ring buffer but a " + MapType.text(map.type()));
        }
        size = map.maxEntries();
        long page = Libc.pageSize();
        boolean whole = false;
        try {
            reader = Libc.map(map.fd(), 0, page, true, arena, "eBPF map " + map.name());
            MemorySegment rest = Libc.map(map.fd(), page, page + 2 * size, false, arena, "eBPF map " + map.name());
            writers = rest.asSlice(0, page);
            records = rest.asSlice(page);
            whole = true;
        } finally {
            if (!whole) {
                arena.close();
            }
        }
    }

    /**
     * Calls for each record that is there, oldest first, at most so many times. The memory is the callee's for the call only.
     *
     * @return how many there were
     */
    public int drain(Consumer<MemorySegment> consumer, int limit) {
        long at = (long) POSITION.getAcquire(reader, 0L);
        long end = (long) POSITION.getAcquire(writers, 0L);
        int count = 0;
        while (at < end && count < limit) {
            long offset = at & size - 1;
            int length = (int) LENGTH.getAcquire(records, offset);
            if ((length & BUSY) != 0) {
                break;
            }
            int bytes = length & ~DISCARDED;
            try {
                if ((length & DISCARDED) == 0) {
                    count++;
                    consumer.accept(records.asSlice(offset + HEADER, bytes));
                }
            } finally {
                // A record that its reader fails on is read all the same.
                at += bytes + HEADER + 7 & -8L;
                POSITION.setRelease(reader, 0L, at);
            }
        }
        return count;
    }

    /** Gives the memory back. Idempotent. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
