package io.roadstead.plugin.datapath.ebpf.bpf;

import static io.roadstead.plugin.datapath.ebpf.bpf.Errno.EEXIST;
import static io.roadstead.plugin.datapath.ebpf.bpf.Errno.EINVAL;
import static io.roadstead.plugin.datapath.ebpf.bpf.Errno.ENOENT;
import static io.roadstead.plugin.datapath.ebpf.bpf.Errno.ENOSPC;
import static io.roadstead.plugin.datapath.ebpf.bpf.Errno.ENOTSUPP;
import static io.roadstead.plugin.datapath.ebpf.bpf.Errno.EOPNOTSUPP;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

import org.jspecify.annotations.Nullable;

/** A map of the kernel's. */
final class KernelMap implements BpfMap {

    private static final int ANY = 0;
    private static final int NO_EXIST = 1;
    private static final int BATCH = 1024;
    private static final int BATCH_BYTES = 1 << 18;
    private static final int LARGEST_BATCH = 1 << 16;

    private final MapLayout layout;
    private final int valueBytes;
    private final Descriptor descriptor;
    private final Arena mapping = Arena.ofShared();
    private final @Nullable MemorySegment mapped;

    KernelMap(MapLayout layout, Descriptor descriptor) {
        this.layout = layout;
        this.descriptor = descriptor;
        valueBytes = MapType.isPerCpu(layout.type()) ? roundUp(layout.valueBytes()) * Cpus.possible() : layout.valueBytes();
        mapped = layout.type() == MapType.ARRAY && (layout.flags() & MapType.MMAPABLE) != 0
                ? Libc.map(descriptor.number(), 0, (long) roundUp(layout.valueBytes()) * layout.maxEntries(), true, mapping, subject())
                : null;
    }

    MapLayout layout() {
        return layout;
    }

    @Override
    public String name() {
        return layout.name();
    }

    @Override
    public int type() {
        return layout.type();
    }

    @Override
    public int keyBytes() {
        return layout.keyBytes();
    }

    @Override
    public int valueBytes() {
        return valueBytes;
    }

    @Override
    public int maxEntries() {
        return layout.maxEntries();
    }

    @Override
    public int fd() {
        return descriptor.number();
    }

    @Override
    public boolean get(MemorySegment key, MemorySegment value) {
        try (var call = element(key)) {
            int result = call.pointer(16, atLeast(value, valueBytes)).call(Attributes.MAP_LOOKUP);
            return result != -ENOENT && succeeded(result, "look up an entry");
        }
    }

    @Override
    public void put(MemorySegment key, MemorySegment value) {
        try (var call = element(key)) {
            succeeded(call.pointer(16, atLeast(value, valueBytes)).int64(24, ANY).call(Attributes.MAP_UPDATE), "set an entry");
        }
    }

    @Override
    public boolean putIfAbsent(MemorySegment key, MemorySegment value) {
        try (var call = element(key)) {
            int result = call.pointer(16, atLeast(value, valueBytes)).int64(24, NO_EXIST).call(Attributes.MAP_UPDATE);
            return result != -EEXIST && succeeded(result, "add an entry");
        }
    }

    @Override
    public void putAll(MemorySegment keys, MemorySegment values, int count) {
        atLeast(keys, (long) count * keyBytes());
        atLeast(values, (long) count * valueBytes);
        int done = 0;
        while (done < count) {
            try (var call = new Attributes()) {
                int result = call.pointer(16, keys.asSlice((long) done * keyBytes())).pointer(24, values.asSlice((long) done * valueBytes))
                        .int32(32, count - done).int32(36, fd()).call(Attributes.MAP_UPDATE_BATCH);
                if (result == -EINVAL || result == -ENOTSUPP || result == -EOPNOTSUPP) {
                    // This kernel has no batches for such maps.
                    BpfMap.super.putAll(keys.asSlice((long) done * keyBytes()), values.asSlice((long) done * valueBytes), count - done);
                    return;
                }
                succeeded(result, "set entries");
                done += call.int32(32);
            }
        }
    }

    @Override
    public boolean remove(MemorySegment key) {
        try (var call = element(key)) {
            int result = call.call(Attributes.MAP_DELETE);
            return result != -ENOENT && succeeded(result, "remove an entry");
        }
    }

    @Override
    public void forEach(BiConsumer<MemorySegment, MemorySegment> consumer) {
        forEachWhile((key, value) -> {
            consumer.accept(key, value);
            return true;
        });
    }

