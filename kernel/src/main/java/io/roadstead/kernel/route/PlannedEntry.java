package io.roadstead.kernel.route;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.bgp.BgpAdvertisement;
import io.roadstead.api.route.Reason;

/**
 * An item of an advertisement that a peer gets.
 *
 * @param entry        with the attributes that it is announced with
 * @param nodeExcluded whether its node selector excludes this node
 * @param withheld     why nothing of it is announced although it is decided; null when it is announced
 */
record PlannedEntry(EntryKey key, BgpAdvertisement.Entry entry, boolean nodeExcluded, @Nullable Reason withheld) {
}
