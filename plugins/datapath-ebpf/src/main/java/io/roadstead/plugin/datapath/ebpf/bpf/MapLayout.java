package io.roadstead.plugin.datapath.ebpf.bpf;

/**
 * What a map is.
 *
 * @param type       of {@link MapType}
 * @param keyBytes   0 for a ring buffer
 * @param valueBytes of one CPU; 0 for a ring buffer
 * @param flags      as it is created with
 */
public record MapLayout(String name, int type, int keyBytes, int valueBytes, int maxEntries, int flags) {

    MapLayout entries(int entries) {
        return new MapLayout(name, type, keyBytes, valueBytes, entries, flags);
    }

    /** How another layout of the same name differs in what programs were compiled for; empty when it does not. The number of entries is no part of that. */
    String difference(MapLayout other) {
        if (type != other.type) {
            return "type " + MapType.text(other.type) + " instead of " + MapType.text(type);
        }
        if (keyBytes != other.keyBytes) {
            return "keys of " + other.keyBytes + " bytes instead of " + keyBytes;
        }
        if (valueBytes != other.valueBytes) {
            return "values of " + other.valueBytes + " bytes instead of " + valueBytes;
        }
        if (flags != other.flags) {
            return "flags 0x" + Integer.toHexString(other.flags) + " instead of 0x" + Integer.toHexString(flags);
        }
        return "";
    }
}