    @Override
    public void forEachWhile(BiPredicate<MemorySegment, MemorySegment> goOn) {
        int capacity = Math.max(1, Math.min(Math.min(BATCH, layout.maxEntries()), BATCH_BYTES / Math.max(1, valueBytes)));
        if (!batches(goOn, capacity)) {
            oneByOne(goOn);
        }
    }

    @Override
    public MemorySegment mapped() {
        if (mapped == null) {
            throw new IllegalStateException("the map " + name() + " was not declared with BPF_F_MMAPABLE");
        }
        return mapped;
    }

    /** Pins it to a path of a bpffs. */
    void pin(Path path) {
        Pins.pin(descriptor.number(), path, subject());
    }

    /** No one changes it any more from user space. */
    void freeze() {
        try (var call = new Attributes()) {
            succeeded(call.int32(0, fd()).call(Attributes.MAP_FREEZE), "freeze it");
        }
    }

    @Override
    public void close() {
        if (mapping.scope().isAlive()) {
            mapping.close();
        }
        descriptor.close();
    }

    /** False when the kernel has no batches for this map. */
    private boolean batches(BiPredicate<MemorySegment, MemorySegment> goOn, int initialCapacity) {
        int capacity = initialCapacity;
        try (var tokens = Arena.ofConfined()) {
            // Where the next batch starts: a bucket's number, or a key.
            MemorySegment from = tokens.allocate(Math.max(8, keyBytes()), 8);
            MemorySegment next = tokens.allocate(Math.max(8, keyBytes()), 8);
            boolean first = true;
            while (true) {
                try (var call = new Attributes()) {
                    MemorySegment keys = call.allocate((long) capacity * keyBytes());
                    MemorySegment values = call.allocate((long) capacity * valueBytes);
                    int result = call.int64(0, first ? 0 : from.address()).pointer(8, next).pointer(16, keys).pointer(24, values)
                            .int32(32, capacity).int32(36, fd()).call(Attributes.MAP_LOOKUP_BATCH);
                    if (first && (result == -EINVAL || result == -ENOTSUPP || result == -EOPNOTSUPP)) {
                        return false;
                    }
                    if (result == -ENOSPC && capacity < LARGEST_BATCH) {
                        // A bucket holds more than a batch.
                        capacity *= 2;
                        continue;
                    }
                    if (result != -ENOENT) {
                        succeeded(result, "read its entries");
                    }
                    int count = call.int32(32);
                    for (int i = 0; i < count; i++) {
                        if (!goOn.test(keys.asSlice((long) i * keyBytes(), keyBytes()),
                                values.asSlice((long) i * valueBytes, valueBytes))) {
                            return true;
                        }
                    }
                    if (result == -ENOENT) {
                        return true;
                    }
                    from.copyFrom(next);
                    first = false;
                }
            }
        }
    }

    private void oneByOne(BiPredicate<MemorySegment, MemorySegment> goOn) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(keyBytes(), 8);
            MemorySegment next = arena.allocate(keyBytes(), 8);
            MemorySegment value = arena.allocate(valueBytes, 8);
            boolean more = nextKey(MemorySegment.NULL, next);
            while (more) {
                key.copyFrom(next);
                boolean there = get(key, value);
                // Before the consumer may remove it: the key after an absent one is the first of all.
                more = nextKey(key, next);
                more &= !there || goOn.test(key, value);
            }
        }
    }

    private boolean nextKey(MemorySegment key, MemorySegment next) {
        try (var call = new Attributes()) {
            int result = call.int32(0, fd()).int64(8, key.address()).pointer(16, next).call(Attributes.MAP_NEXT_KEY);
            return result != -ENOENT && succeeded(result, "read its entries");
        }
    }

    private Attributes element(MemorySegment key) {
        var call = new Attributes();
        try {
            return call.int32(0, fd()).pointer(8, atLeast(key, keyBytes()));
        } catch (RuntimeException e) {
            call.close();
            throw e;
        }
    }

    private boolean succeeded(int result, String operation) {
        if (result < 0) {
            throw Errno.failure(subject(), operation, -result);
        }
        return true;
    }

    private String subject() {
        return "eBPF map " + layout.name();
    }

    private MemorySegment atLeast(MemorySegment memory, long bytes) {
        if (memory.byteSize() < bytes) {
            throw new IllegalArgumentException(memory.byteSize() + " bytes are less than the " + bytes + " of the map " + name());
        }
        return memory;
    }

    private static int roundUp(int bytes) {
        return bytes + 7 & -8;
    }
}
