package io.roadstead.plugin.bgp.rib;

import io.roadstead.api.model.net.AddressFamily;

/** Prefixes one after the other, as bits rather than objects. The accessors are of the current one and need {@link #hasNext()}. */
public interface PrefixSource {

    AddressFamily family();

    /** Whether there is a current one. */
    boolean hasNext();

    /** As {@link io.roadstead.api.model.net.IpAddress#high()}. */
    long high();

    /** As {@link io.roadstead.api.model.net.IpAddress#low()}. */
    long low();

    /** Bits of the prefix. */
    int length();

    /** Takes the current one. */
    void next();
}
