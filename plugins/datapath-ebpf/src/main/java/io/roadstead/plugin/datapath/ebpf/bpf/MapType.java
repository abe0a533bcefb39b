package io.roadstead.plugin.datapath.ebpf.bpf;

/** Numbers of {@code enum bpf_map_type} and of the flags of maps. */
public final class MapType {

    public static final int HASH = 1;
    public static final int ARRAY = 2;
    public static final int PROG_ARRAY = 3;
    public static final int PERCPU_HASH = 5;
    public static final int PERCPU_ARRAY = 6;
    public static final int LRU_HASH = 9;
    public static final int LRU_PERCPU_HASH = 10;
    public static final int LPM_TRIE = 11;
    public static final int RINGBUF = 27;

    /** Memory is charged as entries come, not at once. */
    public static final int NO_PREALLOC = 1;
    /** Programs read only. */
    public static final int READ_ONLY_PROGRAM = 1 << 7;
    /** An array whose memory this process may map. */
    public static final int MMAPABLE = 1 << 10;

    private MapType() {
    }

    /** As {@code bpftool} spells it. */
    public static String text(int type) {
        return switch (type) {
            case HASH -> "hash";
            case ARRAY -> "array";
            case PROG_ARRAY -> "prog_array";
            case PERCPU_HASH -> "percpu_hash";
            case PERCPU_ARRAY -> "percpu_array";
            case LRU_HASH -> "lru_hash";
            case LRU_PERCPU_HASH -> "lru_percpu_hash";
            case LPM_TRIE -> "lpm_trie";
            case RINGBUF -> "ringbuf";
            default -> "type " + type;
        };
    }

    static boolean isPerCpu(int type) {
        return type == PERCPU_HASH || type == PERCPU_ARRAY || type == LRU_PERCPU_HASH;
    }

    static boolean isArray(int type) {
        return type == ARRAY || type == PERCPU_ARRAY;
    }
}
