package io.roadstead.plugin.datapath.ebpf.bpf;

import java.lang.foreign.MemorySegment;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/**
 * A table that programs and this process share. Any thread; the kernel keeps single entries whole. Keys and values are native memory in the layout of the C
 * struct, at least {@link #keyBytes} and {@link #valueBytes} long.
 *
 * <p>Failures are {@link io.roadstead.api.error.RoadsteadException}s that name the map; {@link BpfErrorCode#BPF_MAP_FULL} when there is no room.
 */
public interface BpfMap extends AutoCloseable {

    String name();

    /** One of {@link MapType}. */
    int type();

    int keyBytes();

    /** For maps with a value per CPU: its size rounded up to 8, times the number of possible CPUs, in their order. */
    int valueBytes();

    /** As the map was made, which may be otherwise than the object declares. */
    int maxEntries();

    /** For other system calls; belongs to this. */
    int fd();

    /** Fills in the value; false when there is none. */
    boolean get(MemorySegment key, MemorySegment value);

    /** Sets the value, whether or not there was one. */
    void put(MemorySegment key, MemorySegment value);

    /** False when there is an entry already, which stays. */
    boolean putIfAbsent(MemorySegment key, MemorySegment value);

    /** Sets many, whose keys and values each lie one after the other. Each entry changes at once, the whole does not. */
    default void putAll(MemorySegment keys, MemorySegment values, int count) {
        for (int i = 0; i < count; i++) {
            put(keys.asSlice((long) i * keyBytes(), keyBytes()), values.asSlice((long) i * valueBytes(), valueBytes()));
        }
    }

    /** False when there was none. */
    boolean remove(MemorySegment key);

    /**
     * Calls for every entry, or every element of an array. The memory is the callee's for the call only, and its own copy. With entries coming and going at the
     * same time some may be left out or come twice; those that stay come.
     */
    void forEach(BiConsumer<MemorySegment, MemorySegment> consumer);

    /** As above, until the callee says that it has enough. */
    default void forEachWhile(BiPredicate<MemorySegment, MemorySegment> goOn) {
        boolean[] more = {true};
        forEach((key, value) -> more[0] = more[0] && goOn.test(key, value));
    }

    /** The elements of an array made with {@link MapType#MMAPABLE}, each rounded up to 8 bytes; stores are seen by programs at once. */
    MemorySegment mapped();

    /** Gives back what this process holds of it. A pinned map lives on, as does one that a program uses. */
    @Override
    void close();
}
