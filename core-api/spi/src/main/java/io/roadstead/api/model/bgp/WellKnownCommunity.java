package io.roadstead.api.model.bgp;

import java.util.Arrays;
import java.util.Optional;

/** The communities with a name in Cilium's resources (IANA well-known communities). */
public enum WellKnownCommunity {
    INTERNET("internet", 0), PLANNED_SHUT("planned-shut", 0xffff_0000), ACCEPT_OWN("accept-own", 0xffff_0001),
    ROUTE_FILTER_TRANSLATED_V4("route-filter-translated-v4", 0xffff_0002), ROUTE_FILTER_V4("route-filter-v4", 0xffff_0003),
    ROUTE_FILTER_TRANSLATED_V6("route-filter-translated-v6", 0xffff_0004), ROUTE_FILTER_V6("route-filter-v6", 0xffff_0005),
    LLGR_STALE("llgr-stale", 0xffff_0006), NO_LLGR("no-llgr", 0xffff_0007), BLACKHOLE("blackhole", 0xffff_029a),
    NO_EXPORT("no-export", 0xffff_ff01), NO_ADVERTISE("no-advertise", 0xffff_ff02),
    NO_EXPORT_SUBCONFED("no-export-subconfed", 0xffff_ff03), NO_PEER("no-peer", 0xffff_ff04);

    private final String text;
    private final int value;

    WellKnownCommunity(String text, int value) {
        this.text = text;
        this.value = value;
    }

    /** By the name in resources. */
    public static Optional<WellKnownCommunity> of(String text) {
        return Arrays.stream(values()).filter(known -> known.text.equals(text)).findFirst();
    }

    /** By value. */
    public static Optional<WellKnownCommunity> of(int value) {
        return Arrays.stream(values()).filter(known -> known.value == value).findFirst();
    }

    /** As resources spell it. */
    public String text() {
        return text;
    }

    /** As the community on the wire. */
    public Community community() {
        return new Community(value);
    }
}
