package io.roadstead.plugin.kubernetes.write;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.source.StatusUpdate;

/**
 * The newest of what is to be kept with one object. One object's kinds of update do not supersede one another: addresses and announcement of a Service go in one
 * patch when both wait.
 */
record Wanted(StatusUpdate.@Nullable ServiceStatus service, StatusUpdate.@Nullable ServiceAnnouncement announcement,
        StatusUpdate.@Nullable Conditions conditions, StatusUpdate.@Nullable BgpNodeStatus node) {
    static final Wanted NOTHING = new Wanted(null, null, null, null);

    Wanted with(StatusUpdate update) {
        return switch (update) {
            case StatusUpdate.ServiceStatus newer -> new Wanted(newer, announcement, conditions, node);
            case StatusUpdate.ServiceAnnouncement newer -> new Wanted(service, newer, conditions, node);
            case StatusUpdate.Conditions newer -> new Wanted(service, announcement, newer, node);
            case StatusUpdate.BgpNodeStatus newer -> new Wanted(service, announcement, conditions, newer);
        };
    }

    Wanted withoutAddresses() {
        return new Wanted(null, announcement, conditions, node);
    }

    /** Which goes first: the node's own sessions, then addresses, which wait for being announced; then what is said about them. */
    Rank rank() {
        return node != null ? Rank.NODE : service != null ? Rank.ADDRESSES : conditions != null ? Rank.CONDITIONS : Rank.ANNOUNCEMENTS;
    }

    /** In this order. */
    enum Rank {
        NODE, ADDRESSES, CONDITIONS, ANNOUNCEMENTS
    }
}
